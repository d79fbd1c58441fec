"""The scorecards: which is in force, and the sentence for one that can't be used."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from shopwatch.rulebook import ScorecardError, Scorecards, choose, scorecards
from shopwatch.scoring.scorecard import Scorecard, cited

SHIPPED = (resources.files("shopwatch") / "rules" / "scorecards" / "douyin-2026-09-08.toml").read_text(
    "utf-8"
)
KEY = "douyin@2026-09-08"
KEYS = list(scorecards())
CHINESE = re.compile("[\u4e00-\u9fff]")
DOUYIN = ["douyin@2026-05-07", "douyin@2026-07-14", KEY]


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


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_file_is_called_by_its_id_and_version(key: str) -> None:
    """Its key is read off its name, so that it is opened only when somebody asks for it."""
    assert scorecards()[key].key == key


@pytest.mark.parametrize("key", KEYS)
def test_every_name_and_word_is_in_both_languages(key: str) -> None:
    card = scorecards()[key]
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
    for words in (*card.notes, *(line.effect for line in card.line)):
        assert CHINESE.search(words.zh), words
        assert words.en not in ("", words.zh)


PROSE = re.compile(r"(?:\b[a-z]{2,}\b[ ,]+){3}")


@pytest.mark.parametrize("key", KEYS)
def test_where_a_rule_is_from_is_a_title_or_said_in_both_languages(key: str) -> None:
    card = scorecards()[key]
    rules: tuple[Any, ...] = (
        *card.indicator,
        *card.rate,
        *card.line,
        *card.clock,
        *card.bonus,
        *card.deduction,
    )
    citations = [
        *card.sources,
        *(rule.source for rule in rules),
        *(rule.curve_source for rule in card.indicator),
        *(one.source for one in card.weights),
        *(one.source for one in card.exclusion),
    ]
    for citation in citations:
        assert not PROSE.search(cited(citation, "zh_CN")), citation
        if not isinstance(citation, str):
            assert citation.zh != citation.en
            assert CHINESE.search(citation.zh), citation


def test_what_is_not_published_is_marked_a_default() -> None:
    card = scorecards()[KEY]
    assert {dimension.weight_certainty for dimension in card.dimension} == {"default"}
    assert {indicator.curve_certainty for indicator in card.indicator} == {"default"}
    assert all(indicator.curve_source for indicator in card.indicator)


WEIGHTS = """[[weights]]
industry = "女装"
of = { replies = 100 }
certainty = "official"
source = "a table"

"""
EXCLUSION = """[[exclusion]]
id = "floods"
name = { zh = "洪水", en = "Floods" }
first = 2026-08-01
last = 2026-08-03
indicators = ["pickup_hour"]
certainty = "official"
source = "a notice"

"""


def own(folder: Path, *changes: tuple[str, str], name: str = "own.toml") -> Path:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def on(day: str, cards: Mapping[str, Scorecard], name: str = "douyin") -> str:
    return choose(name, datetime.date.fromisoformat(day), cards).key


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2018-06-01", "2026-09-08"),
        ("2026-05-07", "2026-05-07"),
        ("2026-07-13", "2026-05-07"),
        ("2026-07-14", "2026-07-14"),
        ("2026-09-07", "2026-07-14"),
        ("2026-09-08", "2026-09-08"),
        ("2030-01-01", "2026-09-08"),
    ],
)
def test_the_version_in_force_on_a_day(day: str, version: str) -> None:
    """Before all of them it is the latest: a past without rules is looked at by today's."""
    assert on(day, scorecards()) == f"douyin@{version}"


def test_a_newer_version_beside_the_configuration_wins_from_its_day_on(tmp_path: Path) -> None:
    own(tmp_path, ("version = 2026-09-08", "version = 2026-12-01"))
    cards = scorecards(tmp_path)
    assert [key for key in cards if key.startswith("douyin@")] == [*DOUYIN, "douyin@2026-12-01"]
    assert on("2026-11-30", cards) == KEY
    assert on("2026-12-01", cards) == "douyin@2026-12-01"
    assert on("2030-01-01", cards, KEY) == KEY, "pinned"


def test_two_files_of_one_version_are_told(tmp_path: Path) -> None:
    own(tmp_path, name="a.toml")
    own(tmp_path, name="b.toml")
    with pytest.raises(ScorecardError, match=r"b\.toml, version: a\.toml is douyin@2026-09-08 already"):
        scorecards(tmp_path)


def test_a_card_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """One that nobody uses costs a start nothing, not even a mistake in it."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(SHIPPED, encoding="utf-8")
    bad.write_text("id = 3", encoding="utf-8")
    cards = Scorecards({KEY: good, "other@2026-01-01": bad}, {}, str)
    assert on("2026-11-20", cards) == KEY
    with pytest.raises(ScorecardError, match=r"bad\.toml"):
        cards["other@2026-01-01"]


def test_a_card_of_ones_own_wins_over_the_package(tmp_path: Path) -> None:
    own(tmp_path, ("thin_below = 30", "thin_below = 7"))
    assert scorecards(tmp_path)[KEY].thin_below == 7


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert list(scorecards(tmp_path / "none")) == KEYS


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
        (
            ('bad = "low_ratings"', 'bad = "low_rating"'),
            "indicator.product_rating.small_sample.bad",
            "low_ratings",
        ),
        (('[["special", 300]', '[["special", 0]'), "small_sample.orders_below[0]", "above 0"),
        (
            ('dimension = "logistics"\non', 'dimension = "logistic"\non'),
            "bonus.remote_area.dimension",
            "logistics",
        ),
        (('bad_events = ["bad_', 'bad_events = ["very_bad_'), "stage.bad_events[0]", "bad_aftersale_address"),
        (("at = 0.20\n", ""), "bonus.next_day_share.at", "the share"),
        (("[total]", WEIGHTS + "[total]"), "weights[0].of.replies", "reply_seconds"),
        (("[total]", EXCLUSION + "[total]"), "exclusion.floods.indicators[0]", "pickup_hours"),
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
