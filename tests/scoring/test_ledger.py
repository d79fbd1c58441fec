from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from score_cases import TODAY, event, model, readings, scorecard
from shopwatch.scoring.ledger import Entry, entries
from shopwatch.scoring.moments import days_of
from shopwatch.scoring.readings import LedgerEvent
from shopwatch.scoring.score import Scored, score


def ledger(*events: LedgerEvent, **given: Any) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries(scorecard(), given, events, TODAY):
        found.setdefault(entry.kind, []).append(entry)
    return found


def scored(*events: LedgerEvent, **given: Any) -> Scored:
    return score(model(given=given), readings(events=events))


def added(*events: LedgerEvent, **given: Any) -> float:
    """What the ledger adds to the score, as the score itself says."""
    with_it, without = scored(*events, **given).value, scored().value
    assert with_it is not None
    assert without is not None
    return with_it - without


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"freight_insurance": True}, "held"),
        ({"freight_insurance": False}, "missing"),
        ({}, "unknown"),
        ({"freight_insurance": "perhaps"}, "unknown"),
    ],
)
def test_a_flag_is_held_missing_or_unknown(given: dict[str, Any], state: str) -> None:
    (entry,) = ledger(**given)["freight_insurance"]
    assert (entry.state, entry.points) == (state, 2)


@pytest.mark.parametrize(
    ("share", "state"),
    [(0.171, "missing"), (0.1999, "missing"), (0.20, "held"), (0.35, "held"), (None, "unknown")],
)
def test_a_share_is_held_from_its_line_on(share: float | None, state: str) -> None:
    (entry,) = ledger(next_day_share=share)["next_day_share"]
    assert (entry.state, entry.points) == (state, 5)


def test_only_what_is_held_counts() -> None:
    assert added(next_day_share=0.171, freight_insurance=False) == 0
    assert added(next_day_share=0.2, freight_insurance=True) == pytest.approx(7)
    assert added(
        next_day_share=0.2, freight_insurance=True, large_item_insurance=True, installation=True
    ) == (pytest.approx(11))


@pytest.mark.parametrize(
    ("kind", "times", "points"),
    [
        ("invoice_refused", 1, -2),
        ("invoice_refused", 5, -10),
        ("invoice_refused", 6, -10),
        ("fake_orders", 1, -10),
        ("fake_orders", 2, -10),
    ],
)
def test_a_deduction_stops_at_its_cap(kind: str, times: int, points: float) -> None:
    events = [event(kind, days_ago=n) for n in range(times)]
    assert added(*events) == pytest.approx(points)
    assert sum(entry.points for entry in ledger(*events)[kind]) == points


def test_different_deductions_add_up() -> None:
    assert added(event("invoice_refused"), event("fake_orders"), event("bad_aftersale_address")) == (
        pytest.approx(-14)
    )


def test_a_deduction_says_when_it_ends_and_ends_then() -> None:
    (entry,) = ledger(event("invoice_refused", 30))["invoice_refused"]
    assert entry.until == TODAY
    assert "invoice_refused" not in ledger(event("invoice_refused", 31))
    assert added(event("invoice_refused", 30)) == pytest.approx(-2)
    assert added(event("invoice_refused", 31)) == 0


def test_what_ends_tomorrow_is_back_in_the_next_score() -> None:
    ending, lasting = scored(event("invoice_refused", 30)), scored(event("invoice_refused", 29))
    assert ending.next is not None
    assert ending.value is not None
    assert ending.next - ending.value == pytest.approx(2)
    assert lasting.next == lasting.value


def test_past_days_know_nothing_of_a_later_event() -> None:
    result = scored(event("fake_orders", 3))
    clean = scored().value
    assert clean is not None
    assert result.trend[-4] == clean  # the morning of the day itself
    assert result.trend[-3] == pytest.approx(clean - 10)


def test_the_oldest_entry_is_the_one_over_the_cap() -> None:
    events = [event("invoice_refused", days_ago=n) for n in range(6)]
    by_day = {e.event.day: e.points for e in ledger(*events)["invoice_refused"] if e.event}
    assert by_day[TODAY - 5] == 0
    assert by_day[TODAY] == -2


def test_an_event_brings_its_own_points() -> None:
    assert added(event("invoice_refused", points=-3)) == pytest.approx(-3)
    assert added(event("invoice_refused", points=3)) == pytest.approx(-3)
    assert added(event("deduction", points=4)) == pytest.approx(-4)
    assert added(event("bonus", points=1)) == pytest.approx(1)


def test_a_bonus_on_record_is_held_once() -> None:
    seen = ledger(event("freight_insurance", 2), freight_insurance=True)["freight_insurance"]
    assert [(e.state, e.points) for e in seen] == [("held", 2)]
    assert added(event("freight_insurance", 2), event("freight_insurance", 4), freight_insurance=True) == (
        pytest.approx(2)
    )


def test_what_is_no_item_of_the_scorecard_moves_nothing() -> None:
    assert added(event("passive_service", points=-5)) == 0


KINDS = st.sampled_from(["invoice_refused", "bad_aftersale_address", "fake_orders", "confusing_brand"])


@given(st.lists(st.tuples(KINDS, st.integers(0, 40)), max_size=30))
def test_caps_hold_and_order_says_nothing(drawn: list[tuple[str, int]]) -> None:
    events = [event(kind, days) for kind, days in drawn]
    forward, backward = scored(*events), scored(*reversed(events))
    assert forward.value == backward.value
    assert all(-40 <= points <= 0 for points in forward.track.ledger)
    shown = sum(entry.points for entry in forward.ledger if entry.state == "held")
    assert shown == pytest.approx(forward.track.ledger[31])


def test_the_moments_are_33_in_the_order_of_time() -> None:
    days = list(days_of(TODAY))
    assert len(days) == 33
    assert days[0] == (TODAY - 30, TODAY - 31)
    assert days[30:] == [(TODAY, TODAY - 1), (TODAY, TODAY), (TODAY + 1, TODAY)]
