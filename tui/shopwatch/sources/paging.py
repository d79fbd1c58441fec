"""How one page of an HTTP source leads to the next: by a cursor of shopwatch's own protocol, by number, by a cursor
in the answer, or by a link. Each way is a pure function of what the last page said."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Protocol

import msgspec

from shopwatch.config import PagingSection
from shopwatch.sources.documents import value_at
from shopwatch.sources.pages import Page

_LINK = re.compile(r"<([^>]*)>([^<]*)")
_NEXT = re.compile(r';\s*rel\s*=\s*"?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:[;,]|$)', re.IGNORECASE)


class StandingStillError(Exception):
    """The server says that there is more, and leads to where one is already."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One page to ask for: parameters to add to the address, or another address."""

    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    url: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """One page that came: its top, its text, how many records it held, and its `Link` header."""

    page: Page
    body: bytes
    records: int
    link: str


class Way(Protocol):
    """A way from page to page."""

    def begin(self, cursor: str | None, /) -> Step:
        """Return the first page of a poll that goes on from the cursor of the last."""
        ...

    def after(self, step: Step, seen: Seen) -> Step | None:
        """Return the page after this one, None where there is none; raises StandingStillError."""
        ...

    def kept(self, seen: Seen, /) -> str | None:
        """Return what the next poll goes on from, where this page was the last."""
        ...


class OwnCursor:
    """The protocol of a server that is made for shopwatch; its cursor outlives the poll."""

    def begin(self, cursor: str | None, /) -> Step:
        return Step() if cursor is None else Step({"cursor": cursor})

    def after(self, step: Step, seen: Seen) -> Step | None:
        if not seen.page.more:
            return None
        following = self.kept(seen)
        if following is None or following == step.params.get("cursor"):
            raise StandingStillError
        return Step({"cursor": following})

    def kept(self, seen: Seen, /) -> str | None:
        return None if seen.page.cursor is None else str(seen.page.cursor)


@dataclasses.dataclass(frozen=True, slots=True)
class ByNumber:
    """Pages are numbered; the last is the first that isn't full, or is empty where no size is known."""

    parameter: str
    first: int
    size_parameter: str
    size: int | None

    def begin(self, _cursor: str | None, /) -> Step:
        return Step({self.parameter: self.first} | ({self.size_parameter: self.size} if self.size else {}))

    def after(self, step: Step, seen: Seen) -> Step | None:
        if seen.records == 0 or (self.size is not None and seen.records < self.size):
            return None
        return Step({**step.params, self.parameter: int(step.params[self.parameter]) + 1})

    def kept(self, _seen: Seen, /) -> None:
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class ByCursor:
    """The answer holds the next page's cursor, at a dotted path; the last page holds none."""

    parameter: str
    at: str
    size_parameter: str
    size: int | None

    def begin(self, _cursor: str | None, /) -> Step:
        return Step({self.size_parameter: self.size} if self.size else {})

    def after(self, step: Step, seen: Seen) -> Step | None:
        found = _scalar(value_at(seen.body, self.at))
        if not found or seen.records == 0:
            return None
        if found == step.params.get(self.parameter):
            raise StandingStillError
        return Step({**step.params, self.parameter: found})

    def kept(self, _seen: Seen, /) -> None:
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class ByLink:
    """The `Link` header names the next page's address, or the answer does at a dotted path."""

    at: str | None

    def begin(self, _cursor: str | None, /) -> Step:
        return Step()

    def after(self, step: Step, seen: Seen) -> Step | None:
        found = _scalar(value_at(seen.body, self.at)) if self.at else next_of(seen.link)
        if not found:
            return None
        if found == step.url:
            raise StandingStillError
        return Step(url=found)

    def kept(self, _seen: Seen, /) -> None:
        return None


def way_of(section: PagingSection | None) -> Way:
    """Return the way that the configuration asks for."""
    if section is None:
        return OwnCursor()
    match section.by:
        case "page":
            return ByNumber(section.parameter or "page", section.first, section.size_parameter, section.size)
        case "cursor":
            return ByCursor(
                section.parameter or "cursor", section.at or "cursor", section.size_parameter, section.size
            )
        case "link":
            return ByLink(section.at)


def next_of(link: str) -> str | None:
    """Return the address that a `Link` header (RFC 8288) calls the next."""
    return next((found[1] for found in _LINK.finditer(link) if _NEXT.search(found[2])), None)


def _scalar(raw: msgspec.Raw | None) -> str:
    """A cursor as a parameter has it; the empty text for what is none."""
    value = None if raw is None else msgspec.json.decode(raw)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
