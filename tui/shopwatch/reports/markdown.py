"""A report as Markdown: every text is escaped, so that what somebody wrote stays what he wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopwatch.reports.document import Block, Lines, Report, Table, plain

_SIGNS = re.compile(r"([\\`*_\[\]<>|~#&$!@{}])")
_LINKS = re.compile(r"(?i)(?<=[a-z])(:)(?=//)|(?<=www)(\.)")
_OPENING = re.compile(r"^(\d+)([.)])|^([-+=])")


def markdown(report: Report) -> str:
    """Return the whole report."""
    return "\n".join(_whole(report)).rstrip() + "\n"


def _whole(report: Report) -> Iterator[str]:
    yield from (f"# {escaped(report.title)}", "", escaped(report.subtitle), "")
    for shop in report.shops:
        yield from (f"## {escaped(shop.shop)}", "", f"**{escaped(shop.figure)}** {escaped(shop.under)}", "")
        for part in shop.parts:
            yield from (f"### {escaped(part.heading)}", "")
            for block in part.blocks:
                yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Lines):
        yield from (f"- {escaped(text)}" for text in block.texts)
        yield ""
    elif isinstance(block, Table):
        yield _row(block.columns)
        yield "|" + " --- |" * len(block.columns)
        yield from map(_row, block.rows)
        yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(escaped, cells)) + " |"


def escaped(text: str) -> str:
    """Return a text that Markdown shows letter by letter: no markup, no link, no cell of a table."""
    safe = _SIGNS.sub(r"\\\1", plain(text))
    safe = _LINKS.sub(lambda found: "\\" + found[0], safe)
    return _OPENING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", safe)
