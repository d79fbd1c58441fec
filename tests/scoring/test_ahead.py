"""The days ahead of a shop's score: what it is made of, its band, and the day on which a line is crossed."""

from __future__ import annotations

import msgspec
import pytest

from score_cases import TODAY, event, model, moved, official, readings, scorecard, steady
from shopwatch.scoring.ahead import NO_OUTLOOK, crossings, look_ahead, with_month_end
from shopwatch.scoring.forecast import HORIZON, Foreseen
from shopwatch.scoring.ledger import counts_on
from shopwatch.scoring.lines import facts_of
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.score import TOTAL, Scored, score
from shopwatch.scoring.windows import date_of, day_of


def scored(found: ShopReadings | None = None) -> Scored:
    return score(model(), found or readings())


def drifting(indicator: str, start: float, step: float, spread: float = 0.0) -> dict[str, list[Foreseen]]:
    """Foresee one indicator that moves by so much a day, of a thousand rows."""
    days = range(HORIZON + 1)
    return {indicator: [Foreseen(Sum2(1_000 * (start + step * day), 1_000), spread) for day in days]}


def falling() -> dict[str, list[Foreseen]]:
    """Foresee all but the service going from good to bad in a week."""
    return (
        drifting("pickup_hours", 5.6, 6)
        | drifting("product_rating", 4.64, -0.09)
        | drifting("on_time_delivery", 0.93, -0.03)
        | drifting("quality_returns", 0.0131, 0.004)
    )


def test_what_nobody_foresees_stays_as_it_is() -> None:
    shop = scored()
    outlook = look_ahead(shop, {}, {})
    assert [point and point.value for point in outlook.total] == pytest.approx([shop.value] * HORIZON)
    assert all(point and point.low == point.value == point.high for point in outlook.total)
    assert crossings(shop.model, facts_of(shop), outlook) == {}


def test_the_total_is_scored_as_today_is() -> None:
    """The last day ahead is what the same readings would be scored with today."""
    shop = scored()
    outlook = look_ahead(shop, drifting("pickup_hours", 5.6, 0.5), {})
    then = readings({**shop.readings.indicators, "pickup_hours": steady(5_600 + 14 * 500, 1_000)})
    last = outlook.total[-1]
    assert last is not None
    assert last.value == pytest.approx(scored(then).value)
    assert outlook.scores["logistics"][-1] == pytest.approx(scored(then).dimensions["logistics"].value)


def test_an_anchor_goes_along() -> None:
    anchored = scored(readings(official=(official(0, points=70.0),)))
    plain = scored()
    ahead = drifting("pickup_hours", 5.6, 0.5)
    with_anchor, without = (look_ahead(shop, ahead, {}).scores[TOTAL] for shop in (anchored, plain))
    assert anchored.value == pytest.approx(70)
    for one, other in zip(with_anchor, without, strict=True):
        assert one is not None and other is not None and anchored.value and plain.value  # noqa: PT018
        assert one - anchored.value == pytest.approx(other - plain.value)


def test_an_old_anchor_goes_along_as_well() -> None:
    shop = scored(readings(official=(official(25, points=70.0),)))
    assert look_ahead(shop, {}, {}).scores[TOTAL] == pytest.approx([shop.value] * HORIZON)


def test_a_deduction_ends_on_its_day() -> None:
    card = scorecard()
    rule = next(one for one in card.deduction)
    assert rule.days is not None
    shop = scored(readings(events=(event(rule.id, rule.days - 4),)))
    ahead = look_ahead(shop, {}, {}).scores[TOTAL]
    ends = next(
        day
        for day in range(1, HORIZON)
        if not counts_on(TODAY - rule.days + 4, rule.days, TODAY + day, TODAY)
    )
    assert ahead[ends - 2] == pytest.approx(shop.value)
    assert (ahead[ends - 1] or 0) > (shop.value or 0)


def test_the_band_holds_the_forecast_and_widens_with_what_is_unsure() -> None:
    shop = scored()
    narrow = look_ahead(shop, drifting("pickup_hours", 5.6, 0.5, spread=0.2), {})
    wide = look_ahead(
        shop, drifting("pickup_hours", 5.6, 0.5, 0.2) | drifting("product_rating", 4.64, 0.0, 0.02), {}
    )
    for one, other in zip(narrow.total, wide.total, strict=True):
        assert one is not None and other is not None  # noqa: PT018
        assert one.low < one.value < one.high
        assert other.low < one.low
        assert other.high > one.high
    share = narrow.indicators["pickup_hours"][6]
    assert share is not None and share.low < share.value < share.high  # noqa: PT018


def test_the_growth_stage_has_no_forecast() -> None:
    shop = scored(readings(valid_orders=3, valid_series=(3,) * 31))
    assert shop.stage == "growth"
    assert look_ahead(shop, drifting("pickup_hours", 5.6, 0.5), {}).total == (None,) * HORIZON


def test_the_day_on_which_a_line_is_lost() -> None:
    shop = scored()
    facts = facts_of(shop)
    outlook = look_ahead(shop, falling(), {})
    crossed = crossings(shop.model, facts, outlook)
    total = outlook.scores[TOTAL]
    line = next(line for line in shop.model.scorecard.line if line.id == "more_shops")
    at = line.parts[0].at
    assert at is not None and shop.value is not None and shop.value >= at  # noqa: PT018
    assert crossed["more_shops"] == 1 + next(
        n for n, value in enumerate(total) if value is not None and value < at
    )
    assert crossings(shop.model, facts, NO_OUTLOOK) == {}


def test_a_mean_over_days_is_crossed_later_than_the_day() -> None:
    """Campaigns ask for a 7-day mean of 70."""
    shop = scored()
    outlook = look_ahead(shop, falling(), {})
    crossed = crossings(shop.model, facts_of(shop), outlook)
    day = 1 + next(n for n, value in enumerate(outlook.scores[TOTAL]) if value is not None and value < 70)
    assert crossed["campaign"] > day


@pytest.mark.parametrize(("date", "ahead"), [("2026-11-21", 9), ("2026-11-30", None), ("2026-11-10", None)])
def test_the_months_end_where_it_is_near(date: str, ahead: int | None) -> None:
    import datetime

    today = day_of(datetime.date.fromisoformat(date))
    shop = scored(msgspec.structs.replace(readings(), today=today))
    outlook = look_ahead(shop, drifting("pickup_hours", 5.6, 0.5), {})
    facts = with_month_end(facts_of(shop), outlook)
    if ahead is None:
        assert facts.month_end == {}
    else:
        assert date_of(today + ahead).isoformat() == "2026-11-30"
        assert facts.month_end[TOTAL] == outlook.scores[TOTAL][ahead - 1]


def test_a_shop_without_a_score_has_none_ahead() -> None:
    shop = scored(readings({"pickup_hours": moved([(5_600, 1_000)] * 31)}))
    assert shop.value is None
    outlook = look_ahead(shop, drifting("pickup_hours", 5.6, 0.5), {})
    assert outlook.total == (None,) * HORIZON
    assert outlook.indicators["pickup_hours"][0] is not None
