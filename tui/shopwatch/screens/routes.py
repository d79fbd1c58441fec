"""Which screen stands behind a row, by the row's key."""

from __future__ import annotations

from textual.screen import Screen

from shopwatch.screens.host import Host


def screen_for(host: Host, key: str) -> Screen[None] | None:
    """Return the screen to open, or None where a row is only to be read."""
    kind, _colon, name = key.partition(":")
    if kind in ("indicator", "rolls"):
        from shopwatch.screens.indicator import IndicatorScreen

        return IndicatorScreen(host, name)
    if kind == "dimension":
        from shopwatch.screens.dimension import DimensionScreen

        return DimensionScreen(host, name)
    if kind == "order" and name:
        from shopwatch.screens.order import OrderScreen

        return OrderScreen(host, name)
    if kind == "cause":
        from shopwatch.screens.cause import CauseScreen

        return CauseScreen(host, name)
    if kind == "action":
        from shopwatch.screens.action import ActionScreen

        return ActionScreen(host, name)
    if kind == "voice":
        from shopwatch.screens.voice import VoiceScreen

        return VoiceScreen(host)
    if kind == "competitors":
        from shopwatch.screens.competitors import CompetitorsScreen

        return CompetitorsScreen(host)
    if kind in ("score", "line", "ledger", "drivers", "assessment"):
        from shopwatch.screens.score import ScoreScreen

        return ScoreScreen(host, key)
    return None
