"""How a record looks at a moment: what is still to come is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from shopwatch.demo.chats import Talk
from shopwatch.records import TABLES, Aftersale, Order, Parcel, Record, Ticket

R = TypeVar("R", bound=Record)

_MOMENTS = {table.struct: table.moments for table in TABLES.values()} | {Talk: TABLES["chats"].moments}

# A fact without a moment of its own shows with the one that settles it.
_SETTLED_BY: dict[type[Record], dict[str, str]] = {
    Order: {"promised_ship_at": "paid_at", "excluded": "paid_at"},
    Parcel: {"damaged": "delivered_at"},
    Aftersale: {"succeeded": "finished_at", "platform_handled": "finished_at"},
    Talk: dict.fromkeys(("rounds", "reply_seconds", "answered_in_180s", "unanswered", "stars"), "ended_at"),
    Ticket: {"liable": "closed_at"},
}


def changes(record: Record) -> Iterator[int]:
    """Yield the moments at which the record changes, in no order."""
    for name in _MOMENTS[type(record)]:
        moment = getattr(record, name)
        if moment is not None:
            yield moment
    if isinstance(record, Talk):
        yield _answered_at(record)


def seen(record: R, now: int) -> R | None:
    """Return the record as it looks now, or None before it exists."""
    if record.known_at <= now:
        return record
    passed = [moment for moment in changes(record) if moment <= now]
    if not passed:
        return None
    masked: dict[str, Any] = {"known_at": max(passed)}
    for name in _MOMENTS[type(record)]:
        moment = getattr(record, name)
        if moment is not None and moment > now:
            masked[name] = None
    for fact, settling in _SETTLED_BY.get(type(record), {}).items():
        if masked.get(settling, ...) is None:
            masked[fact] = None
    if isinstance(record, Talk) and now < _answered_at(record):
        masked["waiting_since"] = record.started_at
    if isinstance(record, Aftersale):
        masked["deadline_at"] = _deadline(record, now)
    return msgspec.structs.replace(record, **masked)


def _answered_at(chat: Talk) -> int:
    """Return when the first answer came; a message left unanswered waits until the talk ends."""
    started, ended = chat.started_at or 0, chat.ended_at or 0
    answered = (chat.rounds or 0) - (chat.unanswered or 0)
    if chat.unanswered or answered <= 0:
        return ended
    return min(ended, started + max(1, round((chat.reply_seconds or 0) / answered)))


def _deadline(aftersale: Aftersale, now: int) -> int | None:
    """Return the limit of the step it is in: the answer, then the refund for a return that has arrived."""
    returned, deadline = aftersale.return_signed_at, aftersale.deadline_at
    if returned is None or returned <= now or deadline is None:
        return deadline
    return deadline - returned + (aftersale.applied_at or 0)
