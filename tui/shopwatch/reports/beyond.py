"""What a review tells beyond the board: the league tables and the voice of the buyers, which are asked for apart."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from shopwatch import formats
from shopwatch.board import Board, Sudden
from shopwatch.board.deeds import Deed
from shopwatch.board.leagues import LeagueBoard, LeagueCell, LeagueColumn, LeagueTable
from shopwatch.board.voice import Problem, VoiceBoard
from shopwatch.campaigns import expected_words, review, when_words
from shopwatch.i18n import Translate
from shopwatch.reports.document import Bars, Block, Lines, Part, Table

FORTNIGHT = datetime.timedelta(days=14)
MOST_ROWS = 10  # of a table: who costs most comes first
MOST_PROBLEMS = 10
MOST_PARTS = 3
MARKS = {"worse": "✗ ", "better": "✓ ", "thin": "· "}


# ---------------------------------------------------------------- league tables


def league_parts(board: LeagueBoard | None, _: Translate) -> Iterator[Part]:
    """Return a part for each table, its bars what the first rows do to the score."""
    for table in board.tables if board else ():
        yield Part(table.name, tuple(_league_blocks(table, board.enough if board else 0, _)))


def _league_blocks(table: LeagueTable, enough: int, _: Translate) -> Iterator[Block]:
    rows = table.rows[:MOST_ROWS]
    bars = tuple(
        (row.key, row.part, formats.points(row.part, 2))
        for row in rows
        if row.part and abs(row.part) >= 0.005
    )
    if bars:
        yield Bars(table.name, bars)
    names = tuple(column.name for column in table.columns)
    mean = tuple(formats.unit_value(column.mean, column.unit, _) for column in table.columns)
    yield Table(
        (_("Name"), *names, _("effect"), _("What to do")),
        (
            (_("shop's mean"), *mean, "", ""),
            *(
                (
                    row.key,
                    *(
                        _figure(column, cell, _)
                        for column, cell in zip(table.columns, row.cells, strict=True)
                    ),
                    "" if row.part is None else formats.points(row.part, 2),
                    row.advice,
                )
                for row in rows
            ),
        ),
    )
    signs = _(
        "✗ worse than the mean, ✓ better, 99 times in 100 not by chance; · fewer than {n} cases: shown, not judged."
    )
    others = len(table.rows) - len(rows) + table.others
    more = (_("{n} others").format(n=others),) if others else ()
    lacking = _("Nothing is known of: {names}.").format(names=_(", ").join(table.lacking))
    yield Lines((signs.format(n=enough), *more, *((lacking,) if table.lacking else ())))


def _figure(column: LeagueColumn, cell: LeagueCell | None, _: Translate) -> str:
    if cell is None:
        return formats.UNKNOWN
    return MARKS.get(cell.verdict, "") + formats.unit_value(cell.value, column.unit, _)


# ---------------------------------------------------------------- what was done


def done_table(board: Board, deeds: Sequence[Deed], _: Translate) -> Table | None:
    """Return each action that was ticked off in the fortnight: how often, when last and by whom, and what has been
    seen since its last tick."""
    ticks = _ticks(deeds, board.as_of)
    effects = {one.id: one.effect or one.evidence for one in board.actions if one.done}
    rows = tuple(
        (
            found[0].title,
            str(len(found)),
            formats.clock_time(found[0].at),
            " · ".join(dict.fromkeys(one.by for one in found if one.by)),
            effects.get(action, ""),
        )
        for action, found in ticks.items()
    )
    columns = (_("Action"), _("Times"), _("Last"), _("By"), _("What it changed"))
    return Table(columns, rows) if rows else None


def _ticks(deeds: Sequence[Deed], now: datetime.datetime | None) -> dict[str, list[Deed]]:
    """Return the ticks of the fortnight that weren't taken back, by action, the last first."""
    found: dict[str, list[Deed]] = {}
    undone: Counter[str] = Counter()
    for one in deeds:
        if now is None or one.at < now - FORTNIGHT:
            continue
        if one.kind == "undo":
            undone[one.action] += 1
        elif one.kind == "tick" and undone[one.action]:
            undone[one.action] -= 1
        elif one.kind == "tick":
            found.setdefault(one.action, []).append(one)
    return found


# ---------------------------------------------------------------- the voice


def sudden_part(sudden: Sequence[Sudden], _: Translate) -> Iterator[Part]:
    """What buyers suddenly complain of more than usual, with its orders; no part where nothing is."""
    if sudden:
        columns = (_("Suddenly more"), _("Complaints"), _("a day as a rule"), _("Orders"))
        rows = tuple(
            (one.words, str(one.count), f"{one.usual:.1f}", " ".join(one.orders[:20])) for one in sudden
        )
        yield Part(_("Sudden complaints"), (Table(columns, rows),))


def voice_parts(voice: VoiceBoard | None, _: Translate) -> Iterator[Part]:
    """Return the problems that buyers name most, with what they say."""
    if voice is None or not voice.problems:
        return
    problems = voice.problems[:MOST_PROBLEMS]
    columns = (_("Problem"), *span_names(voice, _), _("Share"), _("Words"), _("Products"), _("Carriers"),
               _("What buyers say"))  # fmt: skip
    yield Part(
        _("Voice of the buyer"),
        (Lines((total_words(voice, _),)), Table(columns, tuple(_problem(one, _) for one in problems))),
    )


def span_names(voice: VoiceBoard, _: Translate) -> tuple[str, str]:
    """Return what the span and the one before it are called."""
    if voice.days is None:
        return _("This month"), _("Last month")
    return _("{n} days").format(n=voice.days), _("{n} before").format(n=voice.days)


def total_words(voice: VoiceBoard, _: Translate) -> str:
    words = _("Since {first}: {n} complaints, {before} to the same day of the month before.")
    if voice.days is not None:
        words = _("In {days} days, since {first}: {n} complaints, {before} in as many days before.")
    total = words.format(
        days=voice.days,
        first=formats.day(voice.first),
        n=formats.number(voice.total, _),
        before=formats.number(voice.before, _),
    )
    about = _("Low ratings, after-sales and tickets; one may name several problems.")
    return _("{total} {about}").format(total=total, about=about)


def _problem(one: Problem, _: Translate) -> tuple[str, ...]:
    return (
        f"⚠ {one.name}" if one.sudden else one.name,
        str(one.count),
        str(one.before),
        formats.percent(one.share, 0),
        _counted((part.word, part.count) for part in one.parts[:MOST_PARTS]),
        _counted(one.products[:MOST_PARTS]),
        _counted(one.carriers[:MOST_PARTS]),
        one.examples[0] if one.examples else "",
    )


def _counted(counted: Iterable[tuple[str, int]]) -> str:
    return " · ".join(f"{key} {count}" for key, count in counted)


def campaign_part(board: Board, _: Translate) -> Iterator[Part]:
    """What to expect of the next campaign, and what came of the last ones."""
    said: list[str] = []
    for one in reversed(board.campaigns) if board.as_of is not None else ():
        head = when_words(one, board.as_of or one.start, _)
        said.append(head if one.state == "over" else f"{head} · {expected_words(one, _)}")
        said += [f"{name}: {value}" for name, value in review(one, board.scale, _)]
    if said:
        yield Part(_("Campaigns"), (Lines(tuple(said)),))
