"""The official figures, typed or pasted: what was understood is shown before it is kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from shopwatch import formats
from shopwatch.board import Board
from shopwatch.feed import OfficialEntry
from shopwatch.i18n import Translate
from shopwatch.panes.keybar import KeyBar
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.screens.host import Host

TIME = "%Y-%m-%d %H:%M"
SAMPLES = {
    "ratio": "1.34%", "rank": "66.5%", "hours": "5.6", "days": "2.4", "seconds": "13.9", "points": "85",
    "count": "1200", "yuan": "12000",
}  # fmt: skip


class MistakeError(Exception):
    """What a field says can't be kept; the message is for the person."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Figure(Input):
    """A field for one figure. Whoever pastes the whole page into it meant the page."""

    class PastedPage(Message):
        """Several lines were pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_paste(self, event: events.Paste) -> None:
        if len(event.text.splitlines()) > 1:
            self.post_message(self.PastedPage(event.text))
            event.prevent_default()
            event.stop()


class OfficialScreen(Screen[None]):
    """A field for the total, each dimension and each indicator, and room to paste the whole page."""

    CSS_PATH = "official.tcss"
    AUTO_FOCUS = ".first"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", id="back"),
        Binding("ctrl+s", "save", id="save"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, host: Host, board: Board) -> None:
        super().__init__()
        self.host = host
        self._board = board
        self._card = scorecard_of(board, host.view.words)
        self._pasted: dict[str, tuple[str, OfficialEntry]] = {}
        self._extra: tuple[OfficialEntry, ...] = ()
        self._fields = 0

    def compose(self) -> ComposeResult:
        _ = self.host.view.words
        now = self.host.view.local(self._board)
        with Container(id="form"):
            with VerticalScroll(id="fields", can_focus=False):
                yield from self._field("at", _("Published at"), now.strftime(TIME), "")
                prints = self._board.scale.prints_total
                if prints:
                    yield from self._field("total", _("Total"), "", self._range("total"))
                for dimension in self._board.dimensions:
                    if prints and dimension.weight_certainty != "none":
                        yield from self._field(dimension.id, dimension.name, "", self._range(dimension.id))
                    for indicator in dimension.indicators:
                        value = formats.unit_value(indicator.value, indicator.unit, _)
                        hint = _("ours {value}").format(value=value) if indicator.value is not None else ""
                        yield from self._field(indicator.id, f"  {indicator.short}", "", hint)
            with Container(id="paste"):
                yield Static(
                    _("… or paste the text of the official page here:"), markup=False, classes="hint"
                )
                yield TextArea(id="page", tab_behavior="focus", compact=True)
                yield Static("", id="understood", markup=False)
        yield Static("", id="told", markup=False)
        yield KeyBar(id="keys")

    def _field(self, item: str, name: str, value: str, hint: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static(name, markup=False, classes="label")
            first = "" if item == "at" or self._fields else "first"
            self._fields += item != "at"
            yield Figure(value, id=f"field-{item}", compact=True, select_on_focus=False, classes=first)
            yield Static(hint, markup=False, classes="hint")

    def on_mount(self) -> None:
        _ = self.host.view.words
        form = self.query_one("#form")
        form.border_title = _("Official figures · {shop}").format(shop=self._board.name)
        form.border_subtitle = _("^s keeps them · Esc leaves")
        self.call_after_refresh(self.show_keys)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < 96, "-narrow")
        self.call_after_refresh(self.show_keys)

    def show_keys(self) -> None:
        bindings = [
            a.binding for a in self.active_bindings.values() if a.binding.id in ("back", "save", "palette")
        ]
        self.query_one(KeyBar).show(bindings, self.host.view.words)

    # Pasting

    def on_figure_pasted_page(self, event: Figure.PastedPage) -> None:
        page = self.query_one("#page", TextArea)
        page.load_text(event.text)
        page.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._understand(event.text_area.text)

    def _understand(self, text: str) -> None:
        from shopwatch.sources.page import BONUS, DEDUCTION, parse_page

        _ = self.host.view.words
        told = self.query_one("#understood", Static)
        if self._card is None:
            told.update(_("There is no scorecard to read this page by; type the figures instead."))
            return
        if not text.strip():
            told.update("")
            return
        parsed = parse_page(text, self._card)
        self._extra = tuple(entry for entry in parsed.entries if entry.item in (BONUS, DEDUCTION))
        for entry in parsed.entries:
            self._fill(entry)
        if parsed.published_at:
            self.query_one("#field-at", Input).value = parsed.published_at.strftime(TIME)
        told.update("\n".join(self._summary(parsed.entries, parsed.left)))

    def _fill(self, entry: OfficialEntry) -> None:
        fields = self.query(f"#field-{entry.item}").results(Input)
        for field in fields:
            field.value = self._written(entry)
            self._pasted[entry.item] = (field.value, entry)

    def _written(self, entry: OfficialEntry) -> str:
        unit = self._unit(entry.item)
        if unit is None or entry.value is None:
            return f"{entry.points:g}" if entry.points is not None else ""
        if unit == "yes":
            return self.host.view.words("yes") if entry.value else self.host.view.words("no")
        return f"{entry.value * 100:.6g}%" if unit in ("ratio", "rank") else f"{entry.value:.10g}"

    def _summary(self, entries: tuple[OfficialEntry, ...], left: tuple[str, ...]) -> Iterator[str]:
        from shopwatch.sources.page import BONUS, DEDUCTION

        _ = self.host.view.words
        yield _("Understood {n} figures; check them, then ^s.").format(n=len(entries))
        names = {BONUS: _("Bonus"), DEDUCTION: _("Deducted")}
        for entry in self._extra:
            yield f"{names[entry.item]} {formats.points(entry.points)}"
        if left:
            yield _("Not understood:")
            yield from (f"  {line}" for line in left[:6])

    def _unit(self, item: str) -> str | None:
        found = (i.unit for part in self._board.dimensions for i in part.indicators if i.id == item)
        return next(found, None)

    def _ends(self, item: str) -> tuple[float, float]:
        """Return the least and the most points that the total or a dimension can have."""
        scale = self._board.scale
        if item != "total" and self._card is not None:
            found = (d for d in self._card.dimension if d.id == item)
            return next(((d.floor, d.ceiling) for d in found), (scale.floor, scale.ceiling))
        return scale.floor, scale.ceiling

    def _range(self, item: str) -> str:
        least, most = self._ends(item)
        return f"{least:g}–{most:g}"

    # Keeping

    def action_back(self) -> None:
        self.dismiss()

    def action_save(self) -> None:
        _ = self.host.view.words
        try:
            at = self._published_at(_)
            entries = [entry for field in self.query(Input) if (entry := self._entry(field, _))]
        except MistakeError as mistake:
            self.query_one("#told", Static).update(str(mistake))
            self.query_one(f"#field-{mistake.field}", Input).focus()
            return
        if not entries:
            self.query_one("#told", Static).update(_("There is no figure to keep yet."))
            return
        question = self.host.feed.record_official(self._board.id, [*entries, *self._extra], at)
        self.host.ask("official", question, lambda _: self._kept())

    def _kept(self) -> None:
        _ = self.host.view.words
        self.app.notify(_("The official figures are kept."))
        if self.is_attached:
            self.dismiss()

    def _published_at(self, _: Translate) -> datetime.datetime:
        text = self.query_one("#field-at", Input).value.strip()
        now = self.host.view.local(self._board)
        try:
            at = datetime.datetime.strptime(text, TIME).replace(tzinfo=now.tzinfo)
        except ValueError:
            raise MistakeError("at", _("The time reads like 2026-11-20 11:00.")) from None
        if at > now:
            raise MistakeError("at", _("That time is still to come."))
        return at

    def _entry(self, field: Input, _: Translate) -> OfficialEntry | None:
        item, text = (field.id or "").removeprefix("field-"), field.value.strip()
        if item == "at" or not text:
            return None
        shown, pasted = self._pasted.get(item, ("", None))
        if pasted is not None and shown.strip() == text:
            return pasted
        unit = self._unit(item)
        if unit is None:
            return OfficialEntry(item=item, points=points_of(item, text, self._ends(item)[1], _))
        return OfficialEntry(item=item, value=value_of(item, text, unit, _))


def points_of(item: str, text: str, most: float, _: Translate) -> float:
    """Return a typed score."""
    try:
        points = float(text)
    except ValueError:
        raise MistakeError(item, _("{text} is no score; it reads like 82.").format(text=text)) from None
    if not 0 <= points <= most:
        raise MistakeError(
            item, _("{text} is no score from 0 to {most}.").format(text=text, most=f"{most:g}")
        )
    return points


def value_of(item: str, text: str, unit: str, _: Translate) -> float:
    """Return a typed figure in the indicator's own unit: 1.34% is 0.0134."""
    from shopwatch.sources.page import figure_of

    value = figure_of(text, unit)  # type: ignore[arg-type]
    if value is None:
        sample = _("yes") if unit == "yes" else SAMPLES.get(unit, "4.69")
        raise MistakeError(
            item, _("{text} is not understood; it reads like {sample}.").format(text=text, sample=sample)
        )
    return value


def scorecard_of(board: Board, _: Translate) -> Scorecard | None:
    """Return the scorecard that the board was made by, if it is one of the package's."""
    from shopwatch.rulebook import ScorecardError, choose, scorecards

    name = board.scorecard
    try:
        return choose(name, datetime.date.fromisoformat(name.partition("@")[2]), scorecards(_=_), _=_)
    except (ScorecardError, ValueError):
        return None
