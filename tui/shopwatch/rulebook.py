"""The scorecards there are, and which one is in force: those of the package and of a folder of one's own."""

from __future__ import annotations

import datetime
import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
import tomli

from shopwatch.config.rules import rises
from shopwatch.i18n import Translate
from shopwatch.scoring.scorecard import Line, Rate, Scorecard

FOLDER = "scorecards"
"""The folder beside a configuration in which its own scorecards lie."""


class ScorecardError(Exception):
    """A scorecard that can't be used, in a sentence that names the file and the key."""


def scorecards(folder: Path | None = None, *, _: Translate = str) -> dict[str, Scorecard]:
    """Return the scorecards by key, such as `douyin@2026-09-08`: the package's, and those of this folder,
    which win. A folder that isn't there holds none."""
    shipped = resources.files("shopwatch") / "rules" / FOLDER
    files: list[Traversable] = list(shipped.iterdir())
    if folder is not None and folder.is_dir():
        files += sorted(folder.iterdir())
    cards = (_read(file, _) for file in files if file.name.endswith(".toml"))
    return {card.key: card for card in cards}


def choose(name: str, on: datetime.date, cards: Mapping[str, Scorecard], *, _: Translate = str) -> Scorecard:
    """Return the scorecard of that name: the very one of `douyin@2026-09-08`, else of `douyin` the latest
    in force on that day, or the earliest where all came later."""
    if name in cards:
        return cards[name]
    versions = sorted((card for card in cards.values() if card.id == name), key=lambda card: card.version)
    if not versions:
        names = [*dict.fromkeys(card.id for card in cards.values()), *cards]
        near = difflib.get_close_matches(name, names, 1) or names
        sentence = _("There is no scorecard {name}; did you mean {known}?")
        raise ScorecardError(sentence.format(name=name, known=" | ".join(near)))
    in_force = [card for card in versions if card.version <= on]
    return in_force[-1] if in_force else versions[0]


def _read(file: Traversable, _: Translate) -> Scorecard:
    try:
        card = msgspec.convert(tomli.loads(file.read_bytes().decode("utf-8")), Scorecard)
    except OSError as error:
        sentence = _("Scorecard {file} can't be read: {reason}.")
        raise ScorecardError(sentence.format(file=file, reason=error.strerror or error)) from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        sentence = _("Scorecard {file} is not TOML: {reason}.")
        raise ScorecardError(sentence.format(file=file, reason=error)) from None
    except msgspec.ValidationError as error:
        reason, _at, key = str(error).partition(" - at ")
        sentence = _("Scorecard {file}, {key}: {reason}.")
        raise ScorecardError(sentence.format(file=file, key=key.strip("`") or "$", reason=reason)) from None
    for key, reason in _mistakes(card, _):
        sentence = _("Scorecard {file}, {key}: {reason}.")
        raise ScorecardError(sentence.format(file=file, key=key, reason=reason))
    return card


def _mistakes(card: Scorecard, _: Translate) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong) for what the types can't tell: names that point nowhere, and curves."""
    dimensions = [dimension.id for dimension in card.dimension]
    yield from _twice(card, _)
    for indicator in card.indicator:
        key = f"indicator.{indicator.id}"
        yield from _pointing(f"{key}.dimension", indicator.dimension, dimensions, _)
        if not rises(indicator.curve):
            yield f"{key}.curve", _("two points or more, each value above the one before")
        if indicator.weight <= 0:
            yield f"{key}.weight", _("a weight above 0")
        yield from _window(f"{key}.window", indicator.window, _)
    for dimension in card.dimension:
        if all(indicator.dimension != dimension.id for indicator in card.indicator):
            yield f"dimension.{dimension.id}", _("it has no indicator")
        if dimension.weight <= 0:
            yield f"dimension.{dimension.id}.weight", _("a weight above 0")
    for rate in card.rate:
        yield from _rate(rate, [clock.id for clock in card.clock], _)
    targets = ["total", *dimensions, *(rate.id for rate in card.rate)]
    for line in card.line:
        yield from _line(line, targets, _)
    for clock in card.clock:
        if clock.lengthens is not None:
            indicators = [indicator.id for indicator in card.indicator]
            yield from _pointing(f"clock.{clock.id}.lengthens", clock.lengthens, indicators, _)


def _rate(rate: Rate, clocks: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    yield from _window(f"rate.{rate.id}.window", rate.window, _)
    if rate.ahead is not None:
        yield from _pointing(f"rate.{rate.id}.ahead", rate.ahead, clocks, _)


def _line(line: Line, targets: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    if not line.parts:
        yield f"line.{line.id}.parts", _("it has no condition")
    for n, part in enumerate(line.parts):
        key = f"line.{line.id}.parts[{n}]"
        yield from _pointing(f"{key}.on", part.on, targets, _)
        if part.measure in ("mean", "streak") and not part.days:
            yield f"{key}.days", _("a {measure} needs its number of days").format(measure=part.measure)


def _pointing(key: str, name: str, known: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    names = list(known)
    if name not in names:
        near = difflib.get_close_matches(name, names, 1) or names
        yield key, _("there is no {name}; did you mean {known}?").format(name=name, known=" | ".join(near))


def _window(key: str, window: tuple[int, int], _: Translate) -> Iterator[tuple[str, str]]:
    first, last = window
    if not first >= last >= 0:
        yield key, _("[first, last] days ago, the first the larger")


def _twice(card: Scorecard, _: Translate) -> Iterator[tuple[str, str]]:
    for table in ("dimension", "indicator", "rate", "line", "clock", "bonus", "deduction"):
        for name, count in Counter(part.id for part in getattr(card, table)).items():
            if count > 1:
                yield f"{table}.{name}", _("it is there {count} times").format(count=count)
