"""The documents are true: what they name is there, and what they show runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from running import ROOT, Place
from shopwatch.panes.keys import deeds
from shopwatch.usage import parser


def commands() -> Sequence[str]:
    action = next(action for action in parser(str)._actions if action.dest == "command")
    assert action.choices is not None
    return [str(choice) for choice in action.choices]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_documents_have_the_two_commands(name: str) -> None:
    """`.ci/run` takes the second from there, word for word."""
    lines = [line.strip() for line in (ROOT / name).read_text("utf-8").splitlines()]
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/shopwatch demo" in lines
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/pytest" in lines


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_documents_tell_of_every_command_and_option(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert commands()
    for command in commands():
        assert f"`shopwatch {command}" in text, command
    top = parser(str)
    action = next(action for action in top._actions if action.dest == "command")
    assert isinstance(action.choices, dict)
    for sub in (top, *action.choices.values()):
        for option in sub._option_string_actions:
            if option.startswith("--") and option != "--help":
                assert option in text, option


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_documents_tell_of_every_key_of_the_configuration(name: str) -> None:
    from shopwatch.config import schema

    text = (ROOT / name).read_text("utf-8")
    for section, definition in schema()["$defs"].items():
        for key in definition["properties"]:
            assert f"`{key}`" in text or f"[{key}]" in text, f"{section}: {key}"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_documents_tell_of_every_key_on_the_keyboard(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for action in deeds(str):
        assert f"`{action}`" in text, action


SECRETS = dict.fromkeys(
    (
        *("ERP_TOKEN", "ERP_URL", "DOUDIAN_SECRET", "TAOBAO_SECRET", "TAOBAO_SESSION"),
        *("KUAISHOU_SECRET", "KUAISHOU_SIGN_SECRET", "KUAISHOU_ACCESS", "KUAISHOU_REFRESH"),
    ),
    "x",
)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_configurations_in_the_documents_are_right(name: str, place: Place) -> None:
    from shopwatch.config import load
    from shopwatch.rulebook import scorecards

    blocks = (ROOT / name).read_text("utf-8").split("```toml\n")[1:]
    assert blocks
    for block in blocks:
        path = place.write("shopwatch.toml", block.split("```")[0])
        load(path, environment=SECRETS, scorecards=scorecards())


DOCUMENTS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "config.example.toml")
NEED_A_TERMINAL = {"", "demo", "--config config.example.toml"}
LASTING = {"serve"}  # until it is ended: driven by screens/test_browser.py


def shown() -> set[str]:
    """Return the arguments of every `shopwatch` that a document shows and that needs nothing filled in."""
    found: list[str] = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        found += re.findall(r"`(?:\.venv/bin/)?shopwatch((?: [^`]*)?)`", text)
        found += re.findall(r"^[# ]+(?:\.venv/bin/)?shopwatch( [ -~]*?)(?:\s{2,}.*)?$", text, re.MULTILINE)
    bare = {re.sub(r"\[[^]]*\]", "", one).strip() for one in found}
    return {one for one in bare if not re.search(r"[A-Z[…>]", one)} - LASTING


def test_the_documents_show_commands() -> None:
    assert shown() >= {"", "demo", "status", "check", "rules list", "rules show douyin"}
    assert "status --json --config config.example.toml" in shown()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example's records have been read already: each command would spend most of its time on that."""
    place = Place(tmp_path_factory.mktemp("begun"))
    place.write("config.example.toml", (ROOT / "config.example.toml").read_text("utf-8"))
    place.run("status", "--config", "config.example.toml").ended(0)
    return place.folder


@pytest.mark.parametrize("arguments", sorted(shown()))
def test_a_command_that_the_documents_show_runs(place: Place, begun: Path, arguments: str) -> None:
    shutil.copytree(begun / "home", place.folder / "home")
    example = (ROOT / "config.example.toml").read_text("utf-8")
    place.write("config.example.toml", example)
    place.write("shopwatch.toml", example)
    ran = place.run(*arguments.split())
    if arguments in NEED_A_TERMINAL:
        ran.ended(2, "needs a terminal")
    else:
        ran.ended(0)
        assert ran.out
