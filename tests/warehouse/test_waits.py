"""The chance of a miss from records: what is counted, and that nothing later is looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import duckdb
import msgspec
import pytest

from shopwatch.chances import Fit, fit_of
from shopwatch.records import Order, Parcel, Record, Scan
from shopwatch.risk import chance_of_miss
from shopwatch.risk.rests import Rest, concerns
from shopwatch.scoring.readings import Exposure
from shopwatch.scoring.scorecard import Clock, Words
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.waits import ending_of
from warehouse_cases import SHANGHAI, SHOP, at, douyin

HOUR, DAY = 3600, 86_400
NOW = at("2026-11-20 12:00")


def clock(name: str) -> Clock:
    return next(one for one in douyin().clock if one.id == name)


def sold(
    number: int,
    paid: int,
    hours: float | None,
    shop: str = SHOP,
    closed: int | None = None,
    carrier: str = "中通",
) -> list[Record]:
    """An order and its parcel, picked up so many hours after it was paid, if at all."""
    name = f"{shop}-{number}"
    picked = None if hours is None else paid + round(hours * HOUR)
    return [
        Order(
            shop=shop, order_id=name, paid_at=paid, promised_ship_at=paid + 2 * DAY, closed_at=closed,
            known_at=paid,
        ),
        Parcel(
            shop=shop, parcel_id=name, order_id=name, carrier=carrier, waybill_at=paid, picked_up_at=picked,
            known_at=picked or paid,
        ),
    ]  # fmt: skip


def take(warehouse: DuckWarehouse, records: Sequence[list[Record]]) -> None:
    warehouse.take("s", "orders", [order for order, _parcel in records])
    warehouse.take("s", "parcels", [parcel for _order, parcel in records])


@pytest.fixture
def other() -> Iterator[DuckWarehouse]:
    opened = DuckWarehouse(duckdb.connect(":memory:"))
    yield opened
    opened.close()


def usual(days: int = 60, each: int = 8, shop: str = SHOP, slow: float = 1.0) -> list[list[Record]]:
    """Orders of two months, at any hour, that wait 6 to 60 hours, or `slow` times as long."""
    dice = random.Random(7)
    return [
        sold(
            number,
            NOW - days * DAY + number * DAY // each,
            (6 + 54 * dice.random()) * slow,
            shop,
        )
        for number in range(days * each)
    ]


def fitted(
    warehouse: DuckWarehouse, shops: Sequence[str] = (SHOP,), now: int = NOW, name: str = "ship"
) -> Fit:
    fit = fit_of(warehouse, clock(name), SHANGHAI, now, list(shops))
    assert fit is not None
    return fit


def waiting(hours: float, carrier: str | None = None, name: str = "ship") -> Exposure:
    return Exposure(
        shop=SHOP, clock=name, subject_id="new", order_id="new", started=NOW - round(hours * HOUR), due=None,
        amount=None, promise_from=None, carrier=carrier,
    )  # fmt: skip


def told(
    fit: Fit, shop: str = SHOP, hours: float = 0, until: float = 48, carrier: str | None = None
) -> float:
    exposure = waiting(hours, carrier)
    chance = chance_of_miss(fit.of(shop), exposure, NOW, exposure.started + until * HOUR)
    assert chance is not None
    return chance


@pytest.mark.parametrize(
    ("name", "done", "gone"),
    [
        ("ship", ("picked_up_at",), ("closed_at", "finished_at")),
        ("pickup", ("picked_up_at", "delivered_at"), ("order_closed_at", "order_finished_at")),
        ("deliver", ("delivered_at",), ("order_closed_at", "order_finished_at")),
        ("refund", ("audited_at", "finished_at"), ()),
        ("ticket", ("closed_at",), ()),
        ("first_scan", ("next_scan_at", "delivered_at"), ("order_closed_at", "order_finished_at")),
        ("scan_gap", ("next_scan_at", "delivered_at"), ("order_closed_at", "order_finished_at")),
    ],
)
def test_a_clock_says_itself_how_it_ends(name: str, done: tuple[str, ...], gone: tuple[str, ...]) -> None:
    ending = ending_of(clock(name))
    assert ending is not None
    assert (ending.done, ending.gone) == (done, gone)


@pytest.mark.parametrize("name", ["reply", "review_reply"])
def test_of_some_clocks_the_record_does_not_tell(name: str) -> None:
    assert ending_of(clock(name)) is None


@pytest.mark.parametrize(
    ("name", "column"),
    [("ship", "carrier"), ("ticket", "liable"), ("ticket", "deadline_at"), ("deliver", "promised_ship_at")],
)
def test_what_is_no_moment_ends_no_waiting(warehouse: DuckWarehouse, name: str, column: str) -> None:
    """A carrier that isn't named yet, or a deadline: nothing says when that came, so nothing is told by it."""
    usually = clock(name)
    own = msgspec.structs.replace(usually, where=f"{usually.where} AND {column} IS NULL")
    assert ending_of(own) is None
    take(warehouse, usual())
    assert fit_of(warehouse, own, SHANGHAI, NOW, [SHOP]) is None


