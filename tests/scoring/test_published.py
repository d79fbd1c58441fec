"""What the marketplace has printed of the Douyin score, version by version, holds in the scorecards."""

from __future__ import annotations

import csv
import dataclasses
import datetime
from pathlib import Path

import pytest

from score_cases import TODAY, event, model, official, readings, scorecard, steady
from shared_data import SHARED
from shopwatch.scoring.curve import ruler
from shopwatch.scoring.lines import facts_of, stand
from shopwatch.scoring.plan import make_plan
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.scoring.stars import consumer_stars, whole
from shopwatch.scoring.windows import day_of

MAY, JULY, SEPTEMBER = "douyin-2026-05-07", "douyin-2026-07-14", "douyin-2026-09-08"
LEGACY = "douyin-legacy-2020-10-09"
EVEN = {"product": 1.0, "logistics": 1.0, "service": 1.0}


def points(card: str, indicator: str, value: float) -> float | None:
    rule = next(rule for rule in scorecard(card).indicator if rule.id == indicator)
    curve = ruler(rule)
    return None if curve is None else curve(value)


# ---------------------------------------------------------------- tiers: the page of 2026-02-07


@pytest.mark.parametrize("card", [MAY, JULY])
@pytest.mark.parametrize(
    ("indicator", "of_60", "of_70", "of_100", "step"),
    [
        ("product_rating", 4.568, 4.640, 4.791, 0.001),
        ("quality_returns", 0.0131, None, 0.0026, -0.0001),
        ("on_time_delivery", 0.7933, 0.8656, 0.9334, 0.0001),
        ("logistics_returns", 0.00334, 0.00180, 0.00026, -0.00001),
        ("reply_seconds", 180, 120, 15, -1),
    ],
)
def test_a_tier_begins_at_its_line(
    card: str, indicator: str, of_60: float, of_70: float | None, of_100: float, step: float
) -> None:
    """`step` is towards the good side."""
    assert points(card, indicator, of_60 - step) == 50
    assert points(card, indicator, of_60) == 60
    assert points(card, indicator, of_100) == 100
    assert points(card, indicator, of_100 + step) == 100
    assert points(card, indicator, of_100 - step) != 100
    if of_70 is not None:
        assert points(card, indicator, of_70 - step) == 60
        assert points(card, indicator, of_70) == 70


@pytest.mark.parametrize(
    ("indicator", "value"),
    [
        ("product_rating", 750 / 154),
        ("quality_returns", 6 / 3067),
        ("on_time_delivery", 2889 / 3016),
        ("logistics_returns", 1 / 4212),
        ("reply_seconds", 106_823 / 10_063),
        ("aftersale_on_time", 1563 / 1635),
    ],
)
def test_the_shop_of_that_page_has_100_everywhere(indicator: str, value: float) -> None:
    assert points(MAY, indicator, value) == 100


def test_after_sales_in_time_have_their_tiers() -> None:
    found = [points(MAY, "aftersale_on_time", value) for value in (0.797, 0.7971, 0.8549, 0.8904)]
    assert found == [50, 60, 70, 100]


def test_what_no_page_showed_has_no_points_of_ours() -> None:
    assert points(MAY, "pickup_points", 97.3) is None
    assert points(JULY, "pickup_points", 97.3) is None
    assert [points(JULY, name, 0.1) for name in ("audit_hours", "dissatisfied", "platform_help")] == [
        None
    ] * 3


# ---------------------------------------------------------------- the service page of 2026-08-02


def service_page() -> Scored:
    figures = (
        official(0, "reply_seconds", value=13.872, points=100),
        official(0, "audit_hours", value=1.7712, points=100),
        official(0, "dissatisfied", value=0.111111, points=90),
        official(0, "platform_help", value=0.003937, points=90),
    )
    shop = model(scorecard(JULY), industry="医疗健康")
    return score(shop, readings({}, official=figures))


def test_the_service_page_comes_to_95() -> None:
    """25 + 25 + 22.5 + 22.5, with the weights that the table has for that industry."""
    service = service_page().dimensions["service"]
    weighted = [part.plan.weight * (part.points or 0) for part in service.indicators]
    assert weighted == pytest.approx([25, 25, 22.5, 22.5])
    assert service.value == pytest.approx(95)
    assert {part.plan.weight_certainty for part in service.indicators} == {"official"}


