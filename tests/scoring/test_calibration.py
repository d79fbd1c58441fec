"""A shop's curves fitted to its own history: which history counts, and when the fit is used."""

from __future__ import annotations

import datetime
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from running import Place
from score_cases import HEALTHY, TODAY, model, moved, official, readings, scorecard
from shopwatch.calibrating import AT_ONCE, Fits
from shopwatch.config import load
from shopwatch.config.structs import ShopSection
from shopwatch.fleet import Shop, fleet
from shopwatch.i18n import translation
from shopwatch.scoring.calibration import (
    DAYS_EACH,
    RECENT,
    Calibration,
    calibrate,
    fit_to,
)
from shopwatch.scoring.curve import Curve, Pairs
from shopwatch.scoring.plan import make_plan
from shopwatch.scoring.readings import OfficialFigure
from shopwatch.scoring.score import score
from shopwatch.scoring.scorecard import Scorecard, SmallSample

# What the marketplace would hide: nothing like the defaults.
HIDDEN: Mapping[str, Pairs] = {
    "product_rating": ((4.2, 50), (4.5, 62), (4.65, 74), (4.9, 100)),
    "quality_returns": ((0.002, 100), (0.006, 84), (0.012, 68), (0.03, 50)),
    "pickup_hours": ((3, 100), (8, 88), (14, 74), (40, 50)),
}


def wave(day: int, low: float, high: float, period: float) -> float:
    return low + (high - low) * (0.5 + 0.5 * math.sin(day / period))


def values_of(day: int) -> dict[str, float]:
    return {
        "product_rating": wave(day, 4.4, 4.8, 7.3),
        "quality_returns": wave(day, 0.003, 0.02, 11.9),
        "pickup_hours": wave(day, 4, 20, 9.1),
    }


def points_of_indicator(name: str, days: int, first: int = 1) -> tuple[OfficialFigure, ...]:
    """Return figures that print an indicator's points with its value."""
    return tuple(
        official(
            day,
            item=name,
            value=values_of(day)[name],
            points=round(Curve(HIDDEN[name])(values_of(day)[name]), 1),
        )
        for day in range(first, first + days)
    )


def points_of_product(days: int, first: int = 1, extra: float = 0) -> tuple[OfficialFigure, ...]:
    """Return figures that print the dimension's points, whole, and its two indicators' values."""
    found = []
    for day in range(first, first + days):
        values = values_of(day)
        parts = [Curve(HIDDEN[name])(values[name]) for name in ("product_rating", "quality_returns")]
        found.append(official(day, item="product", points=min(100.0, round(sum(parts) / 2 + extra))))
        found += [
            official(day, item=name, value=values[name]) for name in ("product_rating", "quality_returns")
        ]
    return tuple(found)


def changed(name: str, card: Scorecard | None = None, **changes: object) -> Scorecard:
    """Return a scorecard with one indicator changed."""
    card = card or scorecard()
    return msgspec.structs.replace(
        card,
        indicator=tuple(
            msgspec.structs.replace(one, **changes) if one.id == name else one for one in card.indicator
        ),
    )


def only(found: Sequence[Calibration]) -> Calibration:
    (one,) = found
    return one


def test_the_points_of_an_indicator_are_fitted_to_its_own_values() -> None:
    one = only(calibrate(model(), points_of_indicator("pickup_hours", 40)))
    assert (one.subject, one.days, one.needed, one.verdict) == ("pickup_hours", 40, DAYS_EACH, "fitted")
    assert one.usual_error is not None
    assert one.usual_error > 5
    assert one.fitted_error is not None
    assert one.fitted_error < 0.5
    fitted, hidden = Curve(one.fitted["pickup_hours"]), Curve(HIDDEN["pickup_hours"])
    for hours in (5.0, 8.0, 11.0, 14.0, 19.0):
        assert fitted(hours) == pytest.approx(hidden(hours), abs=1.0)


def test_the_points_of_a_dimension_are_fitted_to_all_of_its_values() -> None:
    one = only(calibrate(model(), points_of_product(60)))
    assert (one.subject, one.days, one.needed, one.verdict) == ("product", 60, 2 * DAYS_EACH, "fitted")
    assert one.usual_error is not None
    assert one.fitted_error is not None
    assert one.fitted_error < 0.8 < 2 < one.usual_error
    ahead = [(values_of(-day), day) for day in range(20)]  # days that were never shown
    for values, _day in ahead:
        made, true = (
            sum(Curve(curves[name])(values[name]) / 2 for name in one.fitted)
            for curves in (one.fitted, HIDDEN)
        )
        assert made == pytest.approx(true, abs=2.5)


