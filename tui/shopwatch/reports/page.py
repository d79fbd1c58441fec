"""A report as one HTML page: nothing comes from elsewhere, nothing runs, and it prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape as escaped_html
from pathlib import Path

from shopwatch.reports import drawing
from shopwatch.reports.document import Block, Lines, Report, ShopPart, Table, Trend, plain

STYLE = Path(__file__).with_name("page.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(report: Report) -> str:
    """Return the whole page."""
    return "\n".join(_whole(report)) + "\n"


def _whole(report: Report) -> Iterator[str]:
    title = text(report.title)
    yield f'<!doctype html>\n<html lang="{text(report.language)}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>\n</head>\n<body>"
    yield f"<header><h1>{title}</h1><p>{text(report.subtitle)}</p></header>"
    for shop in report.shops:
        yield from _shop(shop)
    yield "</body>\n</html>"


def _shop(shop: ShopPart) -> Iterator[str]:
    yield f'<article>\n<div class="top"><h2>{text(shop.shop)}</h2>'
    yield f"<p><strong>{text(shop.figure)}</strong> <span>{text(shop.under)}</span></p></div>"
    for part in shop.parts:
        yield f"<section><h3>{text(part.heading)}</h3>"
        yield from map(_block, part.blocks)
        yield "</section>"
    yield "</article>"


def _block(block: Block) -> str:
    if isinstance(block, Lines):
        return "<ul>" + "".join(f"<li>{text(line)}</li>" for line in block.texts) + "</ul>"
    if isinstance(block, Table):
        return _table(block)
    return drawing.trend(block) if isinstance(block, Trend) else drawing.bars(block)


def _table(table: Table) -> str:
    head = "".join(f"<th>{text(name)}</th>" for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>\n" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>"


def text(words: str) -> str:
    """Return words that a page shows letter by letter."""
    return escaped_html(plain(words))
