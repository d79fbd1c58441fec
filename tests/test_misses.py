"""How far out the anchored score was as each official one came: on the board, and kept for good."""

from __future__ import annotations

import contextlib
import datetime
import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from running import Place
from screens.fixture_boards import boards
from shopwatch.board import Miss
from shopwatch.feed import OfficialEntry
from shopwatch.journal import Journal
from shopwatch.typed import TypedFigures

FIRST = datetime.date(2026, 10, 20)
DAYS = 31
CONFIG = """
[monitor]
now = "2026-11-20T15:00:00+08:00"
[[shop]]
id = "a"
alert_at = 0
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


def mistyped(moment: str) -> str:
    return f"{page(17)}{moment},total,28\n"


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


@pytest.mark.parametrize("corrected_at", ["2026-11-18 11:00:00", "2026-11-18 11:01:00"])
def test_a_figure_that_was_mistyped_counts_no_longer_once_corrected(shop: Place, corrected_at: str) -> None:
    shop.write("page.csv", mistyped("2026-11-18 11:00:00"))
    before = score(shop)["misses"]
    assert before[-1]["published"] == 28
    later = "" if corrected_at == "2026-11-18 11:00:00" else "2026-11-18 11:00:00,total,28\n"
    shop.write("page.csv", f"{page(17)}{later}{corrected_at},total,82\n")
    for _run in range(2):  # as worked out, and then from the journal
        found = score(shop)
        assert found["misses"][:-1] == before[:-1]
        (last,) = found["misses"][-1:]
        assert last["at"] == corrected_at.replace(" ", "T") + "+08:00"
        assert last["published"] == 82
        assert last["out"] == pytest.approx(last["anchored"] - 82)
        assert found["error"] == pytest.approx(sum(abs(miss["out"]) for miss in found["misses"]) / 6)
        for warehouse in (shop.folder / "home").rglob("warehouse.duckdb*"):
            warehouse.unlink()


def test_of_a_local_day_the_journal_keeps_the_last_figure(tmp_path: Path) -> None:
    made = next(iter(boards().values()))
    journal = Journal(tmp_path / "journal.sqlite")

    def save(*at: str, unsettled: bool = False) -> list[datetime.datetime]:
        misses = tuple([Miss(at=moment, published=80.0, anchored=81.0, out=1.0) for moment in moments(*at)])
        board = msgspec.structs.replace(made, score=msgspec.structs.replace(made.score, misses=misses))
        journal.save_boards([board], [made.id], 7, unsettled={made.id} if unsettled else ())
        return [miss.at for miss in journal.misses(14).get(made.id, ())]

    def moments(*at: str) -> list[datetime.datetime]:
        return [datetime.datetime.fromisoformat(f"2026-11-{one}+08:00") for one in at]

    with contextlib.closing(journal):
        assert save("17T11:00", unsettled=True) == []
        assert save("17T23:59", "18T00:00") == moments("17T23:59", "18T00:00")
        assert save("18T00:01") == moments("17T23:59", "18T00:01")
        assert save("17T07:59") == moments("17T07:59", "18T00:01")
        (taken_back,) = moments("18T00:01")
        TypedFigures(journal).keep(made.id, [OfficialEntry("total")], int(taken_back.timestamp()), 8)
        assert [miss.at for miss in journal.misses(14)[made.id]] == moments("17T07:59")


MORE = """
  [[shop.source]]
  name = "more"
  kind = "files"
  path = "more.csv"
  records = "reviews"
    [shop.source.map]
    review_id = "no"
    created_at = "moment"
    product_stars = "stars"
"""
DEAD = """
  [[shop.source]]
  name = "more"
  kind = "http"
  url = "http://127.0.0.1:9/reviews"
  timeout = 2
  records = "reviews"
"""


def test_nothing_is_kept_of_half_the_data(shop: Place) -> None:
    rows = [f"m{day},{FIRST + datetime.timedelta(days=day)} 13:00:00,{1 + day % 5}" for day in range(DAYS)]
    shop.write("more.csv", "\n".join(["no,moment,stars", *rows]) + "\n")
    whole = CONFIG.format(curve=STEEP) + MORE
    shop.write("shopwatch.toml", whole)
    expected = score(shop, "--state", str(shop.folder / "another"))["misses"]
    shop.write("shopwatch.toml", CONFIG.format(curve=STEEP) + DEAD)
    half = json.loads(shop.run("status", "--json").out)["shops"][0]["score"]["misses"]
    assert half
    assert half != expected
    shop.write("shopwatch.toml", whole)
    assert score(shop)["misses"] == expected
    shop.write("shopwatch.toml", CONFIG.format(curve=LEVEL) + DEAD)
    again = json.loads(shop.run("status", "--json").out)["shops"][0]["score"]["misses"]
    assert again == expected, "what was kept is shown whatever answers"


def rows(**totals: float) -> str:
    """Return the totals of some mornings: `d12=81`."""
    lines = [f"2026-11-{day[1:]} 11:00:00,total,{total:g}" for day, total in totals.items()]
    return "\n".join(["moment,item,points", *lines]) + "\n"


def test_the_miss_of_the_day_after_a_mistyped_figure_is_mended_with_it(shop: Place) -> None:
    right = {"d12": 80, "d13": 81, "d14": 82, "d15": 81}
    shop.write("page.csv", rows(**right))
    expected = score(shop, "--state", str(shop.folder / "another"))["misses"]
    shop.write("page.csv", rows(**right | {"d14": 28}))
    assert abs(score(shop)["misses"][-1]["out"]) > 40, "anchored to what was mistyped"
    shop.write("page.csv", rows(**right))
    for _run in range(2):  # as worked out, and then from the journal
        assert score(shop)["misses"] == expected
        for warehouse in (shop.folder / "home").rglob("warehouse.duckdb*"):
            warehouse.unlink()


def test_a_figure_of_a_day_between_that_comes_late_changes_nothing_that_was_said(shop: Place) -> None:
    shop.write("page.csv", rows(d12=80, d14=82, d15=81))
    before = {miss["at"]: miss for miss in score(shop)["misses"]}
    shop.write("page.csv", rows(d12=80, d13=70, d14=82, d15=81))
    after = {miss["at"]: miss for miss in score(shop)["misses"]}
    assert len(after) == len(before) + 1
    assert {at: after[at] for at in before} == before


def test_a_journal_from_before_the_anchor_was_noted_is_read_on(shop: Place) -> None:
    before = score(shop)["misses"]
    (path,) = (shop.folder / "home").rglob("journal.sqlite")
    with contextlib.closing(sqlite3.connect(path)) as journal, journal:
        journal.execute("ALTER TABLE misses DROP COLUMN before")
        journal.execute("ALTER TABLE misses DROP COLUMN before_at")
    assert [miss | {"before": None} for miss in before] == score(shop)["misses"]
