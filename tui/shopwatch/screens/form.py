"""Printed figures, typed or pasted: a field for each, room for the whole page, and what was understood of it."""

from __future__ import annotations

import datetime
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from shopwatch.board import Board
from shopwatch.feed import OfficialEntry
from shopwatch.i18n import Translate
from shopwatch.panes.keybar import KeyBar
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.screens.correcting import Kept
from shopwatch.screens.host import Host

TIME, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"
SAMPLES = {
    "ratio": "1.34%", "rank": "66.5%", "hours": "5.6", "days": "2.4", "seconds": "13.9", "points": "85",
    "count": "1200", "yuan": "12000",
}  # fmt: skip
AT = "at"
LINES_LEFT = 6


class MistakeError(Exception):
    """What a field says can't be kept; the message is for the person."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Asked(NamedTuple):
    """A field of the form: its item, what it is called, and what stands behind it."""

    item: str
    name: str
    hint: str = ""
    value: str = ""


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


class FiguresForm(Screen[None]):
    """Subclasses say the title, the fields, and what becomes of the figures.

    corrects: what was kept of one moment, where it is that which is changed.
    """

    corrects: Kept | None = None

    CSS_PATH = "form.tcss"
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
        self.board = board
        self.card: Scorecard | None = None
        self._asked = False  # whether the rules have been told
        self._pasted: dict[str, tuple[str, OfficialEntry]] = {}

    @property
    def words(self) -> Translate:
        return self.host.view.words

    def compose(self) -> ComposeResult:
        _ = self.words
        emptied = _("empty: all out") if self.corrects else ""
        at = Asked(AT, _("Published at"), emptied, self.moment())
        asked = [*self.before(), at, *self.figures()]
        first = self.first(asked)
        with Container(id="form"):
            with VerticalScroll(id="fields", can_focus=False):
                for one in asked:
                    yield from _field(one, first=one.item == first)
            with Container(id="paste"):
                yield Static(
                    _("… or paste the text of the official page here:"), markup=False, classes="hint"
                )
                yield TextArea(id="page", tab_behavior="focus", compact=True)
                yield Static("", id="understood", markup=False)
        yield Static("", id="told", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        _ = self.words
        form = self.query_one("#form")
        form.border_title = self.title_words()
        form.border_subtitle = _("^s keeps them · Esc leaves")
        self.host.ask("scorecard", self.host.feed.scorecard(self.board.id), self._take_card)
        self.call_after_refresh(self.show_keys)

    def _take_card(self, card: Scorecard | None) -> None:
        self.card, self._asked = card, True
        if not self.is_attached:
            return
        for one in self.figures():
            self.query_one(f"#hint-{one.item}", Static).update(one.hint)
        if text := self.query_one("#page", TextArea).text:
            self._understand(text)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < 96, "-narrow")
        self.call_after_refresh(self.show_keys)

    def show_keys(self) -> None:
        bindings = [
            a.binding
            for a in self.active_bindings.values()
            if a.binding.id in ("back", "save", "earlier", "palette")
        ]
        self.query_one(KeyBar).show(bindings, self.words)

    # For subclasses

    def title_words(self) -> str:
        raise NotImplementedError

    def before(self) -> Iterable[Asked]:
        """Yield what is asked for before the moment and the figures."""
        return ()

    def figures(self) -> Iterable[Asked]:
        raise NotImplementedError

    def moment(self) -> str:
        """Return the moment to begin with."""
        at = self.corrects.at if self.corrects else self.host.view.local(self.board)
        return at.strftime(TIME)

    def known(self, asked: Iterable[Asked]) -> Iterator[Asked]:
        """Yield the fields with what is corrected in them."""
        for one in asked:
            entry = self.corrects.entries.get(one.item) if self.corrects else None
            if entry is None:
                yield one
                continue
            value = self.written(entry)
            self._pasted.setdefault(one.item, (value, entry))
            yield one._replace(value=value)

    def first(self, asked: Sequence[Asked]) -> str:
        """Return the item whose field the cursor begins in."""
        if self.corrects:
            return next((one.item for one in asked if one.item in self.corrects.entries), AT)
        return next((one.item for one in asked if one.item != AT), AT)

    def besides(self, _entries: Sequence[OfficialEntry]) -> Iterator[str]:
        """Take what of a page has no field, and say what it was."""
        yield from ()

    def keep(self, entries: Sequence[OfficialEntry], at: datetime.datetime) -> Awaitable[None]:
        """Have the figures kept; raises MistakeError."""
        raise NotImplementedError

    def kept_words(self) -> str:
        raise NotImplementedError

    # What a figure may be

    def unit(self, item: str) -> str | None:
        """Return an indicator's unit; None of what is in points."""
        found = (i.unit for part in self.board.dimensions for i in part.indicators if i.id == item)
        return next(found, None)

    def ends(self, item: str) -> tuple[float, float]:
        """Return the least and the most points that the total or a dimension can have."""
        scale = self.board.scale
        if item != "total" and self.card is not None:
            found = (d for d in self.card.dimension if d.id == item)
            return next(((d.floor, d.ceiling) for d in found), (scale.floor, scale.ceiling))
        return scale.floor, scale.ceiling

    def range_words(self, item: str) -> str:
        least, most = self.ends(item)
        return f"{least:g}–{most:g}"

    # Pasting

    def on_figure_pasted_page(self, event: Figure.PastedPage) -> None:
        page = self.query_one("#page", TextArea)
        page.load_text(event.text)
        page.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._understand(event.text_area.text)

    def _understand(self, text: str) -> None:
        from shopwatch.sources.page import parse_page

        _ = self.words
        told = self.query_one("#understood", Static)
        if self.card is None:
            missing = _("There is no scorecard to read this page by; type the figures instead.")
            told.update(missing if self._asked else "")
            return
        if not text.strip():
            told.update("")
            return
        parsed = parse_page(text, self.card)
        for entry in parsed.entries:
            self._fill(entry)
        if parsed.published_at:
            self.query_one(f"#field-{AT}", Input).value = parsed.published_at.strftime(TIME)
        told.update("\n".join(self._summary(parsed.entries, parsed.left)))

    def _fill(self, entry: OfficialEntry) -> None:
        for field in self.query(f"#field-{entry.item}").results(Input):
            field.value = self.written(entry)
            self._pasted[entry.item] = (field.value, entry)

    def written(self, entry: OfficialEntry) -> str:
        unit = self.unit(entry.item)
        if unit is None or entry.value is None:
            return f"{entry.points:g}" if entry.points is not None else ""
        if unit == "yes":
            return self.words("yes") if entry.value else self.words("no")
        return f"{entry.value * 100:.6g}%" if unit in ("ratio", "rank") else f"{entry.value:.10g}"

    def _summary(self, entries: Sequence[OfficialEntry], left: Sequence[str]) -> Iterator[str]:
        _ = self.words
        yield _("Understood {n} figures; check them, then ^s.").format(n=len(entries))
        yield from self.besides(entries)
        if left:
            yield _("Not understood:")
            yield from (f"  {line}" for line in left[:LINES_LEFT])

    # Keeping

    def action_back(self) -> None:
        self.dismiss()

    def action_save(self) -> None:
        _ = self.words
        try:
            at = self._published_at()
            entries = [
                entry for one in self.figures() if (entry := self._entry(one.item, self.typed(one.item)))
            ]
            if self.corrects and not self.typed(AT):
                entries = []
            elif not entries and not self.corrects:
                self.query_one("#told", Static).update(_("There is no figure to keep yet."))
                return
            keeping = self.keep(entries, at)
        except MistakeError as mistake:
            self.query_one("#told", Static).update(str(mistake))
            self.query_one(f"#field-{mistake.field}", Input).focus()
            return
        self.host.ask("official", keeping, lambda _: self._kept())

    def _kept(self) -> None:
        self.app.notify(self.kept_words(), markup=False)
        if self.is_attached:
            self.dismiss()

    def typed(self, item: str) -> str:
        return self.query_one(f"#field-{item}", Input).value.strip()

    def _published_at(self) -> datetime.datetime:
        _ = self.words
        if self.corrects and self.typed(AT) in ("", self.moment()):
            return self.corrects.at  # which may have seconds
        now = self.host.view.local(self.board)
        at = moment_of(self.typed(AT), now.tzinfo)
        if at is None:
            raise MistakeError(AT, _("The time reads like 2026-11-20 11:00."))
        if at > now:
            raise MistakeError(AT, _("That time is still to come."))
        return at

    def _entry(self, item: str, text: str) -> OfficialEntry | None:
        if not text:
            return None
        shown, pasted = self._pasted.get(item, ("", None))
        if pasted is not None and shown.strip() == text:
            return pasted
        unit = self.unit(item)
        if unit is None:
            return OfficialEntry(item=item, points=points_of(item, text, self.ends(item)[1], self.words))
        return OfficialEntry(item=item, value=value_of(item, text, unit, self.words))


def _field(asked: Asked, *, first: bool) -> ComposeResult:
    with Horizontal(classes="field"):
        yield Static(asked.name, markup=False, classes="label")
        yield Figure(
            asked.value,
            id=f"field-{asked.item}",
            compact=True,
            select_on_focus=False,
            classes="first" if first else "",
        )
        yield Static(asked.hint, id=f"hint-{asked.item}", markup=False, classes="hint")


def moment_of(text: str, zone: datetime.tzinfo | None) -> datetime.datetime | None:
    """Return a typed moment; a bare day is its start."""
    for form in (TIME, DAY):
        try:
            return datetime.datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


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
