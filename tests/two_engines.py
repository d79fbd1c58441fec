"""ClickHouse's own engine in this process, and all that a warehouse answers, to hold two engines against each other."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import Warehouse
from shopwatch.warehouse.leagues import Trail

TOLERANCE = 1e-9


def everything(
    warehouse: Warehouse, card: Scorecard, zone: ZoneInfo, as_of: int, some: Sequence[str]
) -> Iterator[tuple[str, object]]:
    """Yield what a warehouse answers to each question, by the question's name; `some` shops are looked at closely."""
    yield "shops", warehouse.shops(as_of)
    yield "newest, size, names", (warehouse.newest(), warehouse.size(), warehouse.names())
    yield "busiest", warehouse.busiest(as_of, 10)
    yield "readings", warehouse.readings(card, zone, as_of)
    yield "readings of some", warehouse.readings(card, zone, as_of, some)
    yield "exposures", warehouse.exposures(card, zone, as_of)
    yield (
        "inflows",
        {
            shop: {
                name: (one.begun, sorted(one.arrivals), one.settled and sorted(one.settled))
                for name, one in found.items()
            }
            for shop, found in warehouse.inflows(card, zone, as_of).items()
        },
    )
    yield "complained of", [warehouse.complained_of(as_of, since) for since in (0, as_of - 9 * 86400, as_of)]
    yield "sales", warehouse.sales(zone, as_of)
    yield "printed", warehouse.printed(zone, as_of, some, 0)
    yield "competitors", warehouse.competitors(zone, as_of, some, 0)
    for clock in card.clock:
        yield f"came {clock.id}", warehouse.came(clock, zone, as_of - 9 * 86400, as_of)
        with contextlib.ExitStack() as stack:
            if waits := warehouse.waits(clock, zone, as_of):
                stack.callback(waits.close)
                yield (
                    f"waits {clock.id}",
                    (waits.finished(), waits.reach(3), waits.table({}), waits.opens([3, 9], 10_000)),
                )
    yield "replies", warehouse.replies(as_of)
    for shop in some:
        yield from _of_shop(warehouse, card, zone, as_of, shop)


def _of_shop(
    warehouse: Warehouse, card: Scorecard, zone: ZoneInfo, as_of: int, shop: str
) -> Iterator[tuple[str, object]]:
    counted = [rule for rule in card.indicator if rule.counted]
    wanted = {rule.id: next(iter(rule.slices), None) for rule in counted}
    yield f"flows {shop}", warehouse.flows(card, zone, as_of, shop, wanted, [1, 7, 30])
    yield f"leaving {shop}", warehouse.leaving(card, zone, as_of, shop, {rule.id: 1.0 for rule in counted})
    yield f"complaints {shop}", warehouse.complaints(as_of, shop, 0)
    yield f"sold hours {shop}", warehouse.sold_hours(as_of, shop, as_of - 86_400, as_of)
    yield f"stocked {shop}", sorted(warehouse.stocked(as_of, shop) or (), key=repr)
    for occasion in ("unpaid", "paid", "shipped", "late_shipping", "late_delivery", "received", "returned"):
        yield (
            f"{occasion} {shop}",
            warehouse.occasions(occasion, as_of, shop, as_of - 9 * 86_400, as_of + 86_400),
        )
    leagues = warehouse.leagues(card, zone, as_of, shop)
    trail, window = Trail("last_scan_at + 43200", ("西藏",)), (30, 1)
    for by in ("carrier", "product_id"):
        yield f"slices {shop} {by}", leagues.slices({rule.id: rule for rule in counted}, by)
        yield f"share {shop} {by}", leagues.share_of_orders(by, window, ["o1", "o2", "o3"])
        yield f"stalled {shop} {by}", leagues.stalled(by, window, trail)
        for key in ("ZTO", "cup"):
            yield f"stalled orders {shop} {by} {key}", leagues.stalled_orders(by, key, window, trail, 99)
            yield f"behind {shop} {by} {key}", [leagues.behind(rule, by, key, 99) for rule in counted]
    for rule in counted:
        rows = warehouse.rows(card, zone, as_of, shop, rule.id, 10_000)
        yield f"rows {shop} {rule.id}", sorted(rows, key=repr)
        for order_id, *_rest in rows[:1]:
            if order_id is not None:
                records = warehouse.order(as_of, shop, order_id)
                yield f"order {order_id}", {name: sorted(found, key=repr) for name, found in records.items()}
                yield f"story {order_id}", warehouse.story(card, zone, as_of, shop, order_id)


def differences(one: object, other: object, where: str = "") -> Iterator[str]:
    """Yield where two answers differ by more than the tolerance; a set of rows may come in any order."""
    if dataclasses.is_dataclass(one) and not isinstance(one, type):
        one, other = dataclasses.asdict(one), dataclasses.asdict(other)  # type: ignore[call-overload]
    if isinstance(one, msgspec.Struct):
        one, other = msgspec.structs.asdict(one), msgspec.structs.asdict(other)  # type: ignore[arg-type]
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if one.keys() != other.keys():
            yield f"{where}: {sorted(map(str, one.keys() ^ other.keys()))[:5]}"
        for key in one.keys() & other.keys():
            yield from differences(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, str | bytes) or not isinstance(one, Collection):
        if type(one) is not type(other) and not {type(one), type(other)} <= {int, float}:
            yield f"{where}: {one!r} is another kind than {other!r}"
        elif one != other and not (
            isinstance(one, float) and one == pytest.approx(other, rel=TOLERANCE, abs=TOLERANCE)
        ):
            yield f"{where}: {one!r} ≠ {other!r}"
    elif not isinstance(other, Collection) or len(one) != len(other):
        yield f"{where}: {str(one)[:200]} has another length than {str(other)[:200]}"
    else:
        pairs = zip(one, other, strict=True)
        if isinstance(one, set | frozenset) or (
            isinstance(one, list) and where.startswith(("exposures", "came", "waits"))
        ):
            pairs = zip(sorted(one, key=repr), sorted(other, key=repr), strict=True)
        for place, (a, b) in enumerate(pairs):
            yield from differences(a, b, f"{where}[{place}]")


Opened = Callable[..., Warehouse]
"""Opens the warehouse of a database's name, for a holder."""


@contextlib.contextmanager
def opened_in(folder: Path) -> Iterator[Opened]:
    """Yield what opens warehouses in ClickHouse's own engine. A process has one such engine, in one folder."""
    pytest.importorskip("chdb")
    from shopwatch.warehouse.click import open_click

    with contextlib.ExitStack() as stack:

        def opened(database: str, holder: str | None = None) -> Warehouse:
            warehouse = open_click(f"chdb://{folder}?database={database}", holder=holder)
            stack.callback(warehouse.close)
            return warehouse

        yield opened
