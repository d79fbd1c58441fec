"""The scorecards there are, and which one is in force: those of the package and of a folder of one's own."""

from __future__ import annotations

import datetime
import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import tomli

from shopwatch.config.rules import rises
from shopwatch.i18n import Translate
from shopwatch.scoring.scorecard import Bonus, Indicator, Line, Rate, Scorecard, SmallSample, Stage, WeightSet

FOLDER = "scorecards"
"""The folder beside a configuration in which its own scorecards lie."""

DATE = len("-2026-09-08")  # how a shipped file's name ends: its version


class ScorecardError(Exception):
    """A scorecard that can't be used, in a sentence that names the file and the key."""


class Scorecards(Mapping[str, Scorecard]):
    """The scorecards by key, such as `douyin@2026-09-08`, each read when it is first asked for.

    Most shops need one of many, and reading them all would cost more than all else that a start does.
    """

    def __init__(
        self,
        shipped: Mapping[str, Path],
        own: Mapping[str, Scorecard],
        _: Translate,
        files: Mapping[str, Path] | None = None,
    ) -> None:
        """Take the package's files by key, and the scorecards that win over them, with theirs."""
        self.files = files or {}
        self._shipped, self._read, self._translate = shipped, dict(own), _
        self._keys = sorted({*shipped, *own})

    def __getitem__(self, key: str) -> Scorecard:
        if key not in self._read:
            self._read[key] = _read(self._shipped[key], self._translate)
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def scorecards(folder: Path | None = None, *, _: Translate = str) -> Scorecards:
    """Return the package's scorecards and those of this folder, which win. A folder that isn't there holds
    none. What it holds is read at once: a mistake in it should be told before anything rests on it."""
    shipped = (Path(__file__).parent / "rules" / FOLDER).glob("*.toml")
    stems = {file.stem: file for file in shipped}
    by_key = {f"{stem[:-DATE]}@{stem[1 - DATE :]}": file for stem, file in stems.items()}
    own, files = _own(folder, _)
    return Scorecards(by_key, own, _, files)


def _own(folder: Path | None, _: Translate) -> tuple[dict[str, Scorecard], dict[str, Path]]:
    cards: dict[str, Scorecard] = {}
    files: dict[str, Path] = {}
    if folder is None or not folder.is_dir():
        return cards, files
    for file in sorted(folder.glob("*.toml")):
        card = _read(file, _)
        if card.key in cards:
            sentence = _(
                "Scorecard {file}, version: {other} is {key} already; give one of them another version."
            )
            raise ScorecardError(sentence.format(file=file, other=files[card.key].name, key=card.key))
        cards[card.key], files[card.key] = card, file
    return cards, files


def choose(name: str, on: datetime.date, cards: Mapping[str, Scorecard], *, _: Translate = str) -> Scorecard:
    """Return the scorecard of that name: the very one of `douyin@2026-09-08`, else of `douyin` the latest
    in force on that day. Before all of them it is the latest: no rule of so long ago is here, and it is
    today's that a shop of then is looked at by."""
    if name in cards:
        return cards[name]
    versions = sorted(key for key in cards if id_of(key) == name)
    if not versions:
        names = [*dict.fromkeys(map(id_of, cards)), *cards]
        near = difflib.get_close_matches(name, names, 1) or names
        sentence = _("There is no scorecard {name}; did you mean {known}?")
        raise ScorecardError(sentence.format(name=name, known=" | ".join(near)))
    in_force = [key for key in versions if key <= f"{name}@{on.isoformat()}"]
    return cards[in_force[-1] if in_force else versions[-1]]


def id_of(key: str) -> str:
    """Return whose version a key names: `douyin` of `douyin@2026-09-08`."""
    return key.partition("@")[0]


