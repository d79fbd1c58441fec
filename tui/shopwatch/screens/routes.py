"""Which screen stands behind a row, by the row's key, and behind a key of the keyboard, by the screen's name."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from textual.screen import Screen

from shopwatch.board import Board
from shopwatch.screens.host import Host

NAMED = {
    "goal": "GoalScreen",
    "voice": "VoiceScreen",
    "leagues": "LeaguesScreen",
    "care": "CareScreen",
    "stock": "StockScreen",
    "history": "HistoryScreen",
    "competitors": "CompetitorsScreen",
    "alerts": "AlertsScreen",
    "reports": "ReportsScreen",
    "sources": "SourcesScreen",
    "rules": "RulesScreen",
}
"""The screens that a key opens, by the name of their module. They are imported when they are first asked for."""


def screen_called(host: Host, name: str) -> Screen[None] | None:
    """Return the screen of that name, or None while there is no shop to show there."""
    board = host.board
    if board is None:
        return None
    if name == "official":
        from shopwatch.screens.official import OfficialScreen

        return OfficialScreen(host, board)
    module = importlib.import_module(f"shopwatch.screens.{name}")
    made: Screen[None] = getattr(module, NAMED[name])(host)
    return made


def figures(board: Board | None) -> Iterator[tuple[str, str]]:
    """Yield all that can be opened of a board by its name: dimensions, indicators, lines, and orders by their number."""
    if board is None:
        return
    for part in board.dimensions:
        yield part.name, f"dimension:{part.id}"
        yield from ((one.name, f"indicator:{one.id}") for one in part.indicators)
    yield from ((line.name, f"line:{line.id}") for line in board.lines)
    orders = dict.fromkeys(risk.order_id for risk in board.risks if risk.order_id)
    yield from ((order_id, f"order:{order_id}") for order_id in orders)


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
    if kind == "source" and name:
        from shopwatch.screens.source import SourceScreen

        return SourceScreen(host, name)
    if kind in NAMED:
        return screen_called(host, kind)
    if kind in ("score", "line", "ledger", "drivers", "assessment"):
        from shopwatch.screens.score import ScoreScreen

        return ScoreScreen(host, key)
    return None
