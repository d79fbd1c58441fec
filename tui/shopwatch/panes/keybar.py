"""The key bar: the keys that do something where the cursor stands, and what they do."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from textual.binding import Binding
from textual.content import Content

from shopwatch.i18n import Translate
from shopwatch.panes.cells import content
from shopwatch.panes.keys import deeds, shops_deed, spell
from shopwatch.panes.oneline import OneLine

ORDER = (
    "help", "open", "back", "save", "next_pane", "next_table", "filter", "sort", "tick", "copy", "note", "snooze",
    "assign", "acknowledge", "told", "send", "export", "switch", "span", "alerts", "goal", "keep", "official", "amend",
    "earlier",    "competitors", "voice", "leagues", "care", "stock", "history", "reports", "fleet", "sources", "rules", "wall",
    "next_shop", "previous_shop", "shop", "refresh", "pause", "palette", "replay", "hour_back", "hour_on", "day_back",
    "day_on", "quit",
)  # fmt: skip


class KeyBar(OneLine):
    """One line of keys; those that come first in ORDER stay when there is no room for all."""

    def show(self, bindings: Iterable[Binding], _: Translate) -> None:
        words = deeds(_) | {"shop": shops_deed(_)}
        keys: dict[str, str] = {}
        for binding in bindings:
            if binding.id in ORDER and binding.id not in keys:
                keys[binding.id] = spell(binding.key, _)
            elif binding.action == "shop(1)":
                keys["shop"] = "1–9"
        parts = [
            content((f" {keys[name]} ", "bold $key"), (f"{words[name].short} ", "$quiet"))
            for name in ORDER
            if name in keys
        ]
        self.say(functools.partial(_joined, parts))


def _joined(parts: Sequence[Content], width: int) -> Content:
    line = Content("")
    for part in parts:
        if line.cell_length + part.cell_length > width - 1:
            break
        line = line + part
    return line
