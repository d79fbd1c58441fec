"""A report as CSV (RFC 4180): its tables under each other, each row led by its shop and its part.

With a byte order mark, by which Excel in China knows UTF-8. A table program runs what begins like a formula, and
rounds a long number; both are kept from it.
"""

from __future__ import annotations

import csv
import io
import re

from shopwatch.reports.document import Lines, Report, ShopPart, Table, plain

BOM = "\ufeff"
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
LONGEST = 11  # digits; from 12 on Excel writes 6.97E+18


def csv_text(report: Report) -> str:
    """Return the whole report; every row has as many cells as the widest."""
    rows = [row for shop in report.shops for row in _rows(shop, report.lead)]
    width = max((len(row) for row in rows), default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([*map(cell, row), *[""] * (width - len(row))] for row in rows)
    return BOM + out.getvalue()


def _rows(shop: ShopPart, lead: tuple[str, str]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    head: tuple[str, ...] = ()
    for part in shop.parts:
        for block in part.blocks:
            if isinstance(block, Table):
                if block.columns != head:
                    head = block.columns
                    rows.append((*lead, *head))
                rows += [(shop.shop, part.title, *row) for row in block.rows]
            elif isinstance(block, Lines):
                head = ()
                rows += [(shop.shop, part.title, text) for text in block.texts]
    return rows


def cell(text: str) -> str:
    """Return a text that no table program takes for a formula, nor a long number for a rounded one.

    The tab after a number is what Doudian's own exports write too.
    """
    safe = plain(text)
    if safe.startswith(_STARTS) and not _NUMBER.fullmatch(safe):
        return "'" + safe
    return safe + "\t" if safe.isdecimal() and len(safe) > LONGEST else safe
