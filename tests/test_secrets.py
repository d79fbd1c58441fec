"""Secrets that stand elsewhere, and how each that can't be fetched is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from shopwatch.config import Config, ConfigError, Secret, load

SECRET = "pL4nted-s3cret"


class Ring(KeyringBackend):
    """A keyring in memory; keyring's own backends need a desktop."""

    priority = 1.0
    entries: ClassVar[dict[tuple[str, str], str] | None] = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.entries is None:
            raise KeyringLocked("locked")
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


def ring(monkeypatch: pytest.MonkeyPatch, entries: dict[tuple[str, str], str] | None) -> None:
    """Make that the system's keyring."""
    monkeypatch.setattr(Ring, "entries", entries)
    monkeypatch.setattr(keyring.core, "_keyring_backend", Ring())  # type: ignore[no-untyped-call]


def configured(folder: Path, value: str) -> Config:
    path = folder / "shopwatch.toml"
    path.write_text(
        f'[[source]]\nkind = "http"\nurl = "https://erp.example.com"\nheaders = {{ Authorization = "{value}" }}\n'
    )
    return load(path, environment={"ERP_TOKEN": SECRET})


def secret_of(config: Config) -> str:
    return config.source[0].headers["Authorization"]


def stored(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_bytes(text.encode())
    path.chmod(mode)
    return path


def test_from_the_environment_a_file_and_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(tmp_path, f"{SECRET}\n")
    ring(monkeypatch, {("shop/watch", "erp"): SECRET})
    for value in (
        "env:ERP_TOKEN",
        "file:token",
        f"file:{tmp_path / 'token'}",
        "keyring:shop/watch/erp",
        SECRET,
    ):
        config = configured(tmp_path, value)
        found = secret_of(config)
        assert (found, isinstance(found, Secret)) == (SECRET, True)
        assert SECRET not in repr(config)


@pytest.mark.parametrize(
    ("text", "mode", "sentence"),
    [
        (
            SECRET,
            0o640,
            "which others than you may read (mode 640); should be readable by you alone: chmod 600",
        ),
        (SECRET, 0o604, "which others than you may read (mode 604)"),
        ("", 0o600, "which holds no single line of text"),
        (f"{SECRET}\n{SECRET}", 0o600, "which holds no single line of text"),
        (SECRET * 6000, 0o600, "which holds no single line of text"),
    ],
)
def test_a_file_that_is_no_place_for_a_secret(tmp_path: Path, text: str, mode: int, sentence: str) -> None:
    stored(tmp_path, text, mode)
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, "file:token")
    assert sentence in str(told.value)
    assert SECRET not in str(told.value)


def test_what_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring(monkeypatch, {})
    for value, sentence in (
        ("env:NOWHERE", "export NOWHERE="),
        ("file:nowhere", "which can't be read (No such file or directory)"),
        ("keyring:shopwatch/erp", "put there before: keyring set shopwatch erp"),
    ):
        with pytest.raises(ConfigError, match=r"headers\.Authorization: found") as told:
            configured(tmp_path, value)
        assert sentence in str(told.value)
    ring(monkeypatch, None)
    with pytest.raises(ConfigError, match=r"can't be opened \(KeyringLocked\)"):
        configured(tmp_path, "keyring:shopwatch/erp")


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_an_address_with_a_password_under_the_wrong_kind_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(f'[[source]]\nkind = "files"\npath = "x.csv"\nurl = "postgresql://erp:{SECRET}@db/x"\n')
    with pytest.raises(ConfigError, match="a value that is not shown") as told:
        load(path)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    "url", [f"postgresql://erp:{SECRET}@db/x", f"postgresql://db/x?user=erp&password={SECRET}"]
)
@pytest.mark.parametrize("kind", ["sql", "http", "files"])
def test_a_password_in_an_address_is_not_in_the_configuration_as_a_traceback_would_show_it(
    tmp_path: Path, url: str, kind: str
) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(
        f'[[source]]\nkind = "{kind}"\nurl = "{url}"\nrecords = "orders"\nquery = "SELECT 1"\nshop = "\'a\'"\n'
    )
    if kind == "sql":
        config = load(path)
        assert config.source[0].url == url
        assert SECRET not in repr(config)
    else:
        with pytest.raises(ConfigError) as told:
            load(path)
        assert SECRET not in str(told.value)
