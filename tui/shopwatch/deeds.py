"""Who did what of the checklist: ticks, ticks taken back, and what was said of actions, out of the journal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from shopwatch.board.deeds import Deed
from shopwatch.journal import Journal
from shopwatch.remarks import of_action

MOST = 500
_TICKS = (
    "SELECT at, rowid, action, CASE WHEN done THEN 'tick' ELSE 'undo' END, by, NULL, NULL FROM ticks"
    " WHERE shop = :shop AND at <= :until"
)
_REMARKS = (
    "SELECT at, rowid, substr(order_id, :head), kind, by, words, until FROM remarks"
    " WHERE shop = :shop AND at <= :until AND order_id LIKE :actions"
)


def deeds(journal: Journal, shop: str, until: int, zone: ZoneInfo, titles: Mapping[str, str]) -> list[Deed]:
    """Return what was done in a shop by a moment, the last first. titles: of actions, by id; one that is no longer
    advised is called by its id. Blocks."""
    head = of_action("")
    rows = journal.named(
        f"SELECT * FROM ({_TICKS} UNION ALL {_REMARKS}) ORDER BY 1 DESC, 2 DESC LIMIT {MOST}",
        {"shop": shop, "until": until, "head": len(head) + 1, "actions": f"{head}%"},
    )

    def moment(at: int | None) -> datetime.datetime | None:
        return None if at is None else datetime.datetime.fromtimestamp(at, zone)

    return [
        Deed(
            at=datetime.datetime.fromtimestamp(at, zone),
            action=action,
            title=titles.get(action, action),
            kind=kind,
            by=by,
            words=words or "",
            until=moment(later),
        )
        for at, _row, action, kind, by, words, later in rows
    ]
