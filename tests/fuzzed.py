"""One file of any bytes, read as a source reads it: taken, kept aside or refused in a sentence, and nothing else."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from reading import polled
from shopwatch.records import Poll
from shopwatch.sources import SourceError

NAMES = ("f.csv", "f.tsv", "f.csv.gz", "f.json", "f.ndjson", "f.xlsx", "f.parquet", "f.txt")
MAP = {"order_id": "no", "paid_at": "paid", "amount": "sum", "product_name": "title"}


def read(name: str, content: bytes) -> Poll | SourceError:
    """Read it in a folder of its own; whatever else is raised is a mistake."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(content)
        section = (
            {"kind": "official", "path": name}
            if name.endswith(".txt")
            else {"path": name, "records": "orders", "map": MAP}
        )
        try:
            poll = asyncio.run(polled(Path(folder), **section))
        except SourceError as error:
            _is_a_sentence(str(error))
            return error
        for reject in poll.rejects:
            _is_a_sentence(reject.reason)
        return poll


def _is_a_sentence(words: str) -> None:
    assert words.strip()
    assert len(words) < 2000
    assert "\x1b" not in words
    assert "Traceback" not in words
