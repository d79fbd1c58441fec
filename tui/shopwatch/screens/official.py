"""The official figures of the shop itself: the total, each dimension and each indicator; and those entered before."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.feed import OfficialEntry, TypedPage
from shopwatch.screens.correcting import Kept
from shopwatch.screens.form import TIME, Asked, FiguresForm
from shopwatch.screens.host import Host


class OfficialScreen(FiguresForm):
    """A field for the total, each dimension and each indicator, and room to paste the whole page."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "earlier", id="earlier")]

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

    def action_earlier(self) -> None:
        """Turn to the page that was entered before this one."""
        self.host.ask("typed", self.host.feed.typed(self.board.id), self._turn_to)

    def _turn_to(self, pages: Sequence[TypedPage]) -> None:
        _, now = self.words, self.host.view.local(self.board)
        earlier = (
            page for page in pages if (page.at < self.corrects.at if self.corrects else page.at <= now)
        )
        page = next(earlier, None)
        if page is None:
            self.app.notify(_("Nothing was entered before."), markup=False)
        elif self.is_attached:
            kept = Kept(page.at.astimezone(now.tzinfo), {entry.item: entry for entry in page.entries})
            self.app.switch_screen(AmendScreen(self.host, self.board, kept))


class AmendScreen(OfficialScreen):
    """What was entered of one moment, to be corrected."""

    def __init__(self, host: Host, board: Board, kept: Kept) -> None:
        super().__init__(host, board)
        self.kept = self.corrects = kept
        fields = {one.item for one in self.figures()}
        self._extra = tuple(entry for item, entry in kept.entries.items() if item not in fields)

    def title_words(self) -> str:
        _ = self.words
        return _("Correct the official figures of {moment} · {shop}").format(
            moment=self.kept.at.strftime(TIME), shop=self.board.name
        )

    def figures(self) -> Iterator[Asked]:
        return self.known(super().figures())

    async def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> None:
        stand = [*entries, *self._extra] if entries else []
        for some, moment in self.kept.changed(stand, at):
            await self.host.feed.record_official(self.board.id, some, moment)

    def kept_words(self) -> str:
        _ = self.words
        return _("The official figures are corrected.")
