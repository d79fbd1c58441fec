"""What the marketplace printed, from files: a table of figures, a TOML of them, or the page's own text.

A table has one figure a row (`item`, `value`, `points`, `weight`) or one day a row, with the figures' names
as headers. Both become mappings, so that a row that can't be used is told like any other source's. A row that
names a competitor is of that shop, and so is a whole source that does.
"""

from __future__ import annotations

import dataclasses
import datetime
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Names
from pathlib import Path
from typing import Any

import msgspec
import tomli

from shopwatch.i18n import Translate
from shopwatch.records import Reject
from shopwatch.scoring.gaps import CONSUMER
from shopwatch.scoring.scorecard import Scorecard, Unit
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import literal, name, shown
from shopwatch.sources.figures import NO, YES
from shopwatch.sources.files import FilesSource, Shape
from shopwatch.sources.mapping import Mapping
from shopwatch.sources.opening import Options
from shopwatch.sources.page import BONUS, DEDUCTION, Parsed, figure_of, item_of, names_of, parse_page
from shopwatch.sources.plaintext import plain_text
from shopwatch.sources.reader import Place, Reader, Taken
from shopwatch.sources.watched import definition_of

__all__ = ["OfficialSource", "Parsed", "figure_of", "item_of", "parse_page"]

DEFAULT_SCORECARD = "douyin"

_COLUMNS = {
    "published_at": ("published_at", "date", "time", "日期", "时间", "更新时间", "更新日期", "统计日期"),
    "item": ("item", "项目", "指标", "指标名称"),
    "value": ("value", "数值", "值", "指标值"),
    "points": ("points", "score", "分数", "得分"),
    "weight": ("weight", "权重"),
    "shop": ("shop", "店铺", "店铺id", "shop_id"),
    "competitor": ("competitor", "竞店", "竞品", "竞争店铺", "竞品店铺", "竞争对手", "对手店铺"),
}  # fmt: skip

# What a figure's cell may carry behind its number.
_SIGNS: dict[Unit | None, str] = {
    None: "分|星", "hours": "小时|时|hours?|h", "days": "天|days?|d", "seconds": "秒|seconds?|s", "stars": "分|星",
    "points": "分", "count": "单|次|个", "yuan": "元",
}  # fmt: skip


