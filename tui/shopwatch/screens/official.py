"""The official figures of the shop itself: the total, each dimension and each indicator."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Iterator, Sequence

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.feed import OfficialEntry
from shopwatch.screens.form import Asked, FiguresForm
from shopwatch.screens.host import Host


class OfficialScreen(FiguresForm):
    """A field for the total, each dimension and each indicator, and room to paste the whole page."""

    def __init__(self, host: Host, board: Board) -> None:
        super().__init__(host, board)
        self._extra: tuple[OfficialEntry, ...] = ()

    def title_words(self) -> str:
        _ = self.words
        return _("Official figures · {shop}").format(shop=self.board.name)

    def figures(self) -> Iterator[Asked]:
        _ = self.words
        prints = self.board.scale.prints_total
        if prints:
            yield Asked("total", _("Total"), self.range_words("total"))
        for dimension in self.board.dimensions:
            if prints and dimension.weight_certainty != "none":
                yield Asked(dimension.id, dimension.name, self.range_words(dimension.id))
            for indicator in dimension.indicators:
                value = formats.unit_value(indicator.value, indicator.unit, _)
                hint = _("ours {value}").format(value=value) if indicator.value is not None else ""
                yield Asked(indicator.id, f"  {indicator.short}", hint)

    def besides(self, entries: Sequence[OfficialEntry]) -> Iterator[str]:
        from shopwatch.sources.page import BONUS, DEDUCTION

        _ = self.words
        names = {BONUS: _("Bonus"), DEDUCTION: _("Deducted")}
        self._extra = tuple(entry for entry in entries if entry.item in names)
        for entry in self._extra:
            yield f"{names[entry.item]} {formats.points(entry.points)}"

    def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> Awaitable[None]:
        return self.host.feed.record_official(self.board.id, [*entries, *self._extra], at)

    def kept_words(self) -> str:
        _ = self.words
        return _("The official figures are kept.")
