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

from shopwatch.records import TABLES, Aftersale, Chat, Order, Parcel, Record, Review, Ticket
from shopwatch.scoring.clock import paused
from shopwatch.scoring.forecast import foresee
from shopwatch.scoring.inflow import Inflow, pace_of
from shopwatch.scoring.readings import TREND_DAYS, Sum2
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.macros import DAY, LocalTime, expand
from warehouse_cases import SHANGHAI, SHOP, at, douyin, readings

BEGIN = at("2026-10-01 00:00")
END = at("2026-11-20 15:00")


def history(seed: int, count: int = 40) -> list[tuple[str, Record]]:
    """Orders with all that may come of them, at odd moments."""
    roll = random.Random(seed)
    found: list[tuple[str, Record]] = []
    for n in range(count):
        paid = roll.randint(BEGIN, END)

        def later(
            *, least: int = 0, most: int = 6 * DAY, chance: float = 1.0, paid: int = paid
        ) -> int | None:
            return paid + roll.randint(least, most) if roll.random() < chance else None

        order_id = f"o{n}"
        found.append(
            (
                "orders",
                Order(
                    shop=SHOP,
                    order_id=order_id,
                    created_at=paid - 60,
                    paid_at=paid,
                    promised_ship_at=paid + 2 * DAY,
                    finished_at=later(least=4 * DAY, most=15 * DAY, chance=0.5),
                    excluded=roll.random() < 0.1,
                    known_at=1,
                ),
            )
        )
        picked = later(most=3 * DAY, chance=0.9)
        found.append(
            (
                "parcels",
                Parcel(
                    shop=SHOP,
                    parcel_id=f"p{n}",
                    order_id=order_id,
                    waybill_at=paid + 600,
                    picked_up_at=picked,
                    delivered_at=picked and later(least=3 * DAY, most=9 * DAY, chance=0.8),
                    promised_delivery_at=paid + 5 * DAY,
                    known_at=1,
                ),
            )
        )
        if roll.random() < 0.5:
            found.append(
                (
                    "reviews",
                    Review(
                        shop=SHOP,
                        review_id=f"r{n}",
                        order_id=order_id,
                        created_at=later(least=4 * DAY, most=12 * DAY),
                        product_stars=float(roll.randint(1, 5)),
                        known_at=1,
                    ),
                )
            )
        if roll.random() < 0.4:
            applied = paid + roll.randint(DAY, 9 * DAY)
            found.append(
                (
                    "aftersales",
                    Aftersale(
                        shop=SHOP,
                        aftersale_id=f"a{n}",
                        order_id=order_id,
                        kind="return",
                        shipped=True,
                        succeeded=True,
                        reason_class=roll.choice(["quality", "damage", "other"]),
                        applied_at=applied,
                        audited_at=applied + roll.randint(0, DAY),
                        finished_at=applied + roll.randint(DAY, 4 * DAY),
                        known_at=1,
                    ),
                )
            )
        if roll.random() < 0.4:
            started = paid + roll.randint(0, 5 * DAY)
            found.append(
                (
                    "chats",
                    Chat(
                        shop=SHOP,
                        chat_id=f"c{n}",
                        order_id=order_id if roll.random() < 0.7 else None,
                        human=True,
                        started_at=started,
                        ended_at=started + roll.randint(60, 2 * DAY),
                        rounds=roll.randint(1, 5),
                        reply_seconds=float(roll.randint(5, 900)),
                        unanswered=roll.randint(0, 1),
                        stars=float(roll.randint(1, 5)),
                        known_at=1,
                    ),
                )
            )
        if roll.random() < 0.2:
            found.append(
                (
                    "tickets",
                    Ticket(
                        shop=SHOP,
                        ticket_id=f"t{n}",
                        order_id=order_id,
                        kind="dispute",
                        opened_at=later(least=DAY, most=9 * DAY),
                        known_at=1,
                    ),
                )
            )
    return found  # fmt: skip


def filled(records: list[tuple[str, Record]]) -> DuckWarehouse:
    warehouse = DuckWarehouse(duckdb.connect())
    for table in dict(records):
        warehouse.take("s", table, [record for name, record in records if name == table])
    return warehouse


def flat(series: Iterable[Sum2]) -> list[float]:
    return [number for sums in series for number in sums]


SETTLED = {
    "aftersales": {"succeeded": "finished_at", "reason_class": "applied_at"},
    "chats": dict.fromkeys(("rounds", "reply_seconds", "unanswered", "stars"), "ended_at"),
}


