from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import at, clock
from shopwatch.scoring.clock import Payment, counted_seconds, moment_of, paused, pay
from shopwatch.scoring.scorecard import Pay, Words

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = ("18:00", "06:00")
LATE_NIGHT = ("23:00", "08:00")
HOUR = 3_600

ZONES = st.sampled_from([SHANGHAI, NEW_YORK, BERLIN])
SPANS = st.sampled_from([NIGHT, LATE_NIGHT, ("01:30", "02:30"), ("02:15", "01:15"), ("12:00", "14:00")])
MOMENTS = st.integers(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
WORDS = Words(zh="赔付", en="compensation")


# ---------------------------------------------------------------- the pause


@pytest.mark.parametrize(
    ("begun", "starts", "span"),
    [
        ("11-20 17:59:59", "11-20 17:59:59", NIGHT),
        ("11-20 18:00:00", "11-21 06:00:00", NIGHT),
        ("11-20 19:30:00", "11-21 06:00:00", NIGHT),
        ("11-20 23:59:59", "11-21 06:00:00", NIGHT),
        ("11-21 00:00:00", "11-21 06:00:00", NIGHT),
        ("11-21 05:59:59", "11-21 06:00:00", NIGHT),
        ("11-21 06:00:00", "11-21 06:00:00", NIGHT),
        ("11-21 06:00:01", "11-21 06:00:01", NIGHT),
        ("11-20 22:59:59", "11-20 22:59:59", LATE_NIGHT),
        ("11-20 23:00:00", "11-21 08:00:00", LATE_NIGHT),
        ("11-21 07:59:59", "11-21 08:00:00", LATE_NIGHT),
        ("11-21 08:00:00", "11-21 08:00:00", LATE_NIGHT),
        ("11-21 11:59:59", "11-21 11:59:59", ("12:00", "14:00")),
        ("11-21 12:00:00", "11-21 14:00:00", ("12:00", "14:00")),
        ("11-21 13:59:59", "11-21 14:00:00", ("12:00", "14:00")),
        ("11-21 14:00:00", "11-21 14:00:00", ("12:00", "14:00")),
        ("2026-12-31 18:00:00", "2027-01-01 06:00:00", NIGHT),
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, NEW_YORK, BERLIN], ids=str)
def test_a_pause_is_half_open(begun: str, starts: str, span: tuple[str, str], zone: ZoneInfo) -> None:
    assert paused(at(begun, zone), zone, *span) == at(starts, zone)


@pytest.mark.parametrize(
    ("begun", "picked_up", "hours"),
    [
        # Clocks forward in the night of 2026-03-08, back in that of 2026-11-01 (New York).
        ("2026-03-07 17:59:59", "2026-03-08 09:00:00", 14 + 1 / 3600),  # an hour of that night never was
        ("2026-03-07 18:00:00", "2026-03-08 09:00:00", 3.0),
        ("2026-03-08 05:59:59", "2026-03-08 09:00:00", 3.0),
        ("2026-03-08 06:00:00", "2026-03-08 09:00:00", 3.0),
        ("2026-10-31 17:59:59", "2026-11-01 09:00:00", 16 + 1 / 3600),  # and one of this one came twice
        ("2026-10-31 18:00:00", "2026-11-01 09:00:00", 3.0),
        ("2026-11-01 05:59:59", "2026-11-01 09:00:00", 3.0),
        ("2026-11-01 06:00:00", "2026-11-01 09:00:00", 3.0),
    ],
)
def test_hours_over_a_change_of_the_clocks_are_hours_that_passed(
    begun: str, picked_up: str, hours: float
) -> None:
    seconds = counted_seconds(at(begun, NEW_YORK), at(picked_up, NEW_YORK), NEW_YORK, NIGHT)
    assert seconds == pytest.approx(hours * HOUR)


def test_a_pause_that_ends_in_the_skipped_hour_ends_with_the_skip() -> None:
    change = at("2026-03-08 03:00", NEW_YORK)
    assert paused(at("2026-03-08 01:59:59", NEW_YORK), NEW_YORK, "01:30", "02:30") == change
    assert paused(change, NEW_YORK, "01:30", "02:30") == change
    assert moment_of(datetime.date(2026, 3, 8), datetime.time(2, 30), NEW_YORK) == change


def test_a_pause_that_ends_in_the_doubled_hour_never_ends_before_it_began() -> None:
    first, second = at("2026-11-01 01:20", NEW_YORK), at("2026-11-01 01:20", NEW_YORK, fold=1)
    assert paused(first, NEW_YORK, "01:00", "01:30") == at("2026-11-01 01:30", NEW_YORK)
    assert paused(second, NEW_YORK, "01:00", "01:30") == at("2026-11-01 01:30", NEW_YORK, fold=1)


def test_mean_pickup_of_the_worked_case() -> None:
    done = at("11-21 09:00")
    begun = ["11-20 17:59:59", "11-20 18:00:00", "11-20 19:30:00", "11-21 05:59:59", "11-21 06:00:00"]
    hours = [counted_seconds(at(paid), done, SHANGHAI, NIGHT) / HOUR for paid in begun]
    assert hours == pytest.approx([15.0003, 3.0, 3.0, 3.0, 3.0], abs=1e-4)
    assert sum(hours) / 5 == pytest.approx(5.4, abs=0.001)


def test_what_is_picked_up_in_the_pause_took_no_time() -> None:
    assert counted_seconds(at("11-20 19:30"), at("11-20 21:00"), SHANGHAI, NIGHT) == 0


def test_mean_review_of_the_worked_case() -> None:
    pairs = [
        ("11-20 23:30", "11-21 09:15", 1.25),
        ("11-20 22:50", "11-20 23:10", 1 / 3),
        ("11-20 22:59:59", "11-21 08:30", 9.5003),
        ("11-20 23:00:00", "11-20 23:40", 0.0),
    ]
    hours = [counted_seconds(at(a), at(b), SHANGHAI, LATE_NIGHT) / HOUR for a, b, _ in pairs]
    assert hours == pytest.approx([expected for _a, _b, expected in pairs], abs=1e-4)
    assert sum(hours) == pytest.approx(11.0836, abs=1e-4)


@given(MOMENTS, ZONES, SPANS)
def test_a_pause_only_moves_forward_and_less_than_two_days(
    moment: int, zone: ZoneInfo, span: tuple[str, str]
) -> None:
    starts = paused(moment, zone, *span)
    assert moment <= starts < moment + 48 * HOUR
    assert paused(starts, zone, *span) == starts


@given(MOMENTS, st.integers(0, 72 * HOUR), ZONES, SPANS)
def test_what_begins_later_never_counts_from_earlier(
    moment: int, later: int, zone: ZoneInfo, span: tuple[str, str]
) -> None:
    assert paused(moment, zone, *span) <= paused(moment + later, zone, *span)


@given(MOMENTS, st.integers(-HOUR, 96 * HOUR), st.integers(0, 96 * HOUR), ZONES, SPANS)
def test_counted_seconds_are_never_below_zero_and_never_shrink(
    begin: int, lasts: int, more: int, zone: ZoneInfo, span: tuple[str, str]
) -> None:
    counted = counted_seconds(begin, begin + lasts, zone, span)
    assert 0 <= counted <= max(0, lasts)
    assert counted <= counted_seconds(begin, begin + lasts + more, zone, span)
    assert counted_seconds(begin, begin + lasts, zone, None) == max(0, lasts)


# ---------------------------------------------------------------- what is owed

SECOND = 1 / HOUR


@pytest.mark.parametrize(
    ("yuan", "promise", "late", "now", "after", "next_"),
    [
        # promised within 48 h: nothing until out of stock
        (300, 48, -14, 0.0, 48, 3.0),
        (300, 48, 10, 0.0, 48, 3.0),
        (300, 48, 48, 0.0, 48, 3.0),
        (300, 48, 48 + SECOND, 3.0, None, None),
        (120, 48, 48 + SECOND, 2.0, None, None),
        (6_000, 48, 48 + SECOND, 50.0, None, None),
        (200, 48, 49, 2.0, None, None),
        (200.4, 48, 49, 2.0, None, None),
        (201, 48, 49, 2.01, None, None),
        (5_000, 48, 49, 50.0, None, None),
        # promised within 48-240 h
        (300, 48 + SECOND, 0, 0.0, 0, 3.0),
        (300, 72, 0, 0.0, 0, 3.0),
        (300, 72, SECOND, 3.0, 48, 9.0),
        (300, 72, 10, 3.0, 48, 9.0),
        (300, 72, 48, 3.0, 48, 9.0),
        (300, 72, 60, 9.0, None, None),
        (50, 72, 60, 3.0, None, None),
        # beyond 240 h
        (300, 240, 10, 3.0, 48, 9.0),
        (300, 240 + SECOND, 10, 3.0, 48, 15.0),
        (10, 241, 10, 3.0, 48, 5.0),
    ],
)
def test_late_shipping(
    yuan: float, promise: float, late: float, now: float, after: float | None, next_: float | None
) -> None:
    owed = pay(clock("ship"), round(yuan * 100), promise, late)
    assert (owed.now, owed.after_hours, owed.next) == (now, after, next_)


@pytest.mark.parametrize(
    ("yuan", "late", "now", "next_"),
    [(300, -0.7, 0.0, 75.0), (300, 24, 0.0, 75.0), (300, 24 + SECOND, 75.0, None), (10, 25, 5.0, None),
     (900, 25, 100.0, None), (20, 25, 5.0, None), (400, 25, 100.0, None), (399.96, 25, 99.99, None)],
)  # fmt: skip
@pytest.mark.parametrize("name", ["pickup", "first_scan"])
def test_dead_tracking(name: str, yuan: float, late: float, now: float, next_: float | None) -> None:
    owed = pay(clock(name), round(yuan * 100), 24, late)
    assert (owed.now, owed.next) == (now, next_)


TMALL_SHIP = (
    Pay(after_hours=0, share=0.05, least=5, most=50, promise_hours=(0, 48), what=WORDS),
    Pay(after_hours=72, share=0.10, least=5, most=500, promise_hours=(0, 48), what=WORDS),
)
TMALL_WAYBILL = (Pay(after_hours=0, share=0.05, least=5, most=100, what=WORDS),)


@pytest.mark.parametrize(
    ("pays", "late", "now"),
    [
        (TMALL_SHIP, 0, 0.0),
        (TMALL_SHIP, SECOND, 15.0),
        (TMALL_SHIP, 72, 15.0),
        (TMALL_SHIP, 72 + SECOND, 30.0),
        (TMALL_WAYBILL, 0, 0.0),
        (TMALL_WAYBILL, SECOND, 15.0),
    ],
)
def test_other_figures_in_the_same_shape(pays: tuple[Pay, ...], late: float, now: float) -> None:
    owed = pay(msgspec.structs.replace(clock("ship"), pays=pays), 30_000, 48, late)
    assert owed.now == now


def test_what_is_not_known_is_not_a_figure() -> None:
    assert pay(clock("ship"), None, 48, 60) == Payment()  # no amount
    assert pay(clock("ship"), 30_000, None, 60) == Payment()  # no class of promise
    assert pay(clock("ticket"), 30_000, 48, 60) == Payment()  # nothing is paid for it


def test_the_next_step_adds_what_is_not_owed_yet() -> None:
    assert pay(clock("ship"), 30_000, 72, 10).increment == 6.0
    assert pay(clock("ship"), 30_000, 72, 60).increment is None


@given(
    st.integers(0, 10_000_000),
    st.floats(0, 400),
    st.floats(-400, 400),
    st.floats(0, 400),
    st.sampled_from(["ship", "pickup"]),
)
def test_what_is_owed_is_never_below_zero_and_never_falls(
    fen: int, promise: float, late: float, more: float, name: str
) -> None:
    owed, later = pay(clock(name), fen, promise, late), pay(clock(name), fen, promise, late + more)
    assert owed.now is not None
    assert later.now is not None
    assert 0 <= owed.now <= later.now
    assert round(owed.now, 2) == owed.now
    if owed.next is not None:
        assert owed.next >= owed.now