class OfficialSource(FilesSource):
    """Files of printed figures: csv, xlsx, json and their like; toml; txt with the page's text.

    scorecard: whose words name the figures. shop: an SQL expression over a table's columns, where the
    source stands in no [[shop]]; a column `shop` does without. competitor: the name of the shop that all of
    it was printed of; a column `competitor` says it row by row.
    """

    kind = "official"

    def __init__(
        self,
        *,
        name: str,
        every: float,
        path: str,
        place: Place,
        _: Translate,
        options: Options = Options(),  # noqa: B008 (frozen)
        shop: str | None = None,
        competitor: str | None = None,
        scorecard: Scorecard | None = None,
        wall: Callable[[], float] = time.time,
        rest: float = 2.0,
    ) -> None:
        super().__init__(
            name=name,
            every=every,
            path=path,
            place=place,
            shape=Shape(records="official", shop=shop),
            options=options,
            profiles=(),
            _=_,
            wall=wall,
            rest=rest,
        )
        self._scorecard = scorecard or _default_scorecard(_)
        self._competitor = competitor
        self._definition = definition_of(self._definition, self._scorecard.key, competitor)

    def read(self, reader: Reader, file: Path, known_at: int) -> Taken:
        """Read one file whole."""
        ending = file.suffix.lower()
        if ending not in (".txt", ".toml"):
            return self._table(reader, file, file, known_at)
        with tempfile.TemporaryDirectory(dir=self._place.scratch) as scratch:
            text = self._text(file, Path(scratch))
            rows = (
                self._page_rows(text, file) if ending == ".txt" else _toml_rows(text, file, self._translate)
            )
            copy = Path(scratch) / f"{file.stem}.ndjson"
            copy.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            return self._table(reader, copy, file, known_at)

    def _table(self, reader: Reader, copy: Path, file: Path, known_at: int) -> Taken:
        def plan(headers: tuple[str, ...]) -> Sequence[Mapping]:
            found = mappings_of(
                headers, self._scorecard, self._shop(headers, file), known_at, file.name, self._translate
            )
            if self._competitor is not None:
                return [theirs(mapping, literal(self._competitor)) for mapping in found]
            return told_apart(found, _column(headers, "competitor"))

        taken = reader.read_file(copy, self._options, plan, known_at, str(file))
        taken.rejects = [self._named(reject) for reject in taken.rejects]
        return taken

    def _named(self, reject: Reject) -> Reject:
        """A row whose figure goes by an unknown name says so; see `_long`."""
        if "item" in reject.fields or "value" not in reject.fields:
            return reject
        _ = self._translate
        sentence = _("{item} is no figure of {scorecard}; see `shopwatch rules show {scorecard}`")
        reason = sentence.format(item=reject.fields["value"], scorecard=self._scorecard.key)
        return msgspec.structs.replace(reject, reason=reason)

    def _text(self, file: Path, scratch: Path) -> str:
        _ = self._translate
        try:
            copy = plain_text(file, scratch, self._options.encoding, _)
            return copy.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                _("{file} can't be read ({reason}); check that it is there and may be read").format(
                    file=file, reason=shown(error)
                )
            ) from None

    def _page_rows(self, text: str, file: Path) -> list[dict[str, Any]]:
        _ = self._translate
        parsed = parse_page(text, self._scorecard)
        if not parsed.entries:
            raise SourceError(
                _(
                    "{file} holds no figure of the official page; paste the page's text with its labels"
                ).format(file=file.name)
            )
        at = parsed.published_at
        moment = {} if at is None else {"published_at": at.isoformat(" ", "seconds")}
        return [moment | msgspec.to_builtins(entry) for entry in parsed.entries]

    def _shop(self, headers: Sequence[str], file: Path) -> str:
        if self._place.shop is not None:
            return literal(self._place.shop)
        column = _column(headers, "shop")
        expression = self._shape.shop or (name(column) if column else None)
        if expression is None:
            _ = self._translate
            raise SourceError(
                _(
                    "{file}: which shop it belongs to is not said; put the source into a [[shop]], or give "
                    "`shop` an expression over the columns"
                ).format(file=file.name)
            )
        return expression


def mappings_of(
    headers: Sequence[str], scorecard: Scorecard, shop: str, known_at: int, file: str, _: Translate
) -> list[Mapping]:
    """Return what to read from a table with that header row. An undated figure is of the file's own time."""
    dated = _column(headers, "published_at")
    published = f"coalesce({_text_of(dated)}, {literal(str(known_at))})" if dated else literal(str(known_at))
    common = {"shop": shop, "published_at": published}
    units = _units(scorecard)
    found = _long(headers, common, units, scorecard) or list(_wide(headers, common, units, scorecard))
    if not found:
        raise SourceError(
            _("{file} has no column that names an official figure; it has {headers}").format(
                file=file, headers=shown(", ".join(headers))
            )
        )
    return found


def told_apart(found: Sequence[Mapping], column: str | None) -> list[Mapping]:
    """Return what reads the shop's own rows, and the rows of those competitors that the column names."""
    if column is None:
        return list(found)
    named = _text_of(column)
    own = [_where(mapping, f"{named} IS NULL") for mapping in found]
    return [*own, *(_where(theirs(mapping, named), f"{named} IS NOT NULL") for mapping in found)]


def theirs(mapping: Mapping, competitor: str) -> Mapping:
    """Return what reads the same figures as a competitor's; nobody compares its weights."""
    kept = {field: sql for field, sql in mapping.fields.items() if field != "weight"}
    return dataclasses.replace(mapping, records="competitors", fields=kept | {"competitor": competitor})


def _where(mapping: Mapping, condition: str) -> Mapping:
    return dataclasses.replace(
        mapping, where=f"({mapping.where}) AND {condition}" if mapping.where else condition
    )