def cut_off(table: str, record: Record, moment: int) -> Record | None:
    """Return the record as a source would have told it at a moment."""
    moments = TABLES[table].moments
    hidden = {name: None for name in moments if (getattr(record, name) or 0) > moment}
    settled = {
        name: None for name, by in SETTLED.get(table, {}).items() if (getattr(record, by) or 0) > moment
    }
    if all(getattr(record, name) is None or name in hidden for name in moments):
        return None
    return msgspec.structs.replace(record, **hidden, **settled)


@pytest.mark.parametrize("seed", range(4))
def test_a_view_as_of_a_moment_is_what_the_sources_could_have_told_then(seed: int) -> None:
    records = history(seed)
    moment = at("2026-11-10 13:30") + seed * 7 * 3600
    known_then = [
        (table, seen) for table, record in records if (seen := cut_off(table, record, moment)) is not None
    ]
    whole, then = filled(records), filled(known_then)
    # a shop's after-sales are known at all or not: a capability of its sources, not of a moment
    assert {table for table, _ in known_then} == {table for table, _ in records}
    masked, plain = readings(whole, moment), readings(then, moment)
    for name, reading in plain.indicators.items():
        assert masked.indicators[name].now == pytest.approx(reading.now), name
        assert masked.indicators[name].next == pytest.approx(reading.next), name
        assert flat(masked.indicators[name].series) == pytest.approx(flat(reading.series)), name
    assert masked.valid_orders == plain.valid_orders
    assert {k: tuple(v) for k, v in masked.rates.items()} == {k: tuple(v) for k, v in plain.rates.items()}
    card = douyin()
    for clock, exposures in ((c.id, whole.exposures(card, SHANGHAI, moment)) for c in card.clock):
        others = then.exposures(card, SHANGHAI, moment)
        mine = sorted(e.subject_id for e in exposures.get(SHOP, []) if e.clock == clock)
        assert mine == sorted(e.subject_id for e in others.get(SHOP, []) if e.clock == clock)


def told(inflow: Inflow) -> tuple[object, ...]:
    """Return all that an inflow says, in one order."""
    settled = None if inflow.settled is None else sorted(inflow.settled)
    return dict(inflow.begun), sorted(inflow.arrivals), settled, inflow.booked


@hypothesis.given(st.integers(0, 50), st.integers(BEGIN + 20 * DAY, END))
@hypothesis.settings(max_examples=8, deadline=None)
def test_a_forecast_rests_on_nothing_that_was_known_later(seed: int, moment: int) -> None:
    # which of finished and delivered an order is signed by is settled by what is on record in the end
    records = [
        (table, msgspec.structs.replace(record, finished_at=None) if table == "orders" else record)
        for table, record in history(seed)
    ]
    known_then = [
        (table, seen) for table, record in records if (seen := cut_off(table, record, moment)) is not None
    ]
    hypothesis.assume({table for table, _ in known_then} == {table for table, _ in records})
    card = douyin()
    whole = filled(records).inflows(card, SHANGHAI, moment).get(SHOP, {})
    then = filled(known_then).inflows(card, SHANGHAI, moment).get(SHOP, {})
    assert {name: told(inflow) for name, inflow in whole.items()} == {
        name: told(inflow) for name, inflow in then.items()
    }


@hypothesis.given(st.integers(0, 50), st.integers(BEGIN + 20 * DAY, END))
@hypothesis.settings(max_examples=8, deadline=None)
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


def test_the_trend_is_what_each_morning_would_have_shown() -> None:
    warehouse = filled(history(7))
    as_of = at("2026-11-18 10:00")
    found = readings(warehouse, as_of)
    for back in (0, 1, 7, 13, 30):
        morning = at("2026-11-18 00:00") - back * DAY - 1  # all that was known as that day began
        then = readings(warehouse, morning)
        for name, reading in found.indicators.items():
            was = reading.series[TREND_DAYS - back]
            assert was == pytest.approx(then.indicators[name].next), (name, back)


@hypothesis.given(st.randoms(use_true_random=False))
@hypothesis.settings(max_examples=5, deadline=None)
def test_the_order_of_records_never_matters(roll: random.Random) -> None:
    records = history(3, count=6)
    expected = readings(filled(records), END)
    roll.shuffle(records)
    warehouse = DuckWarehouse(duckdb.connect())
    for table, record in records:
        warehouse.take("s", table, [record])
    found = readings(warehouse, END)
    for name, reading in expected.indicators.items():
        assert found.indicators[name].now == pytest.approx(reading.now), name
        assert flat(found.indicators[name].series) == pytest.approx(flat(reading.series)), name


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
