"""Mistakes in a configuration: gathered, then told all at once."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from shopwatch.config.structs import Secret
from shopwatch.i18n import Translate

LONGEST = 60  # characters of a found value that are shown


class Problem(NamedTuple):
    """One mistake: where, what was found, what would be right; in words."""

    key: str
    found: str
    right: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


class ConfigError(Exception):
    """A configuration that can't be used. Its text has one sentence a line."""

    def __init__(self, headline: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__("\n".join([headline, *(f"  {problem}" for problem in problems)]))
        self.headline = headline
        self.problems = problems


class Findings:
    """Gathers problems; unknown keys are told first, since they explain what is missing."""

    def __init__(self, _: Translate) -> None:
        self.translate = _
        self._unknown: list[Problem] = []
        self._others: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self._unknown, *self._others)

    def add(self, key: str, found: str, right: str) -> None:
        self._others.append(self._problem(key, found, right))

    def wrong(self, key: str, value: Any, right: str) -> None:
        self.add(key, shown(value, self.translate), right)

    def missing(self, key: str, right: str) -> None:
        _ = self.translate
        if all(problem.key != key for problem in self._others):  # what is wrong is not missing
            self.add(key, _("nothing"), right)

    def unknown_key(self, key: str, known: Iterable[str]) -> None:
        _ = self.translate
        name = key.rpartition(".")[2]
        found = _("an unknown key")
        self._unknown.append(self._problem(key, found, nearest(name, known)))

    def unknown_name(self, key: str, value: str, known: Iterable[str]) -> None:
        self.add(key, shown(value, self.translate), nearest(value, known))

    def _problem(self, key: str, found: str, right: str) -> Problem:
        _ = self.translate
        sentence = _("{key}: found {found}; should be {right}").format(key=key, found=found, right=right)
        return Problem(key, found, right, sentence)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to this one, or else all of them."""
    names = list(known)
    return next(iter(difflib.get_close_matches(name, names, 1)), " | ".join(names))


def shown(value: Any, _: Translate) -> str:
    """Return a found value as the file has it, shortened; a secret by the name of its variable."""
    if isinstance(value, Secret):
        return value.name or _("a value that is not shown")
    if isinstance(value, dict):
        return _("a table")
    if isinstance(value, list):
        return _("a list")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (str, bool, int)):
        # escapes keep control characters off the terminal
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return str(value)


def folder_problem(path: Path, error: OSError, _: Translate) -> str:
    """Return the sentence for a path that can't be read."""
    if isinstance(error, FileNotFoundError):
        return _("{path} doesn't exist.").format(path=path)
    if isinstance(error, IsADirectoryError):
        return _("{path} is a folder; name the configuration file in it.").format(path=path)
    if isinstance(error, PermissionError):
        return _("{path} may not be read; check its permissions.").format(path=path)
    return _("{path} can't be read: {reason}.").format(path=path, reason=error.strerror or error)
