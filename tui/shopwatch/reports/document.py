"""What a report is made of, whatever it is written as: parts with a title, and in them lines, tables and charts.

A report is put together once; Markdown, HTML and CSV are three ways to write the same one. Every text in it may
quote what a buyer or a file wrote, so each writer makes it harmless in its own way.
"""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec

from shopwatch.sources.cleaning import visible

Kind = Literal["shift", "daily", "fortnightly"]
Format = Literal["md", "html", "csv"]
KINDS: tuple[Kind, ...] = ("shift", "daily", "fortnightly")
FORMATS: tuple[Format, ...] = ("md", "html", "csv")


class Lines(msgspec.Struct, frozen=True):
    """A few sentences, one under the other."""

    texts: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """columns: what each cell is called; every row has as many."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Point(msgspec.Struct, frozen=True):
    """A value on a day; low, high: of a foreseen one, the band it should come out in."""

    day: datetime.date
    value: float | None
    low: float | None = None
    high: float | None = None


class Span(msgspec.Struct, frozen=True):
    """Days that have a name, such as those of a campaign, the last one counted."""

    name: str
    first: datetime.date
    last: datetime.date


class Trend(msgspec.Struct, frozen=True):
    """A figure over days, and what is foreseen of it. places: decimals. spans: the days that are marked on it."""

    title: str
    past: tuple[Point, ...]
    ahead: tuple[Point, ...]
    places: int
    spans: tuple[Span, ...] = ()


class Bars(msgspec.Struct, frozen=True):
    """What added to a change and what took from it: (name, size, the size as it is written)."""

    title: str
    bars: tuple[tuple[str, float, str], ...]


Block = Lines | Table | Trend | Bars


class Part(msgspec.Struct, frozen=True):
    """count: of how many things it tells, beside its title where a person reads; a file's column has the title alone."""

    title: str
    blocks: tuple[Block, ...]
    count: int | None = None

    @property
    def heading(self) -> str:
        return self.title if self.count is None else f"{self.title} {self.count}"


class ShopPart(msgspec.Struct, frozen=True):
    """One shop's pages. figure: its score, large; under: what stands under it."""

    shop: str
    figure: str
    under: str
    parts: tuple[Part, ...]


class Report(msgspec.Struct, frozen=True):
    """language: as a page names it. lead: how CSV calls the two columns that say where a row belongs."""

    title: str
    subtitle: str
    shops: tuple[ShopPart, ...]
    language: str
    lead: tuple[str, str]


def plain(text: str) -> str:
    """Return it in one line, without what can't be seen or turns the direction of what follows."""
    return visible(" ".join(text.split()))
