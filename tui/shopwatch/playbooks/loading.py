"""Playbooks from their files; a mistake names the file and the key."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
import tomli

from shopwatch.i18n import Translate
from shopwatch.playbooks.library import Library, names_in
from shopwatch.playbooks.schema import FIGURES, Action, OnBonus, OnOrders, OnRate, Playbook

FOLDER = "playbooks"


class PlaybookError(Exception):
    """A playbook that can't be used, in a sentence that names the file and the key."""


def load(folder: Path | None = None, *, _: Translate = str) -> Library:
    """Return the package's playbooks, and those of this folder; a playbook there replaces its namesake."""
    shipped = resources.files("shopwatch") / "rules" / FOLDER
    files: list[Traversable] = sorted(shipped.iterdir(), key=lambda file: file.name)
    if folder is not None and folder.is_dir():
        files += sorted(folder.iterdir())
    books: dict[str, Playbook] = {}
    for file in files:
        if file.name.endswith(".toml"):
            book = _read(file, _)
            books[book.id] = book
    _check_twice(books.values(), _)
    return Library(books.values())


def _read(file: Traversable, _: Translate) -> Playbook:
    try:
        book = msgspec.convert(tomli.loads(file.read_bytes().decode("utf-8")), Playbook)
    except OSError as error:
        sentence = _("Playbook {file} can't be read: {reason}.")
        raise PlaybookError(sentence.format(file=file, reason=error.strerror or error)) from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        sentence = _("Playbook {file} is not TOML: {reason}.")
        raise PlaybookError(sentence.format(file=file, reason=error)) from None
    except msgspec.ValidationError as error:
        reason, _at, key = str(error).partition(" - at ")
        sentence = _("Playbook {file}, {key}: {reason}.")
        raise PlaybookError(sentence.format(file=file, key=key.strip("`") or "$", reason=reason)) from None
    for action in book.action:
        for key, reason in _every_mistake(action, _):
            sentence = _("Playbook {file}, {key}: {reason}.")
            raise PlaybookError(sentence.format(file=file, key=f"action.{action.id}.{key}", reason=reason))
    return book


def _every_mistake(action: Action, _: Translate) -> Iterator[tuple[str, str]]:
    yield from _mistakes(action, _)
    for marketplace in action.words:
        for key, reason in _mistakes(action.on(marketplace), _):
            yield f"words.{marketplace}.{key}", reason


def _mistakes(action: Action, _: Translate) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong) for what the types can't tell."""
    for language, text in (("zh", action.evidence.zh), ("en", action.evidence.en)):
        for name in sorted(names_in(text) - FIGURES):
            known = " | ".join(sorted(FIGURES))
            yield (
                f"evidence.{language}",
                _("there is no figure {name}; known: {known}").format(name=f"{{{name}}}", known=known),
            )
    if len(action.steps.zh) != len(action.steps.en) or not action.steps.zh:
        yield "steps", _("as many steps in one language as in the other, at least one")
    if action.effort <= 0:
        yield "effort", _("minutes, above 0")
    for text in action.hours or ():
        try:
            datetime.time.fromisoformat(text)
        except ValueError:
            yield "hours", _("two local times, such as 13:00")
    kinds = {type(trigger) for trigger in action.when}
    if not kinds:
        yield "when", _("at least one reason to show it")
    if (action.gain == "bonus" or OnBonus in kinds) and action.bonus is None:
        yield "bonus", _("the bonus of the scorecard that it wins")
    if (action.gain == "rescue" or OnRate in kinds) and action.rate is None:
        yield "rate", _("the rate of the scorecard that it keeps down")
    if (action.gain == "batch" or OnOrders in kinds) and action.select is None:
        yield "select", _("which open things it names")
    if action.gain in ("batch", "best") and not action.moves:
        yield "moves", _("the indicator that it moves")


def _check_twice(books: Iterable[Playbook], _: Translate) -> None:
    seen: dict[str, str] = {}
    for book in books:
        for action in book.action:
            if action.id in seen:
                raise PlaybookError(
                    _("The action {action} stands in two playbooks: {one} and {other}.").format(
                        action=action.id, one=seen[action.id], other=book.id
                    )
                )
            seen[action.id] = book.id
