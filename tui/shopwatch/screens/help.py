"""Help: the keys that work where one came from, made from the bindings themselves, and the signs."""

from __future__ import annotations

from textual.binding import ActiveBinding
from textual.screen import Screen

from shopwatch.board import Board
from shopwatch.i18n import Translate
from shopwatch.panes.cells import columns, content, fit
from shopwatch.panes.keys import deeds, shops_deed, spell
from shopwatch.panes.rows import Row
from shopwatch.screens.detail import DetailScreen, heading
from shopwatch.screens.host import Host


def key_rows(bindings: list[ActiveBinding], _: Translate) -> list[tuple[str, str]]:
    """Return (keys, what they do) of bindings, each deed once with all of its keys."""
    words = deeds(_)
    keys: dict[str, list[str]] = {}
    for active in bindings:
        name = active.binding.id
        if name in words and active.enabled:
            spelled = spell(active.binding.key, _)
            if spelled not in keys.setdefault(name, []):
                keys[name].append(spelled)
        elif active.binding.action == "shop(1)":
            keys["shop"] = ["1–9"]
    everything = words | {"shop": shops_deed(_)}
    return [(" ".join(keys[name]), deed.long) for name, deed in everything.items() if name in keys]


class HelpScreen(DetailScreen):
    def __init__(self, host: Host, origin: Screen[object]) -> None:
        super().__init__(host)
        self._there = list(origin.active_bindings.values())

    def title_words(self, _board: Board) -> str:
        _ = self.words
        return _("Keys here, and what the signs mean")

    def build(self, _board: Board, width: int) -> list[Row]:
        _ = self.words
        rows = [heading(_("Keys"))]
        rows += [
            Row(f"key:{keys}", (fit((keys, "bold $key"), 16) + content((words, "")),))
            for keys, words in key_rows(self._there, _)
        ]
        rows.append(heading(_("Signs")))
        rows += [
            Row("", (columns([(sign, 16), (words, max(20, width - 18))]).rstrip(),))
            for sign, words in signs(_)
        ]
        return rows


def signs(_: Translate) -> list[tuple[tuple[str, str], str]]:
    """Return each sign in its colour and what it stands for."""
    return [
        ((_("official"), "bold $key"), _("printed by the marketplace")),
        (
            (_("anchored"), "bold $key"),
            _("the last official score and the modelled change since, with its mean error"),
        ),
        ((_("estimated"), "bold $near"), _("worked out here without an official score")),
        (("● " + _("safe"), "$good"), _("a line that holds, or a rate well under its limit")),
        (("▲ " + _("close"), "$near"), _("within its warning distance")),
        (("✖ " + _("not met"), "$bad"), _("under a line that matters, or a limit that struck")),
        (("○ " + _("not met"), "$quiet"), _("a line still to be reached")),
        (("✗ ▲ △ ·", "$bad"), _("an order that is late, has under an hour, under four hours, or longer")),
        (
            (_("dim"), "$faint"),
            _("from a source that fell silent, or from before this start; its age stands beside it"),
        ),
        (
            ("↓0.05pp " + _("better"), "$good"),
            _("a change of a rate in points of percent, and whether that is good"),
        ),
    ]
