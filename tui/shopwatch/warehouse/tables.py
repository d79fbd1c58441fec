"""The warehouse's tables: the canonical ones, and the facts that stand on their rows.

A join in an indicator costs eight times a mask, so what an indicator needs from another table is kept on
its row, with the moment at which it became known. Ingest refreshes these facts for the keys it touched.
"""

from __future__ import annotations

from shopwatch.records import SQL_TYPES, TABLES, Field, Kind

# Which kinds of ticket are the buyer turning to the marketplace.
ESCALATIONS = ("complaint", "dispute", "platform_help")


def _facts(**kinds: Kind) -> dict[str, Field]:
    return {name: Field(name, kind, required=False) for name, kind in kinds.items()}


FACTS: dict[str, dict[str, Field]] = {
    "orders": _facts(
        picked_up_at=Kind.MOMENT,  # of the last parcel, once all are picked up
        signed_at=Kind.MOMENT,  # all parcels delivered, else finished
        carrier=Kind.TEXT,  # of the first parcel
        carrier_at=Kind.MOMENT,  # its number was uploaded, else it was picked up
        first_applied_at=Kind.MOMENT,
        first_aftersale_id=Kind.ID,
        first_reason_class=Kind.TEXT,
        low_rated_at=Kind.MOMENT,  # first rating of its goods with one or two stars
        first_contact_at=Kind.MOMENT,  # after-sale or human chat
        escalated_at=Kind.MOMENT,
    ),
    "parcels": _facts(
        paid_at=Kind.MOMENT,
        excluded=Kind.BOOL,
        amount=Kind.FEN,
        product_id=Kind.ID,
        product_name=Kind.TEXT,
        promised_ship_at=Kind.PROMISE,
        order_finished_at=Kind.MOMENT,
        order_closed_at=Kind.MOMENT,
        order_province=Kind.TEXT,
        order_warehouse=Kind.TEXT,
    ),
    "reviews": _facts(
        paid_at=Kind.MOMENT, excluded=Kind.BOOL, order_product_id=Kind.ID, product_name=Kind.TEXT
    ),
    "aftersales": _facts(
        paid_at=Kind.MOMENT,
        signed_at=Kind.MOMENT,  # of its order
        order_finished_at=Kind.MOMENT,
        excluded=Kind.BOOL,
        first_of_order=Kind.BOOL,  # the order's first application, which alone counts for its reason
        order_amount=Kind.FEN,
        order_product_id=Kind.ID,
        product_name=Kind.TEXT,
        carrier=Kind.TEXT,
        carrier_at=Kind.MOMENT,
        province=Kind.TEXT,
        warehouse=Kind.TEXT,
    ),
    "tickets": _facts(paid_at=Kind.MOMENT, amount=Kind.FEN, product_id=Kind.ID, product_name=Kind.TEXT),
    "chats": _facts(paid_at=Kind.MOMENT, amount=Kind.FEN, product_id=Kind.ID, product_name=Kind.TEXT),
}

# Fact → the column that holds what it was before, and until when: of fewer parcels, until another was added.
BEFORE: dict[str, dict[str, str]] = {
    "orders": {"picked_up_at": "picked_before", "signed_at": "signed_before"},
    "aftersales": {"signed_at": "signed_before"},
}
_SPANS = "STRUCT(was BIGINT, until BIGINT)[]"

# What a source may bring for an order: any of these touches the order's facts, and it theirs.
ORDER_TABLES = ("orders", "parcels", "aftersales", "chats", "tickets", "reviews")


def columns(table: str) -> dict[str, Field]:
    """Return every column of a table that can be asked for, facts last."""
    return {**TABLES[table].fields, **FACTS.get(table, {})}


def held(table: str) -> dict[str, str]:
    """Return all that a row holds, and as what."""
    kinds = {field.name: SQL_TYPES[field.kind] for field in columns(table).values()}
    return kinds | dict.fromkeys(BEFORE.get(table, {}).values(), _SPANS)


def last_moments() -> dict[str, str]:
    """Return the SQL of a row's last own moment, by table; what only has a day is of that day's beginning, by UTC."""
    found = {
        name: (*table.moments, *(f"{day} * 86400" for day in table.of_kind(Kind.DAY)))
        for name, table in TABLES.items()
    }
    return {name: f"greatest({', '.join(moments)}, 0)" for name, moments in found.items() if moments}


def create_statements() -> list[str]:
    """Return the statements that make an empty warehouse; each is harmless on a full one."""
    statements = [
        f"CREATE TABLE IF NOT EXISTS {name} ("
        + ", ".join(f"{column} {kind}" for column, kind in held(name).items())
        + ")"
        for name in TABLES
    ]
    return [
        *statements,
        # When a shop's first record became visible, and what its sources have ever been able to tell.
        """CREATE TABLE IF NOT EXISTS shops
            (shop VARCHAR, seen_from BIGINT, aftersales_known BOOLEAN, chats_known BOOLEAN,
            reviews_known BOOLEAN, tickets_known BOOLEAN, pickups_known BOOLEAN, replies_known BOOLEAN)""",
        "CREATE TABLE IF NOT EXISTS newest (moment BIGINT)",
        "CREATE TABLE IF NOT EXISTS cursors (source VARCHAR, state VARCHAR)",
        """CREATE TABLE IF NOT EXISTS rejects (source VARCHAR, origin VARCHAR, row_number BIGINT,
            record_table VARCHAR, reason VARCHAR, fields VARCHAR)""",
        """CREATE TABLE IF NOT EXISTS brought
            (source VARCHAR, origin VARCHAR, record_table VARCHAR, records BIGINT)""",
    ]
