"""A scorecard of the owner's own with SQL that can't be asked: told with its file and key, before a refresh fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from running import ORDERS, SHOPS, Place
from shopwatch.rulebook import scorecards
from shopwatch.warehouse.proving import mistakes

SHIPPED = Path(__file__).parents[1] / "tui/shopwatch/rules/scorecards/douyin-2026-09-08.toml"
CARDS = scorecards()
REPLIES = 'numerator = "reply_seconds + unanswered * 600"'

# what is written in place of what, the key that is named, and what is said of it
WRONG = {
    "a column that there isn't": (
        'where = "product_stars IS NOT NULL AND NOT excluded"',
        'where = "stars IS NOT NULL AND NOT excluded"',
        "indicator.product_rating.where",
        '"stars" not found',
    ),
    "a text that is summed": (
        'numerator = "product_stars"',
        'numerator = "text"',
        "indicator.product_rating.numerator",
        "sum(VARCHAR)",
    ),
    "a sentence that isn't one": (
        'numerator = "product_stars"',
        'numerator = "product_stars +"',
        "indicator.product_rating.numerator",
        "product_stars +",
    ),
    "a function that there isn't": (
        'numerator = "product_stars"',
        'numerator = "stars_of(product_stars)"',
        "indicator.product_rating.numerator",
        "stars_of",
    ),
    "a macro with too little": (
        'numerator = "product_stars"',
        'numerator = "paused(created_at)"',
        "indicator.product_rating.numerator",
        "paused() takes 3 values",
    ),
    "a table that there isn't": (
        'from = "reviews"',
        'from = "review"',
        "indicator.product_rating.from",
        "there is no review; did you mean reviews?",
    ),
    "a day that there isn't": (
        'day = "created_at"',
        'day = "rated_at"',
        "indicator.product_rating.day",
        '"rated_at" not found',
    ),
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("command", ["check", "status"])
def test_it_is_told_with_its_file_and_key(place: Place, command: str, case: str) -> None:
    right, wrong, key, words = WRONG[case]
    text = SHIPPED.read_text("utf-8")
    assert right in text
    file = place.write(
        "scorecards/mine.toml", text.replace(right, wrong, 1).replace('id = "douyin"', 'id = "mine"', 1)
    )
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    ran = place.run(command)
    ran.ended(2, f"Scorecard {file}, {key}: ", words)
    assert ran.out == ""


def test_every_mistake_is_told_at_once(place: Place) -> None:
    text = SHIPPED.read_text("utf-8").replace('numerator = "product_stars"', 'numerator = "starz"', 1)
    place.write("scorecards/mine.toml", text.replace('subject = "order_id"', 'subject = "orderid"', 1))
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS)
    ran = place.run("check")
    ran.ended(2, "indicator.product_rating.numerator: ", ".subject: ")
    assert len(ran.err.splitlines()) == 2


def test_one_that_is_right_is_used(place: Place) -> None:
    place.write("scorecards/mine.toml", SHIPPED.read_text("utf-8").replace('id = "douyin"', 'id = "mine"', 1))
    place.write("orders.csv", ORDERS)
    place.write("shopwatch.toml", SHOPS + '[defaults]\nscorecard = "mine"\n')
    assert place.status()["shops"][0]["scorecard"] == "mine@2026-09-08"


@pytest.mark.parametrize("key", list(CARDS))
def test_the_shipped_ones_are_right(key: str) -> None:
    assert list(mistakes(CARDS[key], str)) == []
