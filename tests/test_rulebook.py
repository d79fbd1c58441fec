"""The scorecards: which is in force, and the sentence for one that can't be used."""

from __future__ import annotations

import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from shopwatch.rulebook import ScorecardError, choose, scorecards

SHIPPED = (resources.files("shopwatch") / "rules" / "scorecards" / "douyin.toml").read_text("utf-8")
KEY = "douyin@2026-09-08"


def test_the_package_brings_the_douyin_score_in_force() -> None:
    card = scorecards()[KEY]
    assert [indicator.id for indicator in card.indicator] == [
        "product_rating",
        "quality_returns",
        "pickup_hours",
        "on_time_delivery",
        "breakage",
        "audit_hours",
        "reply_seconds",
        "dissatisfied",
        "platform_help",
    ]
    assert {line.id for line in card.line if line.alert} >= {"alliance", "mall", "late_shipping_shop"}


def test_every_name_and_word_is_in_both_languages() -> None:
    card = scorecards()[KEY]
    parts: tuple[Any, ...] = (
        *card.dimension,
        *card.indicator,
        *card.rate,
        *card.line,
        *card.clock,
        *card.bonus,
        *card.deduction,
    )
    for part in parts:
        assert part.name.zh
        assert part.name.en
        assert part.name.zh != part.name.en


def test_what_is_not_published_is_marked_a_default() -> None:
    card = scorecards()[KEY]
    assert {dimension.weight_certainty for dimension in card.dimension} == {"default"}
    assert {indicator.curve_certainty for indicator in card.indicator} == {"default"}
    assert all(indicator.curve_source for indicator in card.indicator)


def own(folder: Path, *changes: tuple[str, str], name: str = "own.toml") -> Path:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_versions_stand_side_by_side(tmp_path: Path) -> None:
    own(tmp_path, ("version = 2026-09-08", "version = 2026-12-01"))
    cards = scorecards(tmp_path)
    assert set(cards) == {KEY, "douyin@2026-12-01"}

    def on(day: str, name: str = "douyin") -> str:
        return choose(name, datetime.date.fromisoformat(day), cards).key

    assert on("2026-09-07") == KEY, "before all of them: the earliest"
    assert on("2026-09-08") == KEY
    assert on("2026-11-30") == KEY
    assert on("2026-12-01") == "douyin@2026-12-01"
    assert on("2030-01-01", KEY) == KEY, "pinned"


def test_a_card_of_ones_own_wins_over_the_package(tmp_path: Path) -> None:
    own(tmp_path, ("thin_below = 30", "thin_below = 7"))
    assert scorecards(tmp_path)[KEY].thin_below == 7


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert list(scorecards(tmp_path / "none")) == [KEY]


@pytest.mark.parametrize(
    ("name", "near"), [("duoyin", "douyin"), ("douyin@2026-09-80", KEY), ("zzz", "douyin | douyin@")]
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(ScorecardError, match=f"There is no scorecard {name}; did you mean .*{near}"):
        choose(name, datetime.date(2026, 11, 20), scorecards())


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (('dimension = "product"', 'dimension = "produce"'), "indicator.product_rating.dimension", "product"),
        (('on = "product"\nmeasure', 'on = "prodct"\nmeasure'), "line.alliance.parts[1].on", "product"),
        (
            ('on = "late_shipping", measure', 'on = "late", measure'),
            "line.late_shipping_shop.parts[0].on",
            "no late",
        ),
        (('measure = "mean", days = 7', 'measure = "mean"'), "line.campaign.parts[0].days", "number of days"),
        (('lengthens = "pickup_hours"', 'lengthens = "pickup"'), "clock.ship.lengthens", "pickup_hours"),
        (('ahead = "ship"', 'ahead = "shop"'), "rate.late_shipping.ahead", "ship"),
        (("weight = 0.5\n", "weight = 0\n"), "indicator.product_rating.weight", "above 0"),
        (
            ("weight = 0.3333333333333333\nweight_c", "weight = 0\nweight_c"),
            "dimension.product.weight",
            "above 0",
        ),
        (("[4, 100], [24, 70]", "[24, 100], [4, 70]"), "indicator.pickup_hours.curve", "two points or more"),
        (("window = [30, 1]", "window = [1, 30]"), "indicator.product_rating.window", "the first the larger"),
        (('id = "quality_returns"', 'id = "product_rating"'), "indicator.product_rating", "2 times"),
        (('unit = "stars"', 'unit = "star"'), "$.indicator[0].unit", "star"),
        (("thin_below = 30", "thin_bellow = 30"), "$", "thin_bellow"),
        (("thin_below = 30", "thin_below = = 30"), "is not TOML", "line"),
    ],
)
def test_a_card_that_cannot_be_used(tmp_path: Path, change: tuple[str, str], key: str, words: str) -> None:
    own(tmp_path, change)
    with pytest.raises(ScorecardError) as caught:
        scorecards(tmp_path)
    sentence = str(caught.value)
    assert str(tmp_path / "own.toml") in sentence
    assert key in sentence
    assert words in sentence


def test_a_card_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "own.toml").mkdir()
    with pytest.raises(ScorecardError, match=r"own\.toml can't be read"):
        scorecards(tmp_path)