# ---------------------------------------------------------------- pages of totals


def test_the_page_of_2026_09_09() -> None:
    """69, 99 and 85 with a bonus of 2 made 82: with weights of 50, 20 and 30, one of the sets that fit it."""
    of_dimension = {"product": 69.0, "logistics": 99.0, "service": 85.0}
    shop = model(
        weights={"product": 50, "logistics": 20, "service": 30},
        curves={
            rule.id: ((0.0, of_dimension[rule.dimension]), (99.0, of_dimension[rule.dimension]))
            for rule in scorecard().indicator
        },
        given={"freight_insurance": True},
    )
    found = score(shop, readings())
    assert [dimension.value for dimension in found.dimensions.values()] == pytest.approx([69, 99, 85])
    assert found.value is not None
    assert whole(found.value) == 82


# ---------------------------------------------------------------- weights by industry


@dataclasses.dataclass(frozen=True)
class Row:
    industry: str
    shop_type: str
    old: tuple[float, float]
    new: tuple[float, float, float, float]


def table() -> list[Row]:
    path = SHARED.parent / "domain" / "douyin-service-weights-2026-07-14.csv"
    if not path.exists():
        pytest.skip("the printed table is not here: ../shared/domain/douyin-service-weights-2026-07-14.csv")
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [
        Row(row[0], row[1], (float(row[2]), float(row[3])), tuple(map(float, row[4:])))  # type: ignore[arg-type]
        for row in rows
    ]


def inside_service(card: Scorecard, industry: str, shop_type: str | None) -> dict[str, float]:
    plan = make_plan(model(card, industry=industry, shop_type=shop_type))
    (service,) = (dimension for dimension in plan.dimensions if dimension.rule.id == "service")
    assert {part.weight_certainty for part in service.indicators} == {"official"}
    return {part.rule.id: part.weight * 100 for part in service.indicators}


def test_every_one_of_the_101_rows() -> None:
    rows = table()
    assert len(rows) == 101
    for row in rows:
        shop_type = None if row.shop_type == "通用" else row.shop_type
        new = inside_service(scorecard(JULY), row.industry, shop_type)
        names = ("dissatisfied", "reply_seconds", "audit_hours", "platform_help")
        assert tuple(new[name] for name in names) == pytest.approx(row.new), row
        old = inside_service(scorecard(MAY), row.industry, shop_type)
        assert (old["aftersale_on_time"], old["reply_seconds"]) == pytest.approx(row.old), row


@pytest.mark.parametrize("card", [MAY, JULY])
def test_every_row_sums_to_100(card: str) -> None:
    sets = scorecard(card).weights
    assert len(sets) == 101
    assert len({(one.industry, one.shop_type) for one in sets}) == 101
    assert {sum(one.of.values()) for one in sets} == {100}


def test_an_industry_that_is_not_named_has_the_usual_weights() -> None:
    plan = make_plan(model(scorecard(JULY)))
    (service,) = (dimension for dimension in plan.dimensions if dimension.rule.id == "service")
    assert {part.weight for part in service.indicators} == {0.25}
    assert {part.weight_certainty for part in service.indicators} == {"default"}


# ---------------------------------------------------------------- small samples


def few(orders: int, returned: float, **shop: str) -> float | None:
    """The points of a quality-return rate of 30 %, with so many orders and returns."""
    own = model(scorecard(JULY), **shop)
    found = score(own, readings({"quality_returns": steady(returned, 10)}, valid_orders=orders))
    return found.indicators["quality_returns"].points


@pytest.mark.parametrize(
    ("orders", "returned", "shop", "points"),
    [
        (499, 3, {}, 80),
        (499, 3, {"shop_type": "非旗舰"}, 80),
        (500, 3, {}, 50),
        (499, 4, {}, 50),
        (299, 3, {"shop_type": "旗舰"}, 80),
        (300, 3, {"shop_type": "旗舰"}, 50),
        (299, 3, {"industry": "钟表"}, 80),
        (300, 3, {"industry": "钟表"}, 50),
        (499, 3, {"industry": "女装"}, 80),
        (499, 0, {}, 100),
    ],
)
def test_a_small_sample_has_80_at_least(
    orders: int, returned: float, shop: dict[str, str], points: float
) -> None:
    assert few(orders, returned, **shop) == points


