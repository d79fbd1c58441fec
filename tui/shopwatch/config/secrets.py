"""Values that stand elsewhere: in the environment, in a file that only its owner may read, in the system's keyring.

They come back as a Secret, which is shown nowhere.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from pathlib import Path

from shopwatch.config.structs import Secret
from shopwatch.i18n import Translate

REFERENCE = re.compile(
    r"(env:(?P<env>[A-Za-z_]\w*)|file:(?P<file>[^\r\n]+)|keyring:(?P<keyring>[^\r\n]+/[^\r\n]+))"
)
LONGEST = 64 << 10  # bytes of a file
ONLY_OWNER = stat.S_IRWXG | stat.S_IRWXO


class SecretError(Exception):
    """A value that can't be fetched: what was found, and what would be right."""

    def __init__(self, found: str, right: str) -> None:
        super().__init__(found)
        self.found, self.right = found, right


def fetched(text: str, environment: Mapping[str, str], folder: Path, _: Translate) -> Secret | None:
    """Return what the text refers to, None where it refers to nothing; raises SecretError."""
    if not (found := REFERENCE.fullmatch(text)):
        return None
    if name := found["env"]:
        return _from_environment(name, environment, _)
    if path := found["file"]:
        return Secret(_from_file(folder / Path(path).expanduser(), _), text)
    return Secret(_from_keyring(found["keyring"], _), text)


def _from_environment(name: str, environment: Mapping[str, str], _: Translate) -> Secret:
    if name not in environment:
        raise SecretError(
            _("env:{name}, which the environment doesn't have").format(name=name),
            _("set before the start: export {name}=…").format(name=name),
        )
    return Secret(environment[name], f"env:{name}")


def _from_file(path: Path, _: Translate) -> str:
    """Read the file; one that others may read is no place for a secret."""
    try:
        with path.open("rb") as file:
            mode = path.stat().st_mode
            content = file.read(LONGEST + 1)
    except OSError as error:
        found = _("file:{path}, which can't be read ({reason})")
        raise SecretError(
            found.format(path=path, reason=error.strerror or error),
            _("a file that holds the secret and nothing else"),
        ) from None
    if mode & ONLY_OWNER:
        raise SecretError(
            _("file:{path}, which others than you may read (mode {mode})").format(
                path=path, mode=f"{stat.S_IMODE(mode):o}"
            ),
            _("readable by you alone: chmod 600 {path}").format(path=path),
        )
    try:
        text = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > LONGEST or "\n" in text:
        raise SecretError(
            _("file:{path}, which holds no single line of text").format(path=path),
            _("a file that holds the secret and nothing else"),
        )
    return text


def _from_keyring(entry: str, _: Translate) -> str:
    service, _slash, user = entry.rpartition("/")
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError:
        raise SecretError(
            _("keyring:{entry}, for which nothing is installed").format(entry=entry),
            _("installed before: pip install 'shopwatch[keyring]'"),
        ) from None
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(
            _("keyring:{entry}, but the keyring can't be opened ({kind})").format(
                entry=entry, kind=type(error).__name__
            ),
            _("an unlocked keyring, or env:NAME or file:PATH"),
        ) from None
    if not value:
        raise SecretError(
            _("keyring:{entry}, which the keyring doesn't have").format(entry=entry),
            _("put there before: keyring set {service} {user}").format(service=service, user=user),
        )
    return value