def test_what_a_given_bonus_adds_to_a_dimension_is_no_part_of_its_curves() -> None:
    bonus = next(one for one in scorecard("douyin-2026-07-14").bonus if one.dimension is not None)
    card = msgspec.structs.replace(
        scorecard(),
        bonus=(msgspec.structs.replace(bonus, dimension="product", points=3.0, cap=None, on=True),),
    )
    own = model(card, given={bonus.id: True})
    extra = next(d.extra for d in make_plan(own).dimensions if d.rule.id == "product")
    assert extra > 0
    plain, raised = (
        only(calibrate(one, points_of_product(60, extra=added)))
        for one, added in ((model(), 0.0), (own, extra))
    )
    assert raised.fitted == plain.fitted


@pytest.mark.parametrize(
    ("days", "verdict"), [(DAYS_EACH - 1, "few"), (DAYS_EACH, "fitted"), (RECENT + 50, "fitted")]
)
def test_how_many_days_it_takes(days: int, verdict: str) -> None:
    card = msgspec.structs.replace(scorecard(), version=datetime.date(2020, 1, 1))
    one = only(calibrate(model(card), points_of_indicator("pickup_hours", days)))
    assert one.verdict == verdict
    assert one.days == min(days, RECENT)
    assert (one.fitted_error is None) == (verdict == "few")
    assert bool(fit_to(model(card), points_of_indicator("pickup_hours", days)).curves) == (
        verdict == "fitted"
    )


def test_one_day_counts_once_however_often_it_was_printed() -> None:
    figures = [
        official(day, item="pickup_hours", hour=hour, value=4.0 + day, points=90.0 - day)
        for day in range(1, DAYS_EACH)
        for hour in (9, 11, 15)
    ]
    assert only(calibrate(model(), figures)).days == DAYS_EACH - 1


def test_a_default_that_is_right_stays() -> None:
    usual = next(one.curve for one in scorecard().indicator if one.id == "pickup_hours") or ()
    figures = [
        official(day, item="pickup_hours", value=hours, points=Curve(usual)(hours))
        for day, hours in ((day, values_of(day)["pickup_hours"]) for day in range(1, 41))
    ]
    one = only(calibrate(model(), figures))
    assert (one.verdict, one.usual_error) == ("worse", 0.0)
    assert fit_to(model(), figures).curves == {}


def test_points_that_have_nothing_to_do_with_the_values_are_not_believed() -> None:
    """A right level may win against a wrong one; a curve drawn through chance may not win against none of it."""
    luck = random.Random(7)
    flat: Pairs = ((0.0, 75.0), (100.0, 75.0))
    card = changed("pickup_hours", curve=flat)
    figures = [
        official(day, item="pickup_hours", value=luck.uniform(4, 20), points=75 + luck.choice([-3.0, 3.0]))
        for day in range(1, 61)
    ]
    one = only(calibrate(model(card), figures))
    assert one.usual_error == pytest.approx(3)
    assert one.verdict == "worse"


def test_configured_curves_are_compared_and_stay() -> None:
    own = model(curves={"pickup_hours": ((0.0, 100.0), (48.0, 50.0))})
    one = only(calibrate(own, points_of_indicator("pickup_hours", 40)))
    assert one.verdict == "own"
    assert one.usual == own.curves
    assert one.fitted
    assert one.fitted_error is not None
    assert one.usual_error is not None
    assert one.fitted_error < one.usual_error
    assert fit_to(own, points_of_indicator("pickup_hours", 40)).curves == {}
    # of a dimension, the others are fitted to what the configured one leaves
    own = model(curves={"quality_returns": HIDDEN["quality_returns"]})
    one = only(calibrate(own, points_of_product(60)))
    assert one.verdict == "fitted"
    assert set(one.fitted) == {"product_rating"}
    for stars in (4.45, 4.6, 4.75):
        assert Curve(one.fitted["product_rating"])(stars) == pytest.approx(
            Curve(HIDDEN["product_rating"])(stars), abs=2.5
        )
    plan = make_plan(msgspec.structs.replace(own, fitted={"quality_returns": ((0.0, 50.0), (1.0, 50.0))}))
    parts = {part.rule.id: part for dimension in plan.dimensions for part in dimension.indicators}
    returns = parts["quality_returns"]
    assert returns.curve_certainty == "shop"
    assert returns.curve is not None
    assert returns.curve(0.006) == 84


