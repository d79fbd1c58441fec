"""How far out the anchored score was each time that an official one came: on record, or worked out now.

What is worked out rests on what is known by now, and reaches back as far as the trend. So the first that is
worked out of an official score goes into the journal, and is what is shown of it from then on, unless the official
score itself is corrected.
"""

from __future__ import annotations

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
    local = [
        msgspec.structs.replace(miss, at=miss.at.astimezone(now.tzinfo))
        for miss in recorded
        if miss.at <= now
    ]
    found = {miss.at.date(): miss for miss in local}
    for miss in board.score.misses:
        known = found.get(miss.at.date())
        if known is None or (known.at, known.published) != (miss.at, miss.published):
            found[miss.at.date()] = miss  # another figure than the one on record: that was corrected since
    misses = tuple(found[day] for day in sorted(found)[-ERROR_PAIRS:])
    error = sum(abs(miss.out) for miss in misses) / len(misses) if misses else None
    score = msgspec.structs.replace(board.score, misses=misses, error=error)
    return msgspec.structs.replace(board, score=score)
