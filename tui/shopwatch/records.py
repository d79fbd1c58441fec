"""The canonical records: one struct a table, the unit of a field in its type.

Everything a source brings is brought into one of these shapes, and everything that is worked out
later is worked out from them. The structs are the schema: the warehouse's tables, the fields that a
`map` may name and the checks on them are all read off the annotations here.
"""

import enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec


class Kind(enum.Enum):
    """What a field holds, and so how it is read, stored and masked."""

    ID = "id"  # text; never a number, so that no digit is lost
    TEXT = "text"  # stripped of control and bidirectional characters
    CHOICE = "choice"  # one of a few words
    MOMENT = "moment"  # UTC epoch seconds; unknown before it happened
    PROMISE = "promise"  # UTC epoch seconds; known from the start, so not masked by an as-of view
    DAY = "day"  # days since 1970-01-01, in the shop's own timezone
    FEN = "fen"  # 1/100 of the currency
    COUNT = "count"  # whole number, not below 0
    REAL = "real"
    BOOL = "bool"


Id = Annotated[str, Kind.ID]
Text = Annotated[str, Kind.TEXT]
Moment = Annotated[int, Kind.MOMENT]
Promise = Annotated[int, Kind.PROMISE]
Day = Annotated[int, Kind.DAY]
Fen = Annotated[int, Kind.FEN]
Count = Annotated[int, Kind.COUNT]
Real = Annotated[float, Kind.REAL]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a canonical table.

    shop: the shop's id. known_at: the source's update time, else the file's; the later state wins.
    """

    shop: Id
    known_at: Promise = 0


class Order(Record, frozen=True, kw_only=True):
    """One order. `excluded`: gift, lucky bag, low price or instant refund, which are not scored."""

    order_id: Id
    created_at: Moment | None = None
    paid_at: Moment | None = None
    promised_ship_at: Promise | None = None
    shipped_at: Moment | None = None
    finished_at: Moment | None = None
    closed_at: Moment | None = None
    amount: Fen | None = None
    product_id: Id | None = None
    product_name: Text | None = None
    quantity: Count | None = None
    province: Text | None = None
    warehouse: Text | None = None
    presale: bool | None = None
    excluded: bool | None = None


class Parcel(Record, frozen=True, kw_only=True):
    """One waybill of an order; `waybill_at` is when its number was uploaded."""

    parcel_id: Id
    order_id: Id | None = None
    carrier: Text | None = None
    warehouse: Text | None = None
    province: Text | None = None
    waybill_at: Moment | None = None
    picked_up_at: Moment | None = None
    delivered_at: Moment | None = None
    promised_delivery_at: Promise | None = None
    damaged: bool | None = None


class Scan(Record, frozen=True, kw_only=True):
    """One tracking event. `same_region`: same province or 江浙沪皖 or 京津冀."""

    parcel_id: Id
    scanned_at: Moment
    kind: Literal["pickup", "transit", "out", "delivered", "refused", "returned", "other"] | None = None
    place: Text | None = None
    same_region: bool | None = None


class Review(Record, frozen=True, kw_only=True):
    """One review; stars 1 to 5."""

    review_id: Id
    order_id: Id | None = None
    product_id: Id | None = None
    created_at: Moment | None = None
    product_stars: Real | None = None
    logistics_stars: Real | None = None
    service_stars: Real | None = None
    text: Text | None = None
    replied_at: Moment | None = None


class Aftersale(Record, frozen=True, kw_only=True):
    """One after-sale ticket. `first_reason` is what the buyer chose first, whatever it became."""

    aftersale_id: Id
    order_id: Id | None = None
    product_id: Id | None = None
    amount: Fen | None = None
    kind: Literal["refund", "return", "exchange", "resend", "repair"] | None = None
    shipped: bool | None = None
    first_reason: Text | None = None
    reason_class: Literal["quality", "damage", "logistics", "other"] | None = None
    applied_at: Moment | None = None
    audited_at: Moment | None = None
    return_signed_at: Moment | None = None
    finished_at: Moment | None = None
    succeeded: bool | None = None
    platform_handled: bool | None = None
    escalated_at: Moment | None = None
    deadline_at: Promise | None = None


class Chat(Record, frozen=True, kw_only=True):
    """One session. `rounds` counts unanswered ones too; `reply_seconds` is summed over the answered."""

    chat_id: Id
    order_id: Id | None = None
    agent: Text | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    human: bool | None = None
    rounds: Count | None = None
    reply_seconds: Real | None = None
    answered_in_180s: Count | None = None
    unanswered: Count | None = None
    stars: Real | None = None
    waiting_since: Moment | None = None


class AgentDay(Record, frozen=True, kw_only=True):
    """One agent's day, as exports give it; rates 0 to 1. What rests on it is approximate."""

    agent: Text
    day: Day
    sessions: Count | None = None
    mean_reply_seconds: Real | None = None
    dissatisfied_rate: Real | None = None
    replied_in_180s_rate: Real | None = None


class Ticket(Record, frozen=True, kw_only=True):
    """One ticket of the marketplace against the shop."""

    ticket_id: Id
    order_id: Id | None = None
    kind: Literal["complaint", "dispute", "platform_help", "evidence"] | None = None
    opened_at: Moment | None = None
    closed_at: Moment | None = None
    liable: bool | None = None
    deadline_at: Promise | None = None