def test_a_chance_is_what_was_usual(warehouse: DuckWarehouse) -> None:
    take(warehouse, usual())
    fit = fitted(warehouse)
    assert fit.finished[SHOP] > 400
    assert fit.of(SHOP).basis == "own"
    assert told(fit) == pytest.approx(12 / 54, abs=0.1)
    assert told(fit, hours=40) > told(fit, hours=20) > told(fit)


def test_too_small_a_past_is_none(warehouse: DuckWarehouse) -> None:
    take(warehouse, usual(days=3))
    assert fit_of(warehouse, clock("ship"), SHANGHAI, NOW, [SHOP]) is None
    assert fit_of(warehouse, clock("deliver"), SHANGHAI, NOW, [SHOP]) is None


def test_nothing_later_is_seen(warehouse: DuckWarehouse) -> None:
    """What came in after a moment, and what came of what was open then, changes no chance of that moment."""
    before = NOW - 10 * DAY
    take(warehouse, usual())
    first = fitted(warehouse, now=before)
    later = [sold(10_000 + n, before + n * HOUR // 4, 200.0) for n in range(1, 900)]
    take(warehouse, later)
    assert fitted(warehouse, now=before) == first
    assert fitted(warehouse) != first


def test_the_order_of_the_records_says_nothing(warehouse: DuckWarehouse, other: DuckWarehouse) -> None:
    records = usual()
    take(warehouse, records)
    random.Random(3).shuffle(records)
    take(other, records)
    one, two = fitted(warehouse), fitted(other)
    assert one.rhythm.by_age == pytest.approx(two.rhythm.by_age)
    assert one.correction == pytest.approx(two.correction)
    assert told(one) == pytest.approx(told(two))


def test_what_still_waits_counts(warehouse: DuckWarehouse, other: DuckWarehouse) -> None:
    """A third is never picked up: of the others alone all would look well."""
    records = usual()
    take(warehouse, records)
    take(other, [*records, *[sold(20_000 + n, NOW - 40 * DAY + n * 4 * HOUR, None) for n in range(230)]])
    assert told(fitted(other)) > told(fitted(warehouse)) + 0.1


def test_what_was_cancelled_counts_for_as_long_as_it_waited(
    warehouse: DuckWarehouse, other: DuckWarehouse
) -> None:
    records = usual()
    take(warehouse, records)
    closed = [
        sold(20_000 + n, paid := NOW - 40 * DAY + n * 4 * HOUR, None, closed=paid + HOUR) for n in range(230)
    ]
    take(other, [*records, *closed])
    assert told(fitted(other)) == pytest.approx(told(fitted(warehouse)), abs=0.05)


def test_a_slow_shop_is_told_apart_and_a_new_one_goes_by_the_fleet(warehouse: DuckWarehouse) -> None:
    take(warehouse, usual())
    take(warehouse, usual(shop="slow", slow=2.5))
    fit = fitted(warehouse, [SHOP, "slow", "new"])
    assert told(fit) < told(fit, "new") < told(fit, "slow")
    assert fit.of("new").basis == "fleet"
    assert fit.of("new").n == sum(fit.finished.values())


def test_a_carrier_is_held_to_its_own_days(warehouse: DuckWarehouse) -> None:
    """One collects within a day, the other only after three."""
    dice = random.Random(5)
    records = [
        sold(
            number, NOW - 60 * DAY + number * HOUR * 3,
            dice.uniform(2, 24) if number % 2 else dice.uniform(60, 84), carrier="顺丰" if number % 2 else "中通",
        )
        for number in range(450)
    ]  # fmt: skip
    take(warehouse, records)
    fit = fitted(warehouse, name="pickup")
    assert fit.by == "carrier"
    assert told(fit, carrier="中通", until=24) > told(fit, carrier="顺丰", until=24) + 0.2


def test_what_came_of_what_was_open(warehouse: DuckWarehouse) -> None:
    paid = NOW - DAY
    take(
        warehouse,
        [
            sold(1, paid, 30),  # open, and kept
            sold(2, paid, 60),  # open, and missed
            sold(3, paid, None, closed=paid + 26 * HOUR),  # cancelled in time
            sold(4, paid, None, closed=paid + 50 * HOUR),  # cancelled too late
            sold(5, paid, None),  # never picked up
            sold(6, paid, 10),  # done already
            sold(7, paid - 2 * DAY, 90),  # late already
            sold(8, NOW + HOUR, 5),  # not yet paid
            sold(9, NOW - HOUR, None),  # due beyond what is known
        ],
    )
    came = warehouse.came(clock("ship"), SHANGHAI, NOW, NOW + 46 * HOUR, [SHOP])
    assert {one.exposure.subject_id: one.missed for one in came} == {
        f"{SHOP}-1": False,
        f"{SHOP}-2": True,
        f"{SHOP}-4": True,
        f"{SHOP}-5": True,
    }
    assert all(msgspec.structs.asdict(one.exposure)["due"] == paid + 2 * DAY for one in came)


# ---------------------------------------------------------------- parcels on their way

PICKED = NOW - 20 * DAY


def on_its_way(
    warehouse: DuckWarehouse,
    name: str,
    gaps: Sequence[float],
    *,
    picked: int = PICKED,
    near: bool = False,
    delivered: float | None = None,
    closed: float | None = None,
    early: bool = False,
) -> None:
    """Take in a parcel whose scans come so many hours after one another, from its pickup on."""
    at_hours = [0.0]
    for gap in gaps:
        at_hours.append(at_hours[-1] + gap)
    moments = [picked + round(hours * HOUR) for hours in at_hours]
    ended = None if closed is None else picked + round(closed * HOUR)
    order, parcel = sold(0, picked - 3 * HOUR, 3, closed=ended)
    handed = None if delivered is None else moments[-1] + round(delivered * HOUR)
    warehouse.take("s", "orders", [msgspec.structs.replace(order, order_id=name)])
    warehouse.take(
        "s",
        "parcels",
        [msgspec.structs.replace(parcel, parcel_id=name, order_id=name, delivered_at=handed, known_at=NOW)],
    )
    scans = [
        Scan(shop=SHOP, parcel_id=name, scanned_at=moment, kind="transit" if place else "pickup",
             same_region=near, known_at=moment)
        for place, moment in enumerate(moments)
    ]  # fmt: skip
    if early:
        scans.append(Scan(shop=SHOP, parcel_id=name, scanned_at=picked - HOUR, kind="other", known_at=picked))
    warehouse.take("s", "scans", scans)


def outcomes(warehouse: DuckWarehouse, name: str, moment: int) -> dict[str, bool]:
    came = warehouse.came(clock(name), SHANGHAI, moment, NOW, [SHOP])
    found = {one.exposure.subject_id.partition("@")[0]: one.missed for one in came}
    assert len(found) == len(came), "a parcel waits for one scan at a time"
    return found


def test_a_gap_is_kept_by_the_next_scan_or_the_delivery_within_its_regions_hours(
    warehouse: DuckWarehouse,
) -> None:
    on_its_way(warehouse, "far", [5, 60])
    on_its_way(warehouse, "slow", [5, 80])
    on_its_way(warehouse, "near", [5, 60], near=True)
    on_its_way(warehouse, "delivered", [5], delivered=20)
    on_its_way(warehouse, "cancelled", [5], closed=30)
    on_its_way(warehouse, "lost", [5])
    told = {"far": False, "slow": True, "near": True, "delivered": False, "lost": True}
    assert outcomes(warehouse, "scan_gap", PICKED + 10 * HOUR) == told
    later = outcomes(warehouse, "scan_gap", PICKED + 64 * HOUR)
    assert later == {"far": False, "slow": True, "lost": True}, "what is late already is told of no more"


def test_the_first_scan_after_the_pickup_is_waited_for_once(warehouse: DuckWarehouse) -> None:
    on_its_way(warehouse, "quick", [5, 60], early=True)
    on_its_way(warehouse, "slow", [30], early=True)
    assert outcomes(warehouse, "first_scan", PICKED + HOUR) == {"quick": False, "slow": True}
    assert outcomes(warehouse, "scan_gap", PICKED + HOUR) == {}


def test_how_long_a_parcel_stands_still_tells_whether_it_will_move_in_time(warehouse: DuckWarehouse) -> None:
    """Three of four ways go on within 20 hours; those that don't stand for 100."""
    dice = random.Random(3)
    for number in range(120):
        gaps = [5, *(100 if dice.random() < 0.3 else 4 + 16 * dice.random() for _leg in range(3))]
        on_its_way(warehouse, f"p{number}", gaps, picked=NOW - 40 * DAY + number * 7 * HOUR, delivered=6)
    fit = fitted(warehouse, name="scan_gap")
    told = [
        chance_of_miss(fit.of(SHOP), waiting(hours, "中通", "scan_gap"), NOW, NOW + (72 - hours) * HOUR)
        for hours in (1, 30)
    ]
    assert told[0] == pytest.approx(0.22, abs=0.12)
    assert told[1] is not None
    assert told[1] > 0.8
    before = fitted(warehouse, now=NOW - 25 * DAY, name="scan_gap")
    assert sum(before.finished.values()) < sum(fit.finished.values()), "what is scanned later isn't looked at"


# ---------------------------------------------------------------- days on which carriers rest


def over_a_holiday(first: int, last: int) -> list[list[Record]]:
    """`usual`, but that nothing is picked up on some local days: what would have been waits until they are over."""
    begin, end = first * DAY - 8 * HOUR, last * DAY - 8 * HOUR
    found = []
    for order, parcel in usual():
        assert isinstance(parcel, Parcel)
        late = parcel.picked_up_at is not None and begin <= parcel.picked_up_at < end
        picked = end + parcel.picked_up_at % DAY if late and parcel.picked_up_at else parcel.picked_up_at
        found.append([order, msgspec.structs.replace(parcel, picked_up_at=picked, known_at=picked or NOW)])
    return found


def test_a_holiday_in_the_past_tells_of_the_next_and_leaves_other_days_alone(
    warehouse: DuckWarehouse, other: DuckWarehouse
) -> None:
    today = (NOW + 8 * HOUR) // DAY
    take(warehouse, over_a_holiday(today - 20, today - 15))
    take(other, usual())
    gone, next_ = (
        Rest(Words(zh="假", en="holiday"), day, day + 5, day * DAY - 8 * HOUR, (day + 5) * DAY - 8 * HOUR)
        for day in (today - 20, today)
    )
    known = fit_of(warehouse, clock("ship"), SHANGHAI, NOW, [SHOP], [gone, next_])
    assert known is not None
    assert known.rest_pace < 0.4, "by what such days brought, not by Sundays, on which this shop works"
    unknown = fitted(warehouse)
    usually = fitted(other)
    (first, second, third) = (
        chance_of_miss(past, waiting(12, "中通"), NOW, NOW + 36 * HOUR)
        for past in (known.of(SHOP, [next_]), known.of(SHOP), usually.of(SHOP))
    )
    assert first is not None
    assert second is not None
    assert third is not None
    assert first > second + 0.3
    assert second == pytest.approx(third, abs=0.1)
    assert unknown.rest_pace == 1.0


def test_what_a_shop_does_itself_goes_on_over_a_holiday(warehouse: DuckWarehouse) -> None:
    assert not concerns(clock("refund"))
    assert concerns(clock("ship"))
    assert concerns(clock("deliver"))
