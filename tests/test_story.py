"""One order's story in values and words: its clocks in order, and what the score would be without it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import duckdb
import msgspec
import pytest

from risk_cases import chinese
from shopwatch.calibrating import Fits
from shopwatch.feed import OrderPart, OrderView
from shopwatch.fleet import Shop
from shopwatch.records import Order, Parcel, Scan
from shopwatch.remarks import Remark, Remarks
from shopwatch.scoring.model import Model
from shopwatch.scoring.score import score
from shopwatch.story import order
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at, douyin

CARD = msgspec.structs.replace(
    douyin(), stage=None
)  # two orders would be a growing shop, which nothing moves
MODEL = Model(
    scorecard=CARD,
    weights={"product": 0.0, "logistics": 1.0, "service": 0.0, "pickup_hours": 1.0},
    curves={"pickup_hours": ((0, 100), (100, 50))},
)
WATCHED = Shop(id=SHOP, name="旗舰店", zone=SHANGHAI, model=MODEL)
NOW = "2026-11-24 10:00"


@pytest.fixture
def warehouse() -> Iterator[DuckWarehouse]:
    opened = DuckWarehouse(duckdb.connect())
    yield opened
    opened.close()


def sent(warehouse: DuckWarehouse, number: str, paid: str, picked: str | None, **more: Any) -> None:
    """An order promised within 48 hours, its parcel numbered an hour after payment."""
    begin = at(paid)
    warehouse.take(
        "s",
        "orders",
        [
            Order(
                shop=SHOP,
                order_id=number,
                paid_at=begin,
                promised_ship_at=begin + 48 * 3600,
                known_at=1,
                **more,
            )
        ],
    )
    parcel = Parcel(
        shop=SHOP,
        parcel_id=f"P{number}",
        order_id=number,
        waybill_at=begin + 3600,
        picked_up_at=at(picked) if picked else None,
        known_at=1,
    )
    warehouse.take("s", "parcels", [parcel])


def told(warehouse: DuckWarehouse, number: str, now: str = NOW, remarks: Remarks | None = None) -> OrderView:
    moment = datetime.datetime.fromtimestamp(at(now), SHANGHAI)
    view = order(warehouse, WATCHED, Fits(), moment, number, remarks or Remarks(), chinese(), "zh_CN")
    assert view is not None
    return view


def part(view: OrderView, indicator: str) -> OrderPart:
    (found,) = [one for one in view.parts if one.indicator == indicator]
    return found


def test_its_part_is_what_the_value_and_the_total_would_be_without_it(warehouse: DuckWarehouse) -> None:
    sent(warehouse, "slow", "2026-11-18 10:00", "2026-11-20 14:00")  # 52 h
    sent(warehouse, "fast", "2026-11-18 10:00", "2026-11-18 14:00")  # 4 h
    slow, fast = part(told(warehouse, "slow"), "pickup_hours"), part(told(warehouse, "fast"), "pickup_hours")
    assert (slow.numerator, slow.denominator) == (52.0, 1.0)
    assert slow.delta == pytest.approx(28 - 4)
    assert slow.delta_points == pytest.approx(-(28 - 4) / 2)
    assert fast.delta == pytest.approx(28 - 52)
    assert fast.delta_points == pytest.approx((52 - 28) / 2)
    assert (slow.counts, slow.leaves) == (datetime.date(2026, 11, 21), datetime.date(2026, 12, 21))
    readings = warehouse.readings(CARD, SHANGHAI, at(NOW), [SHOP])[SHOP]
    both = score(MODEL, readings).value
    assert both is not None
    sent(warehouse, "slow", "2026-11-18 10:00", "2026-11-20 14:00", excluded=True)
    alone = score(MODEL, warehouse.readings(CARD, SHANGHAI, at(NOW), [SHOP])[SHOP]).value
    assert alone is not None
    assert both - alone == pytest.approx(slow.delta_points)


def test_what_happened_today_counts_from_tomorrow_and_what_left_its_window_no_more(
    warehouse: DuckWarehouse,
) -> None:
    sent(warehouse, "slow", "2026-11-18 10:00", "2026-11-20 14:00")
    sent(warehouse, "fast", "2026-11-18 10:00", "2026-11-18 14:00")
    today = part(told(warehouse, "slow", "2026-11-20 20:00"), "pickup_hours")
    assert today.counts == datetime.date(2026, 11, 21)
    assert today.delta == pytest.approx(28 - 4), "as it will be tomorrow"
    gone = part(told(warehouse, "fast", "2026-12-20 10:00"), "pickup_hours")
    assert gone.leaves == datetime.date(2026, 12, 19)
    assert (gone.delta, gone.delta_points) == (None, None)


def test_the_only_one_of_a_shop_has_nothing_to_be_held_against(warehouse: DuckWarehouse) -> None:
    sent(warehouse, "slow", "2026-11-18 10:00", "2026-11-20 14:00")
    only = part(told(warehouse, "slow"), "pickup_hours")
    assert (only.delta, only.delta_points) == (None, None)


def test_what_runs_comes_first_then_what_ran_out_then_what_was_kept(warehouse: DuckWarehouse) -> None:
    sent(warehouse, "slow", "2026-11-18 10:00", "2026-11-20 14:00")
    picked = at("2026-11-20 14:00")
    scans = [
        Scan(shop=SHOP, parcel_id="Pslow", scanned_at=picked + hours * 3600, kind="transit", known_at=1)
        for hours in (5, 15, 45)
    ]
    warehouse.take("s", "scans", scans)
    view = told(warehouse, "slow", "2026-11-23 10:00")
    now = datetime.datetime.fromtimestamp(at("2026-11-23 10:00"), SHANGHAI)
    seen = [(run.clock, run.ended is None, run.late(now), run.times) for run in view.clocks]
    assert ("scan_gap", True, False, 1) in seen
    assert ("ship", False, True, 1) in seen
    assert ("pickup", False, True, 1) in seen
    assert ("scan_gap", False, False, 2) in seen, "of gaps that were kept the tightest, and how many"
    order_of = [(not running, not late) for _clock, running, late, _times in seen]
    assert order_of == sorted(order_of)


def test_notes_stand_in_the_timeline_beside_the_records(warehouse: DuckWarehouse) -> None:
    sent(warehouse, "slow", "2026-11-18 10:00", None)
    noted = Remarks((Remark(at("2026-11-19 09:00"), "li", "已电联"),), "小林", at("2026-11-24 12:00"))
    view = told(warehouse, "slow", remarks=noted)
    assert [(event.words, event.table, event.by) for event in view.timeline] == [
        ("付款", "orders", ""),
        ("回传单号", "parcels", ""),
        ("已电联", "", "li"),
        ("承诺发货时间", "orders", ""),
    ]
    assert view.owner == "小林"
    assert view.snoozed_until == datetime.datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
    assert told(warehouse, "slow", "2026-11-24 12:00", noted).snoozed_until is None
