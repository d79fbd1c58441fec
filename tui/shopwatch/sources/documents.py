"""JSON: an array of objects, an object that holds one, or an object a line."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import literal, name, stripped
from shopwatch.sources.opening import Misfit, Opened, first_line, glob_free, unique

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGEST_OBJECT = 64 << 20  # bytes
MOST_MISFITS = 10_000


def open_json(
    con: DuckDBPyConnection, path: Path, folder: Path, records_path: str | None, shown_name: str, _: Translate
) -> Opened:
    """Open a UTF-8 file of records. `records_path` names the list inside an object, dotted."""
    if not _starts_with_brace(path):
        return _opened(con, path, "array", shown_name, _)
    listed = _list_inside(path, records_path, shown_name, _)
    return open_lines(con, path if listed is None else as_lines(listed, folder), shown_name, _)


def open_lines(con: DuckDBPyConnection, path: Path, shown_name: str, _: Translate) -> Opened:
    """Open a UTF-8 file of one object a line."""
    return _opened(con, path, "newline_delimited", shown_name, _)


def _opened(con: DuckDBPyConnection, path: Path, kind: str, shown_name: str, _: Translate) -> Opened:
    import duckdb

    try:
        con.execute(
            f"CREATE TEMP TABLE objects AS SELECT json FROM read_json_objects({literal(glob_free(path))}, "
            f"format = '{kind}', ignore_errors = {kind != 'array'}, maximum_object_size = {LARGEST_OBJECT})"
        )
    except (duckdb.Error, UnicodeDecodeError) as error:  # its complaint may quote bytes that are no text
        raise SourceError(
            _("{file} is no JSON that can be read ({reason}); export it again").format(
                file=shown_name, reason=first_line(error)
            )
        ) from None
    row = con.execute(
        "SELECT json_group_structure(json) FROM objects WHERE json_type(json) = 'OBJECT'"
    ).fetchone()
    structure: dict[str, Any] = json.loads(row[0]) if row and row[0] else {}
    if not structure and con.execute("SELECT 1 FROM objects LIMIT 1").fetchone():
        raise SourceError(_("{file} holds no JSON objects; export it again").format(file=shown_name))
    keys = _told_apart(structure)

    def load(wanted: Sequence[str]) -> list[Misfit]:
        if not wanted:
            con.execute("CREATE TEMP TABLE file AS SELECT TRUE AS present FROM objects")
            return _misfits(con, _)
        types = {keys[header]: _type(structure[keys[header]]) for header in wanted}
        # Every object is parsed once, into a struct of the columns asked for.
        parsed = (
            f"SELECT json_transform(json, {literal(json.dumps(types, ensure_ascii=False))}) AS r FROM objects"
        )
        chosen = ", ".join(f"{_column(keys[header], types)} AS {name(header)}" for header in wanted)
        con.execute(f"CREATE TEMP TABLE file AS SELECT {chosen} FROM ({parsed})")
        return _misfits(con, _)

    return Opened(tuple(keys), load)


def _misfits(con: DuckDBPyConnection, _: Translate) -> list[Misfit]:
    bad = con.execute(
        "SELECT rowid + 1 FROM objects WHERE json IS NULL OR json_type(json) <> 'OBJECT' "
        f"ORDER BY rowid LIMIT {MOST_MISFITS}"
    ).fetchall()
    return [(row, _("not a JSON object")) for (row,) in bad]


def _told_apart(structure: dict[str, Any]) -> dict[str, str]:
    """Column → key. Of keys that differ in their case alone, which a struct can't hold, the first counts."""
    firsts: dict[str, str] = {}
    for key in structure:
        firsts.setdefault(key.casefold(), key)
    return dict(zip(unique(list(firsts.values())), firsts.values(), strict=True))


def _type(found: Any) -> Any:
    """The structure's type, a text where no value was there to tell."""
    return json.loads(json.dumps(found, ensure_ascii=False).replace('"NULL"', '"VARCHAR"'))


def _column(key: str, types: dict[str, Any]) -> str:
    value = f"r.{name(key)}"
    if types[key] == "JSON":  # of one kind here and another there
        return stripped(f"({value} ->> '$')")
    return stripped(value) if types[key] == "VARCHAR" else value


def _starts_with_brace(path: Path) -> bool:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        while line := file.readline(1 << 20):
            if line.strip():
                return line.lstrip().startswith("{")
    return True


def _list_inside(
    path: Path, records_path: str | None, shown_name: str, _: Translate
) -> list[msgspec.Raw] | None:
    """The records of one object that holds them; None where the file has an object a line."""
    try:
        whole = msgspec.json.decode(
            path.read_bytes().removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw]
        )
    except (msgspec.DecodeError, RecursionError):
        return None
    return records_in(msgspec.json.encode(whole), records_path, shown_name, _)


def records_in(text: bytes, records_path: str | None, shown_name: str, _: Translate) -> list[msgspec.Raw]:
    """The records of a JSON text: the list at the dotted path, else the one list there is, else itself."""
    steps = records_path.split(".") if records_path else []
    for step in steps:
        inner = _object(text)
        if inner is None or step not in inner:
            raise SourceError(
                _("{file} has no {key} where `records_path` looks for the records").format(
                    file=shown_name, key=step
                )
            )
        text = bytes(inner[step])
    if text.lstrip()[:1] == b"[":
        return msgspec.json.decode(text, type=list[msgspec.Raw])
    inner = _object(text)
    lists = [value for value in (inner or {}).values() if bytes(value).lstrip()[:1] == b"["]
    if len(lists) == 1 and not steps:
        return msgspec.json.decode(lists[0], type=list[msgspec.Raw])
    return [msgspec.Raw(text)]


def value_at(text: bytes, path: str) -> msgspec.Raw | None:
    """Return what a JSON text has at a dotted path; None where it has nothing there."""
    found = msgspec.Raw(text)
    for step in path.split("."):
        inner = _object(bytes(found))
        if inner is None or step not in inner:
            return None
        found = inner[step]
    return found


def _object(text: bytes) -> dict[str, msgspec.Raw] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return None


def as_lines(records: Iterable[msgspec.Raw], folder: Path) -> Path:
    """Write the records into a file of one object a line."""
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".ndjson", delete=False) as copy:
        copy.writelines(lines_of(records))
        return Path(copy.name)


def lines_of(records: Iterable[msgspec.Raw]) -> Iterator[bytes]:
    """Each record as one line."""
    for record in records:
        yield bytes(record).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"