class Event(Record, frozen=True, kw_only=True):
    """One bonus, deduction or violation; `kind` names an item of the scorecard."""

    event_id: Id
    kind: Text | None = None
    points: Real | None = None
    happened_at: Moment | None = None


class Official(Record, frozen=True, kw_only=True):
    """One figure that the marketplace printed. `item`: total, a dimension's id or an indicator's."""

    published_at: Moment
    item: Id
    value: Real | None = None
    points: Real | None = None
    weight: Real | None = None


class Competitor(Record, frozen=True, kw_only=True):
    """One figure that the marketplace printed of another shop, with which `shop` compares itself. `item`: as an
    official figure's, or `consumer`, the stars that buyers see."""

    competitor: Text
    published_at: Moment
    item: Id
    value: Real | None = None
    points: Real | None = None


class Stock(Record, frozen=True, kw_only=True):
    """One count of one product: `quantity` units that are there to be sold at `counted_at`."""

    product_id: Id
    counted_at: Moment
    product_name: Text | None = None
    quantity: Count | None = None


class ShopName(Record, frozen=True, kw_only=True):
    """What a source calls a shop."""

    name: Text | None = None


class Field(msgspec.Struct, frozen=True):
    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True):
    """A canonical table, read off its struct. `key` includes the shop."""

    name: str
    struct: type[Record]
    key: tuple[str, ...]
    fields: dict[str, Field]

    def of_kind(self, *kinds: Kind) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields.values() if field.kind in kinds)

    @property
    def moments(self) -> tuple[str, ...]:
        """The record's own moments: what an as-of view hides while it is still to come."""
        return self.of_kind(Kind.MOMENT)


def _field(name: str, annotation: Any, required: bool) -> Field:
    kinds = [annotation, *get_args(annotation)]
    for part in kinds:
        if get_origin(part) is Annotated:
            return Field(name, next(m for m in part.__metadata__ if isinstance(m, Kind)), required)
        if get_origin(part) is Literal:
            return Field(name, Kind.CHOICE, required, get_args(part))
        if part is bool:
            return Field(name, Kind.BOOL, required)
    raise TypeError(f"{name}: {annotation!r} says no kind")  # a mistake of ours, met by the first import


def _table(name: str, struct: type[Record], *key: str) -> Table:
    hints = {**vars(Record)["__annotations__"], **vars(struct)["__annotations__"]}
    fields = {
        field: _field(field, hints[field], field in ("shop", *key)) for field in struct.__struct_fields__
    }
    return Table(name, struct, ("shop", *key), fields)


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table("orders", Order, "order_id"),
        _table("parcels", Parcel, "parcel_id"),
        _table("scans", Scan, "parcel_id", "scanned_at"),
        _table("reviews", Review, "review_id"),
        _table("aftersales", Aftersale, "aftersale_id"),
        _table("chats", Chat, "chat_id"),
        _table("agent_days", AgentDay, "agent", "day"),
        _table("tickets", Ticket, "ticket_id"),
        _table("events", Event, "event_id"),
        _table("official", Official, "published_at", "item"),
        _table("competitors", Competitor, "competitor", "published_at", "item"),
        _table("stock", Stock, "product_id", "counted_at"),
        _table("shop_names", ShopName),
    )
}


class Batch(msgspec.Struct, frozen=True):
    """Typed rows of one table, in a Parquet file: what a source hands to the warehouse.

    `fields` are the columns that the source declares (`shop`, `known_at` and the key among them); only
    those are ever changed by it. Columns have the storage types of `SQL_TYPES`. The file is the
    receiver's to delete. origin: the file or address that the rows are from.
    """

    table: str
    fields: tuple[str, ...]
    path: Path
    rows: int
    origin: str = ""


class Reject(msgspec.Struct, frozen=True):
    """A row that could not be used. `fields` holds only what the map asked for: never a buyer's data."""

    origin: str  # the file's path or the URL
    row: int | None  # 1 is the first row under the header
    table: str
    reason: str
    fields: dict[str, str]


class Poll(msgspec.Struct, frozen=True):
    """What one poll of a source brought.

    `cursor` is the source's own note of how far it has read, kept by the warehouse in the same
    transaction as the rows, so that neither runs ahead of the other. `origins` were read whole: what was
    counted of them before, and their rejects, are replaced. `waiting` names what was left for the next poll, and why.
    `again`: there is more to be had at once.
    """

    batches: tuple[Batch, ...] = ()
    rejects: tuple[Reject, ...] = ()
    origins: tuple[str, ...] = ()
    cursor: str | None = None
    waiting: tuple[str, ...] = ()
    again: bool = False


SQL_TYPES: dict[Kind, str] = {
    Kind.ID: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.CHOICE: "VARCHAR",
    Kind.MOMENT: "BIGINT",
    Kind.PROMISE: "BIGINT",
    Kind.DAY: "BIGINT",
    Kind.FEN: "BIGINT",
    Kind.COUNT: "BIGINT",
    Kind.REAL: "DOUBLE",
    Kind.BOOL: "BOOLEAN",
}
