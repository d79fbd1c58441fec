"""The one pipeline that everything a source reads goes through, in a DuckDB connection of its own.

A file is opened as the table `file`; a mapping's expressions make the table `raw` of it; `raw` is typed and
checked into the table `typed`; the good rows of that go to a Parquet file and the bad ones to rejects. All of
it is SQL over columns: only the bad rows ever come to Python.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from shopwatch.i18n import Translate
from shopwatch.records import Batch, Reject, Table
from shopwatch.sources import SourceError, canonical, convert, reasons, times, zones
from shopwatch.sources.cleaning import MACROS, literal, name, shown
from shopwatch.sources.mapping import Mapping
from shopwatch.sources.opening import Misfit, Options, first_line, open_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

T = TypeVar("T")

MOST_REJECTS = 10_000
"""Of one file; that there are more is told in one more."""

Plan = Callable[[tuple[str, ...]], Sequence[Mapping]]
"""What to read from a file with that header row; raises SourceError."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source stands: what it shares with every other of its configuration.

    shop: the id of the [[shop]] that it belongs to. timezone: in which naive times are read. folder: of the
    configuration file. scratch: for temporary files.
    """

    shop: str | None
    timezone: str
    folder: Path
    scratch: Path


class InterruptedReadingError(Exception):
    """The reading was given up; nobody waits for it any more."""


@dataclasses.dataclass(slots=True)
class Taken:
    """What was read so far."""

    batches: list[Batch] = dataclasses.field(default_factory=list)
    rejects: list[Reject] = dataclasses.field(default_factory=list)

    def discard(self) -> None:
        """Delete what nobody will receive."""
        for batch in self.batches:
            batch.path.unlink(missing_ok=True)
        self.batches.clear()


class Reader:
    """One poll's reading. Blocking: run it in a thread; `interrupt` may be called from another."""

    def __init__(self, scratch: Path, folder: Path, timezone: str, _: Translate) -> None:
        import duckdb

        self._translate = _
        self._scratch = scratch
        self._timezone = timezone
        self._stopped = False
        scratch.mkdir(parents=True, exist_ok=True)
        self._copies = tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True)
        self._con: DuckDBPyConnection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "async_threads": "0",  # eight a reader, which nothing here would use
            },
        )
        self._con.execute("SET TimeZone = 'UTC'")
        self._con.execute(f"SET temp_directory = {literal(self._copies.name)}")
        self._con.execute(f"SET file_search_path = {literal(str(folder))}")
        for macro in MACROS:
            self._con.execute(macro)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up all that it holds."""
        self._con.close()
        self._copies.cleanup()

    @property
    def stopped(self) -> bool:
        """Whether it was interrupted."""
        return self._stopped

    def interrupt(self) -> None:
        """Stop what is being read, and whatever would be read after it."""
        self._stopped = True
        self._con.interrupt()

    def read_file(self, path: Path, options: Options, plan: Plan, known_at: int, origin: str) -> Taken:
        """Read a file by the mappings that its header row calls for."""
        from shopwatch.sources.expressions import needed, unknown_columns, unknown_sentence

        _ = self._translate
        self._con.execute(f"CREATE OR REPLACE TEMP MACRO file_time() AS {known_at}")
        self.forget()
        opened = open_file(self._con, path, Path(self._copies.name), options, _)
        mappings = plan(opened.headers)
        expressions = [sql for mapping in mappings for sql in mapping.expressions]
        if unknown := unknown_columns(expressions, opened.headers):
            raise SourceError(unknown_sentence(path.name, unknown, opened.headers, _))
        columns = needed(expressions, opened.headers)
        misfits = self._guarded(lambda: opened.load(columns), path.name)
        skip = max((mapping.skip_rows for mapping in mappings), default=0)
        gone = [] if opened.in_place else [row for row, _what in misfits]
        taken = Taken(rejects=self._misfits(misfits, skip, mappings, origin))
        for mapping in mappings:
            self._read_mapping(mapping, columns, known_at, origin, taken, gone)
        return taken

    def read_query(self, query: str, table: Table, shop: str | None, known_at: int, origin: str) -> Taken:
        """Read the rows of a whole query, whose columns are the record's fields."""
        self.forget()
        body = query.strip().rstrip(";")
        self._guarded(lambda: self._con.execute(f"CREATE TEMP TABLE file AS ({body}\n)"), origin)
        found = {row[0] for row in self._con.execute("DESCRIBE file").fetchall()}
        fields = {field: f"file.{name(field)}" for field in sorted(found)}
        if shop is not None and "shop" not in fields:
            fields["shop"] = shop
        taken = Taken()
        self._read_mapping(Mapping(table.name, fields), (), known_at, origin, taken, [])
        return taken

    def read_plain(
        self, path: Path, table: Table, fields: Collection[str], known_at: int, origin: str
    ) -> Taken:
        """Read a file of plain records that name these fields."""

        def sql(to: Path) -> str:
            return canonical.batch_sql(table, fields, path, known_at, to)

        batch = self._written(table, canonical.declared(table, fields), sql, origin)
        return Taken([batch] if batch is not None else [])

    def forget(self) -> None:
        """Drop what was read of the last file."""
        for table in ("raw", "typed", "file", "objects", "reject_errors", "reject_scans"):
            self._con.execute(f"DROP TABLE IF EXISTS {table}")

    def _read_mapping(
        self,
        mapping: Mapping,
        columns: Sequence[str],
        known_at: int,
        origin: str,
        taken: Taken,
        gone: Sequence[int],
    ) -> None:
        from shopwatch.sources import pipeline

        mapping = mapping.dated(known_at)
        pipeline.check_fields(mapping, origin, self._translate)
        self._con.execute("DROP TABLE IF EXISTS raw; DROP TABLE IF EXISTS typed")
        raw, checked = pipeline.raw_table(mapping, columns, self._translate)
        self._guarded(lambda: self._con.execute(raw), origin)
        described = self._guarded(lambda: self._con.execute("DESCRIBE raw").fetchall(), origin)
        types = {row[0]: row[1] for row in described}
        stripped = pipeline.stripped(mapping, columns, types)
        typed = pipeline.typed_table(mapping, types, checked, stripped, self._alike(mapping, types))
        self._guarded(lambda: self._con.execute(typed), origin)
        batch = self._write(mapping, known_at, origin)
        if batch is not None:
            taken.batches.append(batch)
        taken.rejects += self._rejects(mapping, checked, origin, gone, MOST_REJECTS - len(taken.rejects))

    def _write(self, mapping: Mapping, known_at: int, origin: str) -> Batch | None:
        from shopwatch.sources import pipeline

        low, high = self._span(mapping)
        columns = [
            pipeline.final_column(mapping, field, self._timezone, low, high, known_at)
            for field in canonical.declared(mapping.table, mapping.fields)
        ]
        fields = canonical.declared(mapping.table, mapping.fields)
        rows = f"SELECT {', '.join(columns)} FROM typed WHERE ok"

        def sql(to: Path) -> str:
            return f"COPY ({rows}) TO {literal(str(to))} (FORMAT parquet)"

        return self._written(mapping.table, fields, sql, origin)

    def _written(
        self, table: Table, fields: tuple[str, ...], sql: Callable[[Path], str], origin: str
    ) -> Batch | None:
        with tempfile.NamedTemporaryFile(dir=self._scratch, suffix=".parquet", delete=False) as file:
            path = Path(file.name)
        copy = sql(path)
        counted = self._guarded(lambda: self._con.execute(copy).fetchone(), origin)
        rows = int(counted[0]) if counted else 0
        if rows == 0:
            path.unlink()
            return None
        return Batch(table.name, fields, path, rows, origin)

    def _alike(self, mapping: Mapping, types: dict[str, str]) -> list[str]:
        """The fields that hold times written in the common way and no others: to read any way that a time
        may be written takes seven times as long to plan."""
        texts = (field for field in mapping.fields if types[field] == "VARCHAR")
        fields = [field for field in texts if mapping.table.fields[field].kind in convert.TIMED]
        if not fields:
            return []
        looks = ", ".join(f"bool_and({name(field)} LIKE '{times.COMMON}')" for field in fields)
        found = self._con.execute(f"SELECT {looks} FROM raw").fetchone() or ()
        return [field for field, alike in zip(fields, found, strict=True) if alike is not False]

    def _span(self, mapping: Mapping) -> tuple[int, int]:
        """The seconds between which the data's times lie; asked only where the zone's offset changes."""
        fields = [field for field in mapping.fields if mapping.table.fields[field].kind in convert.TIMED]
        if not fields or not zones.changes(self._timezone):
            return zones.LATEST, zones.LATEST
        sides = [name(f"{side}{field}") for field in fields for side in "@^"]
        row = self._con.execute(
            f"SELECT least({', '.join(f'min({side})' for side in sides)}), "
            f"greatest({', '.join(f'max({side})' for side in sides)}) FROM typed"
        ).fetchone()
        low, high = row or (None, None)
        # A local second and its UTC second are at most a day apart.
        return (low - 86_400, high + 86_400) if low is not None else (zones.LATEST, zones.LATEST)

    def _rejects(
        self, mapping: Mapping, checked: Sequence[str], origin: str, gone: Sequence[int], room: int
    ) -> list[Reject]:
        counted = self._con.execute("SELECT count(*) FROM typed WHERE NOT ok").fetchone()
        bad = int(counted[0]) if counted else 0
        if bad == 0:
            return []
        _ = self._translate
        fields = list(mapping.fields)
        chosen = [f"left(CAST(raw.{name(field)} AS VARCHAR), 800)" for field in fields]
        flags = [f"typed.{name(f'?{field}')}" for field in fields]
        notes = [f"raw.{name(f'#{field}')}" for field in checked]
        rows = self._con.execute(
            f'SELECT typed."#row", {", ".join([*chosen, *flags, *notes])} FROM raw JOIN typed ON '
            f'raw."#row" = typed."#row" WHERE NOT typed.ok ORDER BY 1 LIMIT {max(room, 0)}'
        ).fetchall()
        rejects = []
        for number, *cells in rows:
            values = dict(zip(fields, cells, strict=False))
            readable = dict(zip(fields, cells[len(fields) :], strict=False))
            noted = dict(zip(checked, cells[2 * len(fields) :], strict=True))
            reason = _reason(mapping.table, values, readable, noted, _)
            values |= {field: value for field, value in noted.items() if value is not None}
            kept = {field: shown(value) for field, value in values.items() if value is not None}
            rejects.append(Reject(origin, _row_in_file(number, gone), mapping.records, reason, kept))
        if bad > len(rejects):
            more = _("{n} more rows can't be used either").format(n=bad - len(rejects))
            rejects.append(Reject(origin, None, mapping.records, more, {}))
        return rejects

    def _misfits(
        self, misfits: Sequence[Misfit], skip: int, mappings: Sequence[Mapping], origin: str
    ) -> list[Reject]:
        _ = self._translate
        table = mappings[0].records if mappings else ""
        sentence = _("the row does not fit the file: {what}")
        return [
            Reject(origin, row, table, sentence.format(what=what), {}) for row, what in misfits if row > skip
        ]

    def _guarded(self, work: Callable[[], T], origin: str) -> T:
        """Run, and tell the engine's complaint in a sentence."""
        import duckdb

        _ = self._translate
        if self._stopped:
            raise InterruptedReadingError
        try:
            return work()
        except duckdb.InterruptException:
            raise InterruptedReadingError from None
        except (duckdb.Error, UnicodeDecodeError) as error:
            reason = first_line(error)
            if "(VARCHAR" in reason or ", VARCHAR" in reason:
                reason += " — " + _("the columns are text: use yuan(x), percent(x), CAST(x AS DOUBLE)")
            elif "does not support the encoding" in reason:
                reason += " — " + _("leave `encoding` out: a file's own is found by itself")
            raise SourceError(
                _("{origin} can't be read as its source asks: {reason}").format(origin=origin, reason=reason)
            ) from None


def _reason(
    table: Table,
    values: dict[str, object],
    readable: dict[str, object],
    noted: dict[str, object],
    _: Translate,
) -> str:
    parts = []
    for field, value in values.items():
        if readable[field]:
            continue
        known = table.fields[field]
        if noted.get(field) is not None:
            parts.append(reasons.not_taken(known, noted[field], _))
            continue
        blank = value is None or not str(value).strip()
        parts.append(reasons.empty(known, _) if blank else reasons.unreadable(known, value, _))
    return "; ".join(parts)


def _row_in_file(number: int, gone: Sequence[int]) -> int:
    """The row's place in the file, the misfits before it counted."""
    for row in gone:  # in order
        if row > number:
            break
        number += 1
    return number
