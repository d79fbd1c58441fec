"""Figures of a page that were kept before, to be changed: what is emptied, or is of another moment, is taken back."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shopwatch.feed import OfficialEntry


class Kept(NamedTuple):
    """What was kept of one moment, by item."""

    at: datetime.datetime
    entries: Mapping[str, OfficialEntry]

    def changed(
        self, entries: Sequence[OfficialEntry], at: datetime.datetime
    ) -> Iterator[tuple[Sequence[OfficialEntry], datetime.datetime]]:
        """Yield what is to be kept, moment by moment, so that these entries stand instead."""
        stand = {one.item for one in entries} if at == self.at else set()
        if gone := [OfficialEntry(item) for item in self.entries if item not in stand]:
            yield gone, self.at
        if entries:
            yield entries, at