def test_ratings_rest_on_their_count_of_low_ones() -> None:
    def points_of(low: float) -> float | None:
        shop = model(scorecard(JULY))
        known = readings(
            {"product_rating": steady(400, 100)}, valid_orders=200, rates={"low_ratings": Sum2(low, 100)}
        )
        return score(shop, known).indicators["product_rating"].points

    assert [points_of(low) for low in (0, 3, 4)] == [80, 80, 50]


def test_a_day_of_the_past_has_its_own_count() -> None:
    known = readings(
        {"product_rating": steady(400, 100)},
        valid_orders=200,
        valid_series=(600,) * 11 + (200,) * 20,
        rates={"low_ratings": Sum2(4, 100)},
        rate_series={"low_ratings": (3.0,) * 30 + (4.0,)},
    )
    found = score(model(scorecard(JULY)), known)
    (column,) = (c for d in found.track.dimensions for c in d.columns if c.plan.rule.id == "product_rating")
    assert column.points[:11] == [50] * 11, "too many orders to be a small sample"
    assert column.points[11:30] == [80] * 19
    assert column.points[30:] == [50] * 3, "four low ratings"


def test_three_rated_chats_are_too_few_whatever_the_orders() -> None:
    curve = {"dissatisfied": ((0.0, 100.0), (1.0, 50.0))}
    for rated_chats, expected in ((3, 80.0), (4, 50.0)):
        known = readings({"dissatisfied": steady(rated_chats, rated_chats)}, valid_orders=9_000)
        found = score(model(scorecard(JULY), curves=curve), known)
        assert found.indicators["dissatisfied"].points == expected


def test_only_what_its_curve_would_not_give_is_kept() -> None:
    for numerator, orders, kept in ((400, 200, 80), (400, 600, None), (495, 200, None)):
        known = readings(
            {"product_rating": steady(numerator, 100)},
            valid_orders=orders,
            rates={"low_ratings": Sum2(0, 100)},
        )
        assert score(model(scorecard(JULY)), known).indicators["product_rating"].kept == kept


def test_a_small_sample_is_worth_nothing_to_mend() -> None:
    known = readings({"quality_returns": steady(3, 10), "product_rating": steady(48, 10)}, valid_orders=200)
    found = score(model(scorecard(JULY), weights={"product": 1, "logistics": 1e-9, "service": 1e-9}), known)
    assert found.what_if("quality_returns", Sum2(2, 10)) == pytest.approx(0)
    assert found.what_if("quality_returns", Sum2(0, 10)) == pytest.approx(2)
    assert found.what_if("quality_returns", Sum2(4, 10)) == pytest.approx(-3)


def test_printed_points_are_left_as_they_are() -> None:
    known = readings({}, valid_orders=100, official=(official(0, "platform_help", value=0.1, points=60),))
    assert score(model(scorecard(JULY)), known).indicators["platform_help"].points == 60


def test_whether_it_holds_after_2026_09_08_is_unclear_so_it_is_off() -> None:
    known = readings({"quality_returns": steady(3, 10)}, valid_orders=100)
    found = score(model(), known)
    assert found.indicators["quality_returns"].points == 50
    samples = {rule.id: rule.small_sample for rule in scorecard().indicator if rule.small_sample}
    assert set(samples) == {"product_rating", "quality_returns", "dissatisfied", "platform_help"}
    assert not any(sample.on for sample in samples.values())


# ---------------------------------------------------------------- remote areas


def logistics(given: dict[str, bool], delivered: float = 0.87, card: str = JULY) -> float | None:
    known = readings({"on_time_delivery": steady(delivered * 1000, 1000)})
    return score(model(scorecard(card), given=given), known).dimensions["logistics"].value


