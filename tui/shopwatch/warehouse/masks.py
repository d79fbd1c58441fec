"""As of any moment: what a table looked like then.

A record is visible from its earliest own moment, else from its order's payment, else always. A moment that
was still to come reads as null; a fact without a moment of its own shows with the one that settles it.
"""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.records import TABLES, Kind
from shopwatch.warehouse.tables import BEFORE, columns

# Column → the expression whose coming settles it.
SETTLED_BY: dict[str, dict[str, str]] = {
    "orders": {
        "first_reason_class": "first_applied_at",
        "first_aftersale_id": "first_applied_at",
        "carrier": "carrier_at",
    },
    "parcels": {"damaged": "delivered_at"},
    "aftersales": {
        "succeeded": "finished_at",
        "platform_handled": "coalesce(escalated_at, finished_at, applied_at)",
        "reason_class": "applied_at",
        "first_reason": "applied_at",
        "carrier": "carrier_at",
    },
    "tickets": {"liable": "closed_at"},
    "chats": dict.fromkeys(
        ("rounds", "reply_seconds", "answered_in_180s", "unanswered", "stars"),
        # a source that never tells when a session ended gives its sums with the session
        "coalesce(ended_at, started_at)",
    ),
}

# What a shop's sources can tell at all: a capability, not a moment. Where every shop has it, nothing is asked.
# Who has never had a ticket or a review may have no source of them. Ingest keeps each in the table of shops.
CAPABILITIES = {
    name: f"shop IN (SELECT shop FROM main.shops WHERE {name})"
    for name in (
        "aftersales_known",
        "chats_known",
        "reviews_known",
        "tickets_known",
        "pickups_known",
        "replies_known",
    )
}

# A moment → the one that stood for it until it came: an order may be finished before its last parcel arrives.
UNTIL_THEN = {"orders": {"signed_at": "finished_at"}, "aftersales": {"signed_at": "order_finished_at"}}

# What only a mask can say, from several columns at once; {name} is a capability.
DERIVED: dict[str, dict[str, str]] = {
    "orders": {
        **{name: f"{{{name}}}" for name in CAPABILITIES},
        # a click on "shipped" proves nothing where pickups are known
        "shipped_unproved_at": "CASE WHEN NOT ({pickups_known}) AND shipped_at <= $as_of THEN shipped_at END",
    },
    "parcels": {
        "order_open": "(order_finished_at IS NULL OR order_finished_at > $as_of)"
        " AND (order_closed_at IS NULL OR order_closed_at > $as_of)",
        "province": "coalesce(province, order_province)",
        "warehouse": "coalesce(warehouse, order_warehouse)",
    },
    "reviews": {
        "product_id": "coalesce(product_id, order_product_id)",
        "replies_known": "{replies_known}",
    },
    "aftersales": {
        "product_id": "coalesce(product_id, order_product_id)",
        "amount": "coalesce(amount, order_amount)",
    },
}


def _visible(table: str) -> str:
    own = TABLES[table].moments
    paid = [] if table == "orders" or "paid_at" not in columns(table) else ["paid_at"]
    if not own and not paid:
        return "TRUE"
    if len(own) == 1:
        earliest = [own[0]]
    else:
        earliest = [f"least({', '.join(own)})"] if own else []
    return f"coalesce({', '.join([*earliest, *paid, '0'])}) <= $as_of"


class Sight(NamedTuple):
    """How the records are looked at. masked: False where none holds a moment after `$as_of`, so that there is
    nothing to hide. sure, lacking: the capabilities that every shop has, or none, which needn't be asked of each."""

    masked: bool = True
    sure: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()

    def derived(self, expression: str) -> str:
        return expression.format(**{name: self._asked(name) for name in CAPABILITIES})

    def _asked(self, capability: str) -> str:
        if capability in self.sure:
            return "TRUE"
        return "FALSE" if capability in self.lacking else CAPABILITIES[capability]


PLAIN_SIGHT = Sight()


def _shown(table: str, name: str, sight: Sight) -> str:
    if derived := DERIVED.get(table, {}).get(name):
        return f"{sight.derived(derived)} AS {name}"
    if not sight.masked and name != "excluded":
        return name
    if settled := SETTLED_BY.get(table, {}).get(name):
        return f"CASE WHEN {settled} <= $as_of THEN {name} END AS {name}"
    if name == "excluded":
        return "coalesce(excluded, FALSE) AS excluded"
    if columns(table)[name].kind is Kind.MOMENT:
        return f"{_moment(table, name)} AS {name}"
    return name


def _moment(table: str, name: str) -> str:
    """Return the SQL of a moment as it was known."""
    instead = UNTIL_THEN.get(table, {}).get(name)
    other = f" WHEN {instead} <= $as_of THEN {instead}" if instead else ""
    known = f"CASE WHEN {name} <= $as_of THEN {name}{other} END"
    before = BEFORE.get(table, {}).get(name)
    if before is None:
        return known
    then = f"list_filter({before}, lambda one: one.was <= $as_of AND one.until > $as_of)[1].was"
    return f"CASE WHEN {before} IS NULL THEN {known} ELSE coalesce({then}, {known}) END"


def seen(
    table: str,
    sight: Sight = PLAIN_SIGHT,
    only: frozenset[str] | None = None,
    day: str | None = None,
    prefix: str = "main.",
) -> str:
    """Return the SELECT that shows a table as of `$as_of`, its derived columns with it.

    only: leave out all other columns (but the shop). day: a moment that the caller bounds by `$as_of` itself,
    and that so needs no mask; where it is the row's own, the row is visible for that alone. prefix: what stands
    before the table's name, where its rows are looked for elsewhere.
    """
    if table == "contacts":
        moment = "started_at" if day else None
        chats = ", ".join(
            {
                "order_id": "NULL",
                "subject_id": "chat_id",
                "first_contact_at": "started_at",
                "excluded": "FALSE",
                "chats_known": "TRUE",
            }.get(name, "NULL")
            + f" AS {name}"
            for name in _CONTACTS
        )
        orders = ", ".join(f"order_id AS {name}" if name == "subject_id" else name for name in _CONTACTS)
        return (
            f"SELECT shop, {orders} FROM ({seen('orders', sight, frozenset(_CONTACTS), day, prefix)})"
            " WHERE first_contact_at IS NOT NULL"
            f" UNION ALL SELECT shop, {chats}"
            f" FROM ({seen('chats', sight, _CHAT_CONTACTS, moment, prefix)})"
            " WHERE order_id IS NULL AND human"
        )
    derived = DERIVED.get(table, {})
    names = [*columns(table), *(name for name in derived if name not in columns(table))]
    bare = None if day in {**UNTIL_THEN.get(table, {}), **BEFORE.get(table, {})} else day
    shown = [
        name if name == bare else _shown(table, name, sight)
        for name in names
        if only is None or name in only or name == "shop"
    ]
    bounded = not sight.masked or day in TABLES[table].moments
    return f"SELECT {', '.join(shown)} FROM {prefix}{table}" + (
        "" if bounded else f" WHERE {_visible(table)}"
    )


_CONTACTS = (
    "order_id", "subject_id", "first_contact_at", "escalated_at", "excluded", "product_id", "product_name", "carrier",
    "province", "warehouse", "chats_known",
)  # fmt: skip
_CHAT_CONTACTS = frozenset({"order_id", "chat_id", "started_at", "human"})


def columns_seen(table: str) -> set[str]:
    """Return the names of the columns of `seen(table)`."""
    if table == "contacts":
        return {"shop", *_CONTACTS}
    return {*columns(table), *DERIVED.get(table, {})}
