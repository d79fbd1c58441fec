"""Order care: whom to tell something, and what became of sending it."""

import datetime

from shopwatch.board.values import Value


class CareItem(Value, frozen=True):
    """One thing to tell one buyer. key: of the template and what it is about; since: when the occasion was; promise: by
    when it was or is to be shipped or to arrive. how: told by hand, sending (it may have arrived), sent; None: not
    told yet, or `told_at` by whom."""

    key: str
    care: str
    order_id: str
    text: str
    since: datetime.datetime
    product: str | None = None
    promise: datetime.datetime | None = None
    how: str | None = None
    told_at: datetime.datetime | None = None
    told_by: str = ""


class CareGroup(Value, frozen=True):
    """The buyers to be told one thing: how many, and the first of them, the latest first."""

    id: str
    name: str
    count: int
    items: tuple[CareItem, ...]


class CareBoard(Value, frozen=True):
    """Whom to tell something. told: today, the last first. sends: what sending does: nothing is configured (off), it
    shows what it would send (dry), it sends (on), or the hour is one in which nobody is written to (quiet)."""

    groups: tuple[CareGroup, ...]
    told: tuple[CareItem, ...]
    sends: str = "off"

    def item(self, key: str) -> CareItem | None:
        every = (*(item for group in self.groups for item in group.items), *self.told)
        return next((one for one in every if one.key == key), None)


class CareSent(Value, frozen=True):
    """What became of sending. sends: as of a `CareBoard`. items: what was taken, or in a dry run would be sent.
    trouble: why it ended before all were."""

    sends: str
    items: tuple[CareItem, ...] = ()
    trouble: str | None = None