def test_remote_areas_add_3_to_logistics_and_no_more_than_100() -> None:
    assert logistics({}) == 70
    assert logistics({"remote_area": True}) == 73
    assert logistics({"remote_area": False}) == 70
    assert logistics({"remote_area": True}, delivered=0.95) == 100


def test_remote_areas_move_the_total_by_their_dimension() -> None:
    known = readings({"on_time_delivery": steady(870, 1000)})
    totals = [
        score(
            model(scorecard(JULY), given=given, weights=EVEN), readings({**known.indicators, **OTHERS})
        ).value
        for given in ({}, {"remote_area": True})
    ]
    assert totals[0] is not None
    assert totals[1] is not None
    assert totals[1] - totals[0] == pytest.approx(1)


OTHERS = {"product_rating": steady(4_600, 1_000), "reply_seconds": steady(100, 1)}


def test_remote_areas_after_2026_09_08_are_unclear_so_they_are_off() -> None:
    kept = {"on_time_delivery": steady(930, 1000)}
    found = [score(model(given=given), readings(kept)) for given in ({}, {"remote_area": True})]
    assert found[0].dimensions["logistics"].value == found[1].dimensions["logistics"].value
    assert "remote_area" not in {entry.kind for entry in found[1].ledger}


# ---------------------------------------------------------------- stages, deductions, stars of then


@pytest.mark.parametrize(
    ("card", "kind", "value"),
    [
        (MAY, "service_mockery", 60),
        (MAY, "aftersale_refused", 60),
        (MAY, "invoice_refused", 60),
        (MAY, "false_advertising", 70),
        (JULY, "service_mockery", 70),
        (JULY, "aftersale_refused", 70),
        (JULY, "fake_orders", 60),
        (JULY, "fraud_shipping", 70),
        (SEPTEMBER, "fraud_shipping", 60),
        (SEPTEMBER, "confusing_brand", 60),
    ],
)
def test_what_takes_a_growing_shop_to_60(card: str, kind: str, value: float) -> None:
    found = score(model(scorecard(card)), readings({}, valid_orders=29, events=(event(kind),)))
    assert (found.stage, found.value) == ("growth", value)


def on(day: str, *kinds: str) -> ShopReadings:
    """Return readings of a day on which all this happened."""
    today = day_of(datetime.date.fromisoformat(day))
    return readings({}, today=today, events=tuple(event(kind, TODAY - today) for kind in kinds))


@pytest.mark.parametrize(
    ("card", "kind", "times", "points"),
    [
        (MAY, "bad_aftersale_address", 1, -3),
        (MAY, "invoice_refused", 9, -15),
        (MAY, "service_mockery", 2, -6),
        (MAY, "aftersale_refused", 6, -15),
        (MAY, "fake_orders", 1, -15),
        (JULY, "bad_aftersale_address", 5, -15),
        (JULY, "invoice_refused", 1, -3),
        (JULY, "fake_orders", 3, -15),
        (JULY, "service_mockery", 1, 0),
        (JULY, "false_advertising", 1, 0),
    ],
)
def test_the_deductions_of_then(card: str, kind: str, times: int, points: float) -> None:
    found = score(model(scorecard(card)), on("2026-08-01", *[kind] * times))
    assert sum(entry.points for entry in found.ledger if entry.state == "held") == points


def test_fraud_took_points_until_its_rule_was_revised() -> None:
    def taken(day: str) -> float:
        found = score(model(scorecard(JULY)), on(day, "fraud_shipping"))
        return sum(entry.points for entry in found.ledger if entry.state == "held")

    assert taken("2026-08-02") == -15
    assert taken("2026-08-03") == 0


@pytest.mark.parametrize("card", [MAY, JULY])
def test_there_was_no_bonus_on_the_total(card: str) -> None:
    assert [bonus.id for bonus in scorecard(card).bonus if bonus.dimension is None] == []


@pytest.mark.parametrize("card", [MAY, JULY])
def test_the_scale_of_then_was_50_to_100(card: str) -> None:
    total = scorecard(card).total
    assert (total.floor, total.ceiling) == (50, 100)
    bands = scorecard(card).stars
    assert [consumer_stars(one, bands) for one in (50, 51, 60, 61, 97)] == [3.0, 3.1, 4.0, 4.1, 5.0]
    assert consumer_stars(49, bands) is None


