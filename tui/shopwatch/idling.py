"""When boards are made new though nothing came: clocks run out, days end, and chances move on.

Mostly that changes nothing that anybody sees, and it is most of what a monitor costs at rest. So a shop is looked at
again once one of its clocks has run out or its day has ended, and all of them no oftener than is cheap.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from shopwatch.board import Board

LEAST, MOST = 30.0, 120.0  # seconds between two looks at all shops
SHARE = 1 / 500  # of a core: what those may cost


class Idling:
    """Knows what time alone has changed. shared: others may bring records, which only a look shows."""

    def __init__(self, *, shared: bool) -> None:
        self._most = LEAST if shared else MOST
        self._turns: dict[str, datetime.datetime] = {}
        self._due = 0.0

    def made(self, boards: Sequence[Board], now: datetime.datetime) -> None:
        """Take note of boards that were made of this moment."""
        self._turns.update((board.id, min(_turns(board, now))) for board in boards)

    def made_all(self, boards: Sequence[Board], now: datetime.datetime, cost: float, at: float) -> None:
        """Take note of the boards of all shops. cost: seconds of the processor; at: of a clock that only rises."""
        self._turns.clear()
        self.made(boards, now)
        self._due = at + min(self._most, max(LEAST, cost / SHARE))

    def turned(self, now: datetime.datetime) -> set[str]:
        """Return the shops of which a clock has run out since, or a day has ended."""
        return {shop for shop, turn in self._turns.items() if turn <= now}

    def is_due(self, at: float) -> bool:
        """Whether it is time for a look at all of them."""
        return at >= self._due


def _turns(board: Board, now: datetime.datetime) -> Iterator[datetime.datetime]:
    """Yield the moments after this one at which time alone changes more of a board than how long is left."""
    local = now.astimezone(board.as_of.tzinfo if board.as_of else None)
    yield local.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    moments = [board.quiet.orders_from, board.quiet.aftersales_from]
    for risk in board.risks:
        moments += [risk.deadline, risk.starts_at, risk.yuan_at, risk.snoozed_until]
    yield from (moment for moment in moments if moment is not None and moment > now)