def test_days_before_the_version_came_into_force_were_another_curve() -> None:
    in_force = (datetime.date(2026, 11, 21) - scorecard().version).days
    figures = points_of_indicator("pickup_hours", in_force + 30)
    one = only(calibrate(model(), figures))
    assert one.days == in_force
    assert calibrate(model(), points_of_indicator("pickup_hours", 20, first=in_force + 1)) == ()


def test_a_curve_that_is_published_is_not_fitted_and_what_was_observed_is_kept_to() -> None:
    published = model(changed("pickup_hours", curve_certainty="official"))
    assert calibrate(published, points_of_indicator("pickup_hours", 40)) == ()
    seen: Pairs = ((4.0, 100.0), (10.0, 90.0), (48.0, 50.0))
    observed = model(changed("pickup_hours", curve=seen, curve_certainty="observed"))
    one = only(calibrate(observed, points_of_indicator("pickup_hours", 40)))
    fitted = Curve(one.fitted["pickup_hours"])
    assert [fitted(value) for value, _ in seen] == pytest.approx([100, 90, 50])
    assert set(seen) < set(one.fitted["pickup_hours"])  # and something was learnt between them


def test_without_any_curve_a_fit_must_beat_the_last_printed_points() -> None:
    card = changed("pickup_hours", curve=None)
    one = only(calibrate(model(card), points_of_indicator("pickup_hours", 60)))
    assert one.usual == {"pickup_hours": ()}
    assert one.verdict == "fitted"
    assert one.usual_error is not None
    assert one.usual_error < 5  # the points of the day before, not a guess
    still = [official(day, item="pickup_hours", value=5.0 + day % 3, points=80.0) for day in range(1, 41)]
    assert only(calibrate(model(card), still)).verdict == "worse"


def test_points_that_a_small_sample_kept_say_nothing() -> None:
    keeps = SmallSample(points=80, bad_at_most=3, certainty="official", source="test")
    card = changed("pickup_hours", small_sample=keeps)
    figures = points_of_indicator("pickup_hours", 20)
    kept = tuple(official(day, item="pickup_hours", value=30.0, points=80.0) for day in range(21, 41))
    assert only(calibrate(model(card), figures + kept)) == only(calibrate(model(card), figures))


def test_a_day_without_a_value_is_no_day_and_what_is_never_printed_is_no_part() -> None:
    figures = points_of_product(40)
    first = figures[0].day
    lacking = [f for f in figures if f.item != "quality_returns" or f.day != first]
    assert only(calibrate(model(), lacking)).days == 39
    alone = [f for f in figures if f.item != "quality_returns"]
    one = only(calibrate(model(), alone))
    assert (set(one.usual), one.needed) == ({"product_rating"}, DAYS_EACH)


@pytest.mark.parametrize(
    "name", ["five-dimensions-2026-11-01", "tmall-dsr-2026-08-12", "shop-level-2026-11-01"]
)
def test_a_model_of_nobodys_has_no_history(name: str) -> None:
    assert calibrate(model(scorecard(name)), points_of_product(60)) == ()


rows = st.lists(st.tuples(st.floats(0, 48), st.floats(50, 100)), min_size=DAYS_EACH, max_size=16)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_figures_says_nothing(row: list[tuple[float, float]], luck: random.Random) -> None:
    figures = [
        official(day, item="pickup_hours", value=value, points=points)
        for day, (value, points) in enumerate(row, 1)
    ]
    mixed = luck.sample(figures, len(figures))
    assert calibrate(model(), mixed) == calibrate(model(), figures)


@given(rows, st.floats(0, 60), st.floats(0, 20))
def test_with_a_fitted_curve_a_better_indicator_never_lowers_the_score(
    row: list[tuple[float, float]], hours: float, more: float
) -> None:
    figures = tuple(
        official(day, item="pickup_hours", value=value, points=points)
        for day, (value, points) in enumerate(row, 1)
    )
    one = only(calibrate(model(), figures))
    fitted = model(fitted=one.fitted)
    worse, better = (
        score(fitted, readings({**HEALTHY, "pickup_hours": moved([(value, 1.0)] * 31)})).value
        for value in (hours + more, hours)
    )
    assert worse is not None
    assert better is not None
    assert better >= worse - 1e-9
    curve = Curve(one.fitted["pickup_hours"])
    assert all(50 <= curve(value) <= 100 for value in (0.0, hours, hours + more, 1e6))


