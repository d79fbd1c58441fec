"""As of any moment: what was still to come is not seen; the trend is what each morning would have shown."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import duckdb
import hypothesis
import hypothesis.strategies as st
import msgspec
import pytest

from shopwatch.records import Order, Parcel
from shopwatch.rulebook import scorecards
from shopwatch.scoring.clock import paused
from shopwatch.scoring.forecast import foresee
from shopwatch.scoring.inflow import Inflow, pace_of
from shopwatch.scoring.readings import TREND_DAYS, Sum2
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.macros import DAY, LocalTime, expand
from warehouse_cases import SHANGHAI, SHOP, at, douyin, readings
from warehouse_histories import BEGIN, END, Named, capabilities, filled, history, told_by

CARDS = scorecards()


def flat(series: Iterable[Sum2]) -> list[float]:
    return [number for sums in series for number in sums]


def everything(warehouse: DuckWarehouse, card: Scorecard, moment: int) -> dict[str, object]:
    """Return all that a board rests on, of numbers no more digits than the order of a sum leaves alone."""
    found = warehouse.readings(card, SHANGHAI, moment, [SHOP])[SHOP]
    sums = {
        f"{name} {what}": flat(those)
        for name, reading in found.indicators.items()
        for what, those in (("now", [reading.now]), ("next", [reading.next]), ("trend", reading.series))
    }
    sums |= {f"rate {name}": list(pair) for name, pair in found.rates.items()}
    sums |= {f"rate {name} trend": list(series) for name, series in found.rate_series.items()}
    exposures = warehouse.exposures(card, SHANGHAI, moment, [SHOP]).get(SHOP, [])
    return {
        **{name: [round(number, 6) + 0.0 for number in numbers] for name, numbers in sums.items()},
        "fallen back": {name for name, reading in found.indicators.items() if reading.approximate},
        "valid": (found.valid_orders, found.valid_series),
        "official": found.official,
        "events": found.events,
        "exposures": sorted(exposures, key=lambda one: (one.clock, one.subject_id)),
    }


def differing(one: dict[str, object], other: dict[str, object]) -> dict[str, tuple[object, object]]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


# a case is a whole warehouse: too dear to be made smaller
WHOLE = (hypothesis.Phase.explicit, hypothesis.Phase.reuse, hypothesis.Phase.generate)


@hypothesis.given(seed=st.integers(0, 1000), moment=st.integers(BEGIN + 20 * DAY, END))
@hypothesis.settings(max_examples=3, phases=WHOLE)
def test_a_view_as_of_a_moment_is_what_the_sources_could_have_told_then(seed: int, moment: int) -> None:
    records = history(seed)
    known_then = told_by(records, moment)
    hypothesis.assume(capabilities(known_then) == capabilities(records))
    whole, then = filled(records), filled(known_then)
    for key, card in CARDS.items():
        assert not differing(everything(whole, card, moment), everything(then, card, moment)), key


def told(inflow: Inflow) -> tuple[object, ...]:
    """Return all that an inflow says, in one order."""
    settled = None if inflow.settled is None else sorted(inflow.settled)
    return dict(inflow.begun), sorted(inflow.arrivals), settled, inflow.booked


@hypothesis.given(st.integers(0, 50), st.integers(BEGIN + 20 * DAY, END))
@hypothesis.settings(max_examples=4, phases=WHOLE)
def test_a_forecast_rests_on_nothing_that_was_known_later(seed: int, moment: int) -> None:
    records = history(seed)
    known_then = told_by(records, moment)
    hypothesis.assume(capabilities(known_then) == capabilities(records))
    card = douyin()
    whole = filled(records).inflows(card, SHANGHAI, moment).get(SHOP, {})
    then = filled(known_then).inflows(card, SHANGHAI, moment).get(SHOP, {})
    assert {name: told(inflow) for name, inflow in whole.items()} == {
        name: told(inflow) for name, inflow in then.items()
    }


@hypothesis.given(st.integers(0, 50), st.integers(BEGIN + 20 * DAY, END))
@hypothesis.settings(max_examples=4, phases=WHOLE)
def test_a_forecast_of_no_days_is_the_reading(seed: int, moment: int) -> None:
    warehouse = filled(history(seed))
    card, found = douyin(), readings(warehouse, moment)
    inflows = warehouse.inflows(card, SHANGHAI, moment).get(SHOP, {})
    rules = {rule.id: rule for rule in card.indicator if rule.id in inflows}
    assert rules
    for name, rule in rules.items():
        pace = pace_of(inflows[name], found.today)
        now = foresee(inflows[name], rule.window, found.today, pace, left=0.4)[0]
        assert now.sums == pytest.approx(found.indicators[name].now), name
        assert now.spread == pytest.approx(0.0)


def finished_last(records: list[Named]) -> list[Named]:
    """An order that is finished on the way moves to another day when its last parcel comes: not so these."""
    arrived = {record.order_id: 0 for _table, record in records if isinstance(record, Parcel)}
    for _table, record in records:
        if isinstance(record, Parcel):
            arrived[record.order_id] = max(arrived[record.order_id], record.delivered_at or 0)
    return [
        (
            table,
            msgspec.structs.replace(record, finished_at=max(record.finished_at, arrived[record.order_id])),
        )
        if isinstance(record, Order) and record.finished_at and record.order_id in arrived
        else (table, record)
        for table, record in records
    ]


def uploaded_at_once(records: list[Named]) -> list[Named]:
    """A parcel that is added later moves its order's rows to other days, or comes when it was due: not so these."""
    return [
        (
            table,
            msgspec.structs.replace(record, waybill_at=(record.promised_delivery_at or 0) - 5 * DAY + 600),
        )
        if isinstance(record, Parcel)
        else (table, record)
        for table, record in records
    ]