# ---------------------------------------------------------------- lines


def lines_on(day: str, card: str = JULY, **shop: str) -> set[str]:
    own = model(scorecard(card), **shop)
    today = day_of(datetime.date.fromisoformat(day))
    return {s.line.id for s in stand(own, facts_of(score(own, readings({}, today=today))))}


def test_a_line_begins_with_its_text() -> None:
    assert "alliance" not in lines_on("2026-07-21")
    assert "alliance" in lines_on("2026-07-22")
    assert "late_shipping_shop" not in lines_on("2026-08-09")
    assert "late_shipping_shop" in lines_on("2026-08-10")
    assert "charity" in lines_on("2026-05-07", MAY)


def test_lines_for_some_shops_alone() -> None:
    assert {"flagship_keep", "flagship_upgrade"}.isdisjoint(lines_on("2026-11-20", SEPTEMBER))
    assert "flagship_keep" in lines_on("2026-11-20", SEPTEMBER, shop_type="旗舰")
    assert "flagship_upgrade" in lines_on("2026-11-20", SEPTEMBER, shop_type="非旗舰")
    assert "category_right" in lines_on("2026-11-20", SEPTEMBER, category="3C")
    assert "fresh_right" in lines_on("2026-11-20", SEPTEMBER, category="河蟹")
    assert "health_entry" in lines_on("2026-11-20", SEPTEMBER, category="保健酒")


@pytest.mark.parametrize(
    ("category", "at"), [("书", 60), ("汽车", 60), ("家居家电", 65), ("3C", 70), ("宠物活体", 75)]
)
def test_fourteen_days_in_a_row_lose_a_category(category: str, at: float) -> None:
    own = model(category=category)
    rule = next(rule for rule in scorecard().line if rule.id == "category_right")
    assert (own.figure(rule, rule.parts[0]), rule.parts[0].days) == (at, 14)


def test_what_only_the_page_knows_has_no_figure_until_the_shop_says_it() -> None:
    rule = next(rule for rule in scorecard().line if rule.id == "flagship_keep")
    assert model(shop_type="旗舰").figure(rule, rule.parts[0]) is None
    assert model(shop_type="旗舰", lines={"flagship_keep": {"total": 78}}).figure(rule, rule.parts[0]) == 78


# ---------------------------------------------------------------- the five-point score


def test_the_five_point_score_is_obsolete_and_says_what_holds_now() -> None:
    card = scorecard(LEGACY)
    assert card.obsolete is not None
    assert all(line.replaced_by is not None for line in card.line)
    assert (card.total.floor, card.total.ceiling) == (3, 5)
    assert {rule.window for rule in card.indicator} == {(90, 1)}
    assert {rule.scoring for rule in card.indicator} == {"rank"}
    assert {dimension.weight for dimension in card.dimension} == {None}
    assert {rule.weight for rule in card.indicator} == {None}


def test_the_five_point_score_is_only_what_its_page_printed() -> None:
    known = readings({"good_ratings": steady(93, 100)})
    assert score(model(scorecard(LEGACY)), known).value is None
    printed = readings({"good_ratings": steady(93, 100)}, official=(official(0, points=4.62),))
    found = score(model(scorecard(LEGACY)), printed)
    assert (found.value, found.basis) == (4.62, "official")
    standings = {s.line.id: s.met for s in stand(found.model, facts_of(found))}
    assert standings == {
        "termination": True,
        "alliance": True,
        "campaigns": True,
        "newcomer": True,
        "talents": True,
    }


@pytest.mark.parametrize(
    ("total", "praise", "met"),
    [(4.61, 90, True), (4.6, 95, False), (4.61, 89, False), (3.1, 95, False)],
)
def test_creators_looked_at_the_score_and_the_good_ratings(total: float, praise: float, met: bool) -> None:
    known = readings({"good_ratings": steady(praise, 100)}, official=(official(0, points=total),))
    found = score(model(scorecard(LEGACY)), known)
    standings = {s.line.id: s.met for s in stand(found.model, facts_of(found))}
    assert standings["talents"] is met
    assert standings["termination"] is (total >= 3.2)
