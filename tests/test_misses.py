"""How far out the anchored score was as each official one came: on the board, and kept for good."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from running import Place

FIRST = datetime.date(2026, 10, 20)
DAYS = 31
CONFIG = """
[monitor]
now = "2026-11-20T15:00:00+08:00"
[[shop]]
id = "a"
weights = {{ product = 1, logistics = 0, service = 0, product_rating = 1, quality_returns = 0 }}
curves.product_rating = {curve}
  [[shop.source]]
  name = "reviews"
  kind = "files"
  path = "reviews.csv"
  records = "reviews"
    [shop.source.map]
    review_id = "no"
    created_at = "moment"
    product_stars = "stars"
  [[shop.source]]
  name = "page"
  kind = "files"
  path = "page.csv"
  records = "official"
    [shop.source.map]
    published_at = "moment"
    item = "item"
    points = "points"
"""
STEEP, LEVEL = "[[4, 50], [5, 100]]", "[[4, 70], [5, 71]]"


def reviews() -> str:
    """Return two ratings a day, a bad one among them every fourth day."""
    rows = [
        f"{day}-{n},{FIRST + datetime.timedelta(days=day)} 12:00:00,{1 if n and day % 4 == 0 else 5}"
        for day in range(DAYS)
        for n in range(2)
    ]
    return "\n".join(["no,moment,stars", *rows]) + "\n"


def page(last: int) -> str:
    """Return the totals of some mornings up to the 20th."""
    rows = [f"2026-11-{day} 11:00:00,total,{80 + day % 3}" for day in range(12, last + 1)]
    return "\n".join(["moment,item,points", *rows]) + "\n"


@pytest.fixture
def shop(place: Place) -> Place:
    place.write("reviews.csv", reviews())
    place.write("page.csv", page(18))
    place.write("shopwatch.toml", CONFIG.format(curve=STEEP))
    return place


def score(place: Place, *arguments: str) -> Any:
    ran = place.run("status", "--json", *arguments)
    ran.ended(0)
    return json.loads(ran.out)["shops"][0]["score"]


def test_each_official_score_is_held_against_the_anchored_one(shop: Place) -> None:
    found = score(shop)
    misses = found["misses"]
    assert [miss["at"] for miss in misses] == [f"2026-11-{day}T11:00:00+08:00" for day in range(13, 19)]
    assert [miss["published"] for miss in misses] == [80 + day % 3 for day in range(13, 19)]
    assert all(miss["out"] == pytest.approx(miss["anchored"] - miss["published"]) for miss in misses)
    # the anchored one moves off the last page by what the model says, which isn't nothing
    assert all(
        miss["anchored"] != 80 + (day - 1) % 3 for day, miss in zip(range(13, 19), misses, strict=True)
    )
    assert found["error"] == pytest.approx(sum(abs(miss["out"]) for miss in misses) / len(misses))


def test_what_was_said_at_the_time_stays(shop: Place) -> None:
    before = score(shop)["misses"]
    for warehouse in (shop.folder / "home").rglob("warehouse.duckdb*"):
        warehouse.unlink()
    shop.write("page.csv", page(20))
    shop.write("shopwatch.toml", CONFIG.format(curve=LEVEL))  # which would have said otherwise
    after = score(shop)
    assert after["misses"][:-2] == before
    assert after["error"] == pytest.approx(sum(abs(miss["out"]) for miss in after["misses"]) / 8)
    earlier = score(shop, "--as-of", "2026-11-17T15:00:00+08:00")
    assert earlier["misses"] == before[:-1], "nothing that was still to come"