def _read(file: Path, _: Translate) -> Scorecard:
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
    indicators = [indicator.id for indicator in card.indicator]
    rates = [rate.id for rate in card.rate]
    yield from _twice(card, _)
    for indicator in card.indicator:
        yield from _indicator(indicator, dimensions, _)
        if indicator.small_sample is not None:
            yield from _small_sample(
                f"indicator.{indicator.id}.small_sample", indicator.small_sample, rates, _
            )
    for dimension in card.dimension:
        if all(indicator.dimension != dimension.id for indicator in card.indicator):
            yield f"dimension.{dimension.id}", _("it has no indicator")
        if dimension.weight is not None and dimension.weight <= 0:
            yield f"dimension.{dimension.id}.weight", _("a weight above 0")
    for rate in card.rate:
        yield from _rate(rate, [clock.id for clock in card.clock], _)
    for line in card.line:
        yield from _line(line, ["total", *dimensions, *indicators, *rates], _)
    for clock in card.clock:
        if clock.lengthens is not None:
            yield from _pointing(f"clock.{clock.id}.lengthens", clock.lengthens, indicators, _)
        if clock.decides is not None:
            yield from _pointing(f"clock.{clock.id}.decides", clock.decides, indicators, _)
    for bonus in card.bonus:
        yield from _bonus(bonus, dimensions, _)
    if card.stage is not None:
        yield from _stage(card.stage, [deduction.id for deduction in card.deduction], _)
    for n, weights in enumerate(card.weights):
        yield from _weights(f"weights[{n}]", weights, [*dimensions, *indicators], _)
    for exclusion in card.exclusion:
        for n, name in enumerate(exclusion.indicators):
            yield from _pointing(f"exclusion.{exclusion.id}.indicators[{n}]", name, indicators, _)
        if exclusion.first > exclusion.last:
            yield f"exclusion.{exclusion.id}.last", _("a day not before the first")


def _indicator(indicator: Indicator, dimensions: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    key = f"indicator.{indicator.id}"
    yield from _pointing(f"{key}.dimension", indicator.dimension, dimensions, _)
    if indicator.curve is not None and not rises(indicator.curve):
        yield f"{key}.curve", _("two points or more, each value above the one before")
    if indicator.weight is not None and indicator.weight <= 0:
        yield f"{key}.weight", _("a weight above 0")
    if indicator.counted and not indicator.day:
        yield f"{key}.day", _("the moment that puts a row into a day")
    own_mark = indicator.scoring == "mean" and indicator.unit == "points"  # given as the points that it is
    if not indicator.counted and indicator.scoring in ("curve", "tier", "mean") and not own_mark:
        yield (
            f"{key}.from",
            _("a table of records; what only the marketplace knows is scored as given or rank"),
        )
    if indicator.scoring == "threshold" and indicator.target is None:
        yield f"{key}.target", _("the value that must be met")
    yield from _window(f"{key}.window", indicator.window, _)


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


def _small_sample(
    key: str, rule: SmallSample, rates: Iterable[str], _: Translate
) -> Iterator[tuple[str, str]]:
    yield from _pointing(f"{key}.bad", rule.bad, ["numerator", "denominator", *rates], _)
    for n, (_name, below) in enumerate(rule.orders_below):
        if below <= 0:
            yield f"{key}.orders_below[{n}]", _("a number of orders above 0")


def _bonus(bonus: Bonus, dimensions: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    if bonus.dimension is not None:
        yield from _pointing(f"bonus.{bonus.id}.dimension", bonus.dimension, dimensions, _)
    if bonus.given == "share" and bonus.at is None:
        yield f"bonus.{bonus.id}.at", _("the share from which it is given")


def _stage(stage: Stage, deductions: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    names = list(deductions)
    for n, name in enumerate(stage.bad_events):
        yield from _pointing(f"stage.bad_events[{n}]", name, names, _)


def _weights(key: str, weights: WeightSet, names: Iterable[str], _: Translate) -> Iterator[tuple[str, str]]:
    known = list(names)
    for name, weight in weights.of.items():
        yield from _pointing(f"{key}.of.{name}", name, known, _)
        if weight < 0:
            yield f"{key}.of.{name}", _("a number, 0 or above")
    if sum(weights.of.values()) <= 0:
        yield f"{key}.of", _("a weight above 0")


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
    for table in ("dimension", "indicator", "rate", "line", "clock", "bonus", "deduction", "exclusion"):
        for name, count in Counter(part.id for part in getattr(card, table)).items():
            if count > 1:
                yield f"{table}.{name}", _("it is there {count} times").format(count=count)
    for (industry, shop_type), count in Counter((w.industry, w.shop_type) for w in card.weights).items():
        if count > 1:
            name = " · ".join(part for part in (industry, shop_type) if part)
            yield f"weights ({name})", _("it is there {count} times").format(count=count)
