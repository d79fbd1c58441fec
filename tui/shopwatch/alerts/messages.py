"""What is told, in words: one message for all that is told at one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from shopwatch.alerts.episodes import Telling
from shopwatch.board.alerts import Level
from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import visible

MOST = 30  # lines of a message: past that nobody reads, and some channels cut


class Message(NamedTuple):
    title: str
    body: str


def level_words(level: Level, _: Translate) -> str:
    """紧急 · 警告 · 提醒"""
    return {"urgent": _("urgent"), "warning": _("warning"), "notice": _("notice")}[level]


def line(telling: Telling, _: Translate) -> str:
    """[紧急] 旗舰店:精选联盟 未达 …"""
    episode = telling.episode
    if telling.why == "over":
        head, words = _("over"), episode.name
        if episode.level == "notice":
            head, words = _("notice"), _("{name}: reached").format(name=episode.name)
    else:
        head, words = level_words(episode.level, _), episode.words
    if telling.why == "still":
        words = _("still: {words}").format(words=words)
    return visible(_("[{level}] {shop}: {words}").format(level=head, shop=episode.shop_name, words=words))


def message(tellings: Iterable[Telling], levels: Collection[Level], _: Translate) -> Message | None:
    """Return the one message for a channel that wants these levels; None where there is nothing for it."""
    wanted = [one for one in tellings if one.episode.level in levels]
    if not wanted:
        return None
    lines = [line(one, _) for one in wanted[:MOST]]
    if len(wanted) > MOST:
        lines.append(_("and {n} more alerts").format(n=len(wanted) - MOST))
    return Message(_title(wanted, _), "\n".join(lines))


def _title(tellings: Sequence[Telling], _: Translate) -> str:
    if len(tellings) == 1:
        return _plain(line(tellings[0], _))[:80]
    counts = [
        f"{level_words(level, _)} {n}"
        for level in ("urgent", "warning", "notice")
        if (n := sum(one.episode.level == level and one.why != "over" for one in tellings))
    ]
    over = sum(one.why == "over" for one in tellings)
    counts += [f"{_('over')} {over}"] if over else []
    return f"shopwatch · {' · '.join(counts)}"


def _plain(text: str) -> str:
    """One line, whatever a name holds: a title may become a header."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
