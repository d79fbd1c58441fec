"""How far out the anchored score was each time that an official one came: on record, or worked out now.

What is worked out rests on what is known by now, and reaches back as far as the trend. So the first that is
worked out of an official score goes into the journal, and is what is shown of it from then on, unless the official
score itself is corrected, or the one that it was anchored to.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from shopwatch.board import Board, Miss
from shopwatch.scoring.anchor import ERROR_PAIRS


def recalled(board: Board, recorded: Sequence[Miss]) -> Board:
    """Return a board with what is on record of it: of one score the recorded miss counts, and of a local day one score.

    recorded: oldest first.
    """
    if not recorded or board.as_of is None:
        return board
    now = board.as_of
    local = [_told_in(miss, now.tzinfo) for miss in recorded if miss.at <= now]
    found = {miss.at.date(): miss for miss in local}
    for miss in board.score.misses:
        known = found.get(miss.at.date())
        if (
            known is None
            or (known.at, known.published) != (miss.at, miss.published)
            or _corrected(known, miss)
        ):
            found[miss.at.date()] = miss  # another figure than the one on record: that was corrected since
    misses = tuple(found[day] for day in sorted(found)[-ERROR_PAIRS:])
    error = sum(abs(miss.out) for miss in misses) / len(misses) if misses else None
    score = msgspec.structs.replace(board.score, misses=misses, error=error)
    return msgspec.structs.replace(board, score=score)


def _corrected(known: Miss, miss: Miss) -> bool:
    """Whether the figure that the one on record was anchored to has become another; one of a day between the two
    that came late has not."""
    before, now = known.before, miss.before
    if before is None or now is None:
        return False
    return before.at.date() == now.at.date() and before.value != now.value


def _told_in(miss: Miss, zone: datetime.tzinfo | None) -> Miss:
    """Return a miss with its moments by the clock of a zone."""
    before = miss.before and msgspec.structs.replace(miss.before, at=miss.before.at.astimezone(zone))
    return msgspec.structs.replace(miss, at=miss.at.astimezone(zone), before=before)