# ---------------------------------------------------------------- from one refresh to the next


def a_fleet(number: int, own: Mapping[str, ShopSection] | None = None) -> list[Shop]:
    from shopwatch.config import Config

    sections = tuple((own or {}).get(f"s{n}", ShopSection(id=f"s{n}")) for n in range(number))
    now = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.UTC)
    shops = fleet(Config(shop=sections), [], {}, {"douyin@2026-09-08": scorecard()}, now, translation("en"))
    return list(shops.values())


def test_a_history_is_fitted_once() -> None:
    figures = points_of_indicator("pickup_hours", 20, first=2)
    fits, shops = Fits(), a_fleet(1)
    known = readings(shop="s0", official=figures)
    (first,) = fits.of(shops, {"s0": known}, [], None)
    (second,) = fits.of(a_fleet(1), {"s0": readings(shop="s0", official=tuple(figures))}, [], None)
    assert first.model.fitted
    assert second.model.fitted is first.model.fitted
    more = readings(shop="s0", official=(*figures, official(1, item="pickup_hours", value=4.5, points=51.0)))
    (third,) = fits.of(shops, {"s0": more}, [], None)
    assert third.model.fitted != first.model.fitted
    (gone,) = fits.of(shops, {"s0": readings(shop="s0")}, [], None)
    assert gone is shops[0]


def test_a_refresh_that_someone_waits_for_fits_a_few_and_what_is_seen() -> None:
    shops = a_fleet(AT_ONCE + 5)
    known = {
        shop.id: readings(shop=shop.id, official=points_of_indicator("pickup_hours", 10)) for shop in shops
    }
    fits, last = Fits(), shops[-1].id

    def fitted(patience: int | None) -> list[str]:
        return [shop.id for shop in fits.of(shops, known, [last], patience) if shop.model.fitted]

    assert fitted(0) == [last]
    assert len(fitted(1)) == AT_ONCE + 1
    assert fitted(None) == [shop.id for shop in shops]


# ---------------------------------------------------------------- through the front door

CONFIG = """
[monitor]
now = "2026-11-21T13:00:00+08:00"
[[shop]]
id = "a"
name = "Alpha"
  [[shop.source]]
  name = "page"
  kind = "files"
  path = "page.csv"
  records = "official"
    [shop.source.map]
    published_at = "printed"
    item = "what"
    value = "value"
    points = "points"
"""


def page(figures: Sequence[OfficialFigure]) -> Iterator[str]:
    yield "printed,what,value,points"
    for figure in figures:
        at = datetime.datetime.fromtimestamp(figure.published_at, datetime.UTC)
        said = ("" if one is None else f"{one!r}" for one in (figure.value, figure.points))
        yield f"{at.isoformat()},{figure.item},{','.join(said)}"


@pytest.fixture
def shop(place: Place) -> Place:
    place.write("page.csv", "\n".join(page(points_of_product(60, first=0))) + "\n")
    place.write("shopwatch.toml", CONFIG)
    return place


def forget(place: Place) -> None:
    """Begin the warehouse anew: what a file no longer says would stay."""
    (place.folder / "home/state/shopwatch/warehouse.duckdb").unlink()


def indicator(place: Place, name: str, *arguments: str) -> dict[str, object]:
    (found,) = place.status(*arguments)["shops"]
    indicators = [one for dimension in found["dimensions"] for one in dimension["indicators"]]
    return next(one for one in indicators if one["id"] == name)