def _long(
    headers: Sequence[str], common: dict[str, str], units: Names[str, Unit | None], scorecard: Scorecard
) -> list[Mapping]:
    """One figure a row. Each unit has its own mapping, since each reads its numbers in its own way."""
    item = _column(headers, "item")
    if item is None:
        return []
    called = f"lower({_text_of(item)})"
    words = names_of(scorecard)
    spelled = " ".join(f"WHEN {literal(word)} THEN {literal(known)}" for word, known in words.items())
    value, points, weight = (_column(headers, column) for column in ("value", "points", "weight"))
    mappings = []
    for unit in dict.fromkeys(units.values()):
        mine = [word for word, known in words.items() if units[known] == unit]
        fields = common | {"item": f"CASE {called} {spelled} END"}
        if unit is None:
            given = [_number(column, None) for column in (points, value) if column]
            fields |= {"points": f"coalesce({', '.join(given)})"} if given else {}
        else:
            fields |= {"value": _number(value, unit)} if value else {}
            fields |= {"points": _number(points, None)} if points else {}
        fields |= {"weight": _number(weight, "ratio")} if weight else {}
        mappings.append(Mapping("official", fields, where=f"{called} IN ({', '.join(map(literal, mine))})"))
    # a name that nobody knows is kept aside: without an item, and with its name for a value
    unknown = f"{called} IS NULL OR {called} NOT IN ({', '.join(map(literal, words))})"
    mappings.append(Mapping("official", common | {"item": "NULL", "value": _text_of(item)}, where=unknown))
    return mappings


def _wide(
    headers: Sequence[str], common: dict[str, str], units: Names[str, Unit | None], scorecard: Scorecard
) -> Iterable[Mapping]:
    """One day a row, the figures' names as headers."""
    for header in headers:
        item = item_of(header, scorecard)
        if item is None:
            continue
        unit = units[item]
        figure = {"points" if unit is None else "value": _number(header, unit)}
        yield Mapping(
            "official",
            common | {"item": literal(item)} | figure,
            where=f"{_text_of(header)} IS NOT NULL",
        )


def _units(scorecard: Scorecard) -> dict[str, Unit | None]:
    """The unit of every item's figure; None where it is in points."""
    units: dict[str, Unit | None] = dict.fromkeys(("total", BONUS, DEDUCTION, CONSUMER))
    units |= dict.fromkeys(dimension.id for dimension in scorecard.printed_dimensions)
    return units | {indicator.id: indicator.unit for indicator in scorecard.indicator}


def _number(column: str, unit: Unit | None) -> str:
    text = _text_of(column)
    if unit in ("ratio", "rank"):
        return f"percent({text})"
    if unit == "yuan":
        return f"yuan({text}) / 100.0"
    if unit == "yes":
        said = " ".join(
            f"WHEN regexp_full_match(trim({text}), {literal(words)}, 'i') THEN '{figure}'"
            for words, figure in ((NO, 0), (YES, 1))
        )
        return f"CAST(CASE {said} ELSE {text} END AS DOUBLE)"
    if unit == "count":
        text = f"replace({text}, ',', '')"
    bare = f"regexp_replace({text}, '\\s*({_SIGNS[unit]})$', '', 'i')"
    return f"CAST({bare} AS DOUBLE)"


def _text_of(column: str) -> str:
    return f"CAST({name(column)} AS VARCHAR)"


def _column(headers: Sequence[str], field: str) -> str | None:
    return next((header for header in headers if header.strip().casefold() in _COLUMNS[field]), None)


def _toml_rows(text: str, file: Path, _: Translate) -> list[dict[str, Any]]:
    """The tables of a list, `[[official]]` or any other name, else the whole file as one day."""
    try:
        whole = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise SourceError(
            _("{file} is not TOML ({reason}); correct it there").format(file=file.name, reason=error)
        ) from None
    lists = [value for value in whole.values() if isinstance(value, list) and value]
    rows = lists[0] if lists else [whole]
    return [{key: _plain(value) for key, value in row.items()} for row in rows if isinstance(row, dict)]


def _plain(value: object) -> object:
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, datetime.date) else value


def _default_scorecard(_: Translate) -> Scorecard:
    from shopwatch.rulebook import choose, scorecards

    return choose(DEFAULT_SCORECARD, datetime.date.max, scorecards(_=_), _=_)