def test_what_an_order_was_is_not_unsettled_by_a_parcel_that_is_added_later() -> None:
    order = Order(shop=SHOP, order_id="o", paid_at=BEGIN, known_at=1)
    first = Parcel(shop=SHOP, parcel_id="b", order_id="o", waybill_at=BEGIN + 1, known_at=1)
    first = msgspec.structs.replace(first, picked_up_at=BEGIN + DAY, delivered_at=BEGIN + 2 * DAY)
    second = Parcel(shop=SHOP, parcel_id="a", order_id="o", waybill_at=BEGIN + 3 * DAY, known_at=2)
    second = msgspec.structs.replace(second, picked_up_at=BEGIN + 4 * DAY)  # and never delivered
    warehouse = filled([("orders", order), ("parcels", first)])
    warehouse.take("s", "parcels", [second])

    def was(days: float) -> tuple[int | None, int | None]:
        (row,) = warehouse.order(BEGIN + int(days * DAY), SHOP, "o")["orders"]
        return row["picked_up_at"], row["signed_at"]

    assert [was(days) for days in (0.5, 1.5, 2.5, 3.5, 4.5)] == [
        (None, None),
        (BEGIN + DAY, None),
        (BEGIN + DAY, BEGIN + 2 * DAY),
        (None, None),
        (BEGIN + 4 * DAY, None),
    ]


def test_what_is_finished_on_its_way_is_signed_for_until_its_last_parcel_comes() -> None:
    order = Order(shop=SHOP, order_id="o", paid_at=BEGIN, finished_at=BEGIN + DAY, known_at=1)
    parcel = Parcel(shop=SHOP, parcel_id="p", order_id="o", delivered_at=BEGIN + 5 * DAY, known_at=1)
    warehouse = filled([("orders", order), ("parcels", parcel)])
    then = {
        name: warehouse.order(BEGIN + n * DAY, SHOP, "o")["orders"][0]["signed_at"]
        for name, n in (("before", 3), ("after", 7))
    }
    assert then == {"before": BEGIN + DAY, "after": BEGIN + 5 * DAY}


def test_the_trend_is_what_each_morning_would_have_shown() -> None:
    warehouse = filled(finished_last(uploaded_at_once(history(7))))
    as_of = at("2026-11-18 10:00")
    found = readings(warehouse, as_of)
    for back in (0, 1, 7, 13, 30):
        morning = at("2026-11-18 00:00") - back * DAY - 1  # all that was known as that day began
        then = readings(warehouse, morning)
        for name, reading in found.indicators.items():
            was = reading.series[TREND_DAYS - back]
            assert was == pytest.approx(then.indicators[name].next), (name, back)


@hypothesis.given(st.integers(0, 1000), st.randoms(use_true_random=False))
@hypothesis.settings(max_examples=2, phases=WHOLE)
def test_the_order_of_records_never_matters(seed: int, roll: random.Random) -> None:
    records = history(seed, count=8)
    earlier = [
        (table, msgspec.structs.replace(one, known_at=1)) for table, one in told_by(records, END - 20 * DAY)
    ]
    straight, shuffled = filled(records), [*records, *earlier]
    roll.shuffle(shuffled)
    warehouse = DuckWarehouse(duckdb.connect(config={"threads": 1}))
    while shuffled:
        some, shuffled = shuffled[:15], shuffled[15:]
        for table in dict(some):
            warehouse.take("s", table, [record for name, record in some if name == table])
    for key, card in CARDS.items():
        assert not differing(everything(warehouse, card, END), everything(straight, card, END)), key


ZONES = [
    ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe")
]
YEARS = st.integers(at("2017-02-01 00:00"), at("2027-12-30 00:00"))


@pytest.mark.parametrize("span", [("18:00", "06:00"), ("23:00", "08:00"), ("01:00", "03:30")])
@pytest.mark.parametrize("zone", ZONES, ids=str)
@hypothesis.given(moments=st.lists(YEARS, min_size=1, max_size=100))
@hypothesis.settings(max_examples=20, deadline=None)
def test_the_engine_and_python_pause_alike(moments: list[int], zone: ZoneInfo, span: tuple[str, str]) -> None:
    sql = paused_sql(zone, span)
    rows = CONNECTION.execute(f"SELECT m, {sql} FROM (SELECT unnest(?::BIGINT[]) AS m)", [moments]).fetchall()
    assert sorted(moment for moment, _ in rows) == sorted(moments)
    assert rows == [(moment, paused(moment, zone, *span)) for moment, _ in rows]


@functools.cache
def paused_sql(zone: ZoneInfo, span: tuple[str, str]) -> str:
    return expand(f"paused(m, '{span[0]}', '{span[1]}')", LocalTime(zone, 2016, 2028))


CONNECTION = duckdb.connect()