def test_calibrate_and_the_status_that_uses_it(shop: Place) -> None:
    ran = shop.run("calibrate", "a", "--json")
    ran.ended(0)
    read = json.loads(ran.out)
    assert {key: read[key] for key in ("schema", "shop", "name", "scorecard")} == {
        "schema": 1, "shop": "a", "name": "Alpha", "scorecard": "douyin@2026-09-08",
    }  # fmt: skip
    (subject,) = read["subjects"]
    assert (subject["subject"], subject["days"], subject["days_needed"]) == ("product", 60, 20)
    assert subject["verdict"] == "fitted"
    assert subject["error_fitted"] < subject["error_usual"]
    rating, returns = subject["curves"]
    assert (rating["indicator"], returns["indicator"]) == ("product_rating", "quality_returns")
    assert rating["usual"] == [[4.0, 50.0], [4.568, 60.0], [4.64, 70.0], [4.791, 100.0]]
    shown = indicator(shop, "product_rating", "--no-poll")
    assert shown["curve_certainty"] == "fitted"
    assert shown["curve"] == [pytest.approx(pair, abs=0.01) for pair in rating["fitted"]]
    other = indicator(shop, "pickup_hours", "--no-poll")
    assert other["curve_certainty"] == "default"


def test_the_past_is_not_fitted_to_what_was_printed_later(shop: Place) -> None:
    early = indicator(shop, "product_rating", "--as-of", "2026-10-10T13:00:00+08:00")
    assert early["curve_certainty"] == "default"
    # the same as if the later days had never been printed
    middle = indicator(shop, "product_rating", "--as-of", "2026-10-31T13:00:00+08:00", "--no-poll")
    assert middle["curve_certainty"] == "fitted"
    until = [f for f in points_of_product(60, first=0) if f.day <= TODAY - 21]
    shop.write("page.csv", "\n".join(page(until)) + "\n")
    forget(shop)
    assert (
        indicator(shop, "product_rating", "--as-of", "2026-10-31T13:00:00+08:00")["curve"] == middle["curve"]
    )


def test_what_it_prints_can_be_pasted_and_then_wins(shop: Place) -> None:
    ran = shop.run("calibrate", "a")
    ran.ended(0)
    line = next(line for line in ran.out.splitlines() if line.startswith("curves = {"))
    shop.write("shopwatch.toml", CONFIG.replace('name = "Alpha"\n', f'name = "Alpha"\n{line}\n'))
    shown = indicator(shop, "product_rating")
    assert shown["curve_certainty"] == "shop"
    (section,) = load(
        shop.folder / "shopwatch.toml", environment={}, scorecards={"douyin@2026-09-08": scorecard()}
    ).shop
    assert shown["curve"] == [list(pair) for pair in section.curves["product_rating"]]
    (subject,) = json.loads(shop.run("calibrate", "a", "--json").out)["subjects"]
    assert subject["verdict"] == "own"
    again = shop.run("calibrate", "a")
    assert "the configured `curves` are used" in again.out
    assert "curves = {" not in again.out


def test_the_table_in_both_languages(shop: Place) -> None:
    english, chinese = shop.run("calibrate", "a"), shop.run("calibrate", "a", LANG="zh_CN.UTF-8")
    for ran in (english, chinese):
        ran.ended(0)
        assert ran.err == ""
    assert "Product · the fit is used: of 60 days it is nearer to what was printed" in english.out
    assert "Mean product rating" in english.out
    assert "商品体验 · 采用拟合曲线:60 天历史中,它更接近官方分" in chinese.out
    assert "商品综合评分" in chinese.out
    notes = shop.run("status", "--no-poll", LANG="zh_CN.UTF-8").out
    assert "曲线由本店历史拟合:综合评分、品退率" in notes


def test_usage_and_what_there_is_nothing_to_say_about(shop: Place) -> None:
    shop.write("shopwatch.toml", CONFIG)
    shop.run("calibrate").ended(2, "SHOP")
    shop.run("calibrate", "b").ended(2, "There is no shop b")
    few = list(page(points_of_product(5, first=0)))
    forget(shop)
    shop.write("page.csv", "\n".join(few) + "\n")
    ran = shop.run("calibrate", "a")
    ran.ended(0)
    assert "5 days with points and values, 20 needed (our choice)" in ran.out
    shop.write("page.csv", few[0] + "\n" + few[2] + "\n")
    forget(shop)
    shop.run("calibrate", "a").ended(0, "There is no history to fit to")


def test_a_source_that_fails_is_told_and_what_is_stored_is_fitted(shop: Place) -> None:
    shop.run("calibrate", "a").ended(0)
    shop.write(
        "shopwatch.toml", CONFIG + '[[source]]\nname = "erp"\nkind = "http"\nurl = "http://127.0.0.1:9/x"\n'
    )
    ran = shop.run("calibrate", "a", "--json")
    ran.ended(3, "erp")
    assert json.loads(ran.out)["subjects"]
