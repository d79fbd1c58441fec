"""What is open, kept and led on by polls, is what a look at all the records finds, whatever changes and whenever."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.risks import CONFIGURATION
from shopwatch.board import Board
from shopwatch.config import load
from shopwatch.records import Order, Parcel, Review
from shopwatch.refresher import Refresher
from shopwatch.rulebook import scorecards
from shopwatch.scoring.readings import Exposure
from shopwatch.warehouse import DuckWarehouse, opens
from shopwatch.warehouse.duck import DuckEngine
from shopwatch.warehouse.engine import Rows
from shopwatch.warehouse.opens import lasting
from two_engines import differences
from warehouse.test_tallies import BEGIN, HOUR, SHOPS, changes, opened, take
from warehouse_cases import SHANGHAI, SHOP, at

CARDS = scorecards()
DOUYIN, TMALL = "douyin@2026-09-08", "tmall@2026-03-16"
DAY = 24 * HOUR


def alike(found: dict[str, list[Exposure]], other: dict[str, list[Exposure]]) -> bool:
    """Whether the same is open, in whatever order it was found."""
    return {shop: sorted(map(repr, some)) for shop, some in found.items()} == {
        shop: sorted(map(repr, some)) for shop, some in other.items()
    }


def anew(warehouse: DuckWarehouse) -> DuckWarehouse:
    """Return one of the same records that has kept nothing."""
    return opened(warehouse._duck.connection.cursor())


@pytest.mark.parametrize(
    ("seed", "card", "most"), [(0, DOUYIN, opens.MOST), (1, DOUYIN, 20), (2, TMALL, opens.MOST)]
)
def test_what_is_open_led_on_is_what_all_the_records_tell(
    seed: int, card: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opens, "MOST", most)
    roll, moment, warehouse = random.Random(seed), BEGIN, opened()
    for step in range(8):
        moment += roll.choice([0, 60, HOUR, 9 * HOUR, 12 * DAY, -2 * HOUR])
        take(warehouse, changes(roll, moment, step))
        asked = roll.choice([None, None, ["a"], ["b", "c"]])
        found = warehouse.exposures(CARDS[card], SHANGHAI, moment, asked)
        assert alike(found, anew(warehouse).exposures(CARDS[card], SHANGHAI, moment, asked))


def boards(refresher: Refresher, warehouse: DuckWarehouse, now: int, only: Sequence[str]) -> list[Board]:
    moment = datetime.datetime.fromtimestamp(now, SHANGHAI)
    return refresher.boards(
        warehouse,
        moment,
        refresher.shops(warehouse, moment),
        only=only,
        ticks={},
        sources={},
        risks=30,
        watch=True,
        pinned=False,
        patience=0,
        learn=False,
    )


@pytest.mark.parametrize("seed", range(2))
def test_boards_after_polls_are_those_made_of_all_the_records(seed: int, tmp_path: Path) -> None:
    (tmp_path / "shopwatch.toml").write_text(CONFIGURATION, encoding="utf-8")
    config = load(tmp_path / "shopwatch.toml")
    kept, fresh = (Refresher.of(config, "en", str) for _ in range(2))
    roll, moment, warehouse = random.Random(seed), BEGIN, opened()
    for step in range(6):
        moment += roll.choice([0, 60, HOUR, 9 * HOUR, 5 * DAY])
        take(warehouse, changes(roll, moment, step))
        only = roll.choice([SHOPS, SHOPS, ["a"]])
        found = boards(kept, warehouse, moment, only)
        assert not list(differences(found, boards(fresh, anew(warehouse), moment, only)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the statements of the fleet that are asked from now on."""
    every: list[str] = []
    again = DuckEngine.again

    def asking(engine: DuckEngine, sql: str, /, **values: object) -> Rows:
        every.append(sql)
        return again(engine, sql, **values)

    monkeypatch.setattr(DuckEngine, "again", asking)
    return every


def test_a_poll_leads_on_what_is_kept_and_looks_for_nothing_again(asked: list[str]) -> None:
    warehouse, card, paid = opened(), CARDS[DOUYIN], at("2026-11-20 09:00")
    past = Parcel(
        shop=SHOP, parcel_id="p0", order_id="past", picked_up_at=paid, delivered_at=paid, known_at=0
    )
    warehouse.take("s", "parcels", [past])
    orders = [Order(shop=SHOP, order_id=f"o{n}", paid_at=paid, known_at=0) for n in range(9)]
    warehouse.take("s", "orders", orders)
    assert len(warehouse.exposures(card, SHANGHAI, paid + HOUR)[SHOP]) == 9
    asked.clear()
    picked = Parcel(shop=SHOP, parcel_id="p1", order_id="o1", picked_up_at=paid + HOUR, known_at=1)
    warehouse.take("s", "parcels", [picked])
    warehouse.take("s", "orders", [Order(shop=SHOP, order_id="o0", paid_at=paid, closed_at=paid, known_at=1)])
    warehouse.take("s", "orders", [Order(shop=SHOP, order_id="new", paid_at=paid, amount=5, known_at=1)])
    found = warehouse.exposures(card, SHANGHAI, paid + 2 * HOUR)[SHOP]
    assert {one.order_id for one in found} == {*(f"o{n}" for n in range(2, 9)), "new"}
    assert asked == []


def test_a_look_at_more_than_may_be_kept_leaves_those_kept_that_changed_last(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opens, "MOST", 5)
    warehouse, card, paid = opened(), CARDS[DOUYIN], at("2026-11-20 09:00")
    for shop in SHOPS:
        orders = [Order(shop=shop, order_id=f"{shop}{n}", paid_at=paid, known_at=0) for n in range(2)]
        warehouse.take("s", "orders", orders)
    for shops, statements in (
        (["a", "b"], 1),
        (None, 1),
        (["a", "b"], 0),
        (["c"], 1),
        (["b", "c"], 0),
        (["a"], 1),
    ):
        asked.clear()
        found = warehouse.exposures(card, SHANGHAI, paid + HOUR, shops)
        assert {shop: len(some) for shop, some in found.items()} == dict.fromkeys(shops or SHOPS, 2)
        assert len(asked) == statements, shops


def test_time_takes_away_what_a_clock_no_longer_looks_back_at() -> None:
    warehouse, card, written = opened(), CARDS[DOUYIN], at("2026-11-20 09:00")
    some = [
        Review(shop=SHOP, review_id=f"r{n}", created_at=written + n * HOUR, product_stars=1, known_at=0)
        for n in range(5)
    ]
    answered = Review(
        shop=SHOP, review_id="answered", created_at=written, replied_at=written, product_stars=1, known_at=0
    )
    warehouse.take("s", "reviews", [*some, answered])
    ages = (5 * HOUR, 30 * DAY - 1, 30 * DAY, 30 * DAY + 3 * HOUR, 40 * DAY, 5 * HOUR)
    left = [len(warehouse.exposures(card, SHANGHAI, written + age).get(SHOP, ())) for age in ages]
    assert left == [5, 5, 4, 1, 0, 5], "and with a clock set back it is there again"


def test_of_a_clock_that_hangs_on_the_moment_nothing_is_kept() -> None:
    clocks = {one.id: one for one in CARDS[DOUYIN].clock}
    assert {name for name, one in clocks.items() if lasting(one) is None} == {"first_scan", "scan_gap"}
    read = {name: (one.field, one.seconds) for name in clocks if (one := lasting(clocks[name])) is not None}
    assert read["review_reply"] == ("started", 30 * DAY)
    assert read["deliver"] == ("due", 30 * DAY)
    assert read["ship"] == (None, 0)
