"""How long a fleet takes to score: prints, asserts nothing about time."""

from __future__ import annotations

import datetime
import time
from zoneinfo import ZoneInfo

import pytest

from score_cases import HEALTHY, model, moved, readings
from shopwatch.assembly import build_board
from shopwatch.i18n import translation
from shopwatch.scoring.plan import make_plan
from shopwatch.scoring.readings import ShopReadings
from shopwatch.scoring.score import score

SHOPS = 1_500


def fleet() -> list[ShopReadings]:
    """Every shop with all nine indicators, each different every day: the worst there is."""
    shops = []
    for number in range(SHOPS):
        indicators = {
            name: moved(
                [(r.now.numerator * (1 + day / 300 + number / 9_000), r.now.denominator) for day in range(31)]
            )
            for name, r in HEALTHY.items()
        }
        shops.append(readings(indicators, shop=str(number)))
    return shops


@pytest.mark.bench
def test_scoring_a_fleet() -> None:
    shops, own = fleet(), model()
    plan = make_plan(own)
    started = time.perf_counter()
    scored = [score(own, shop, plan) for shop in shops]
    seconds = time.perf_counter() - started
    print(f"\n{SHOPS} shops × 31 days × 9 indicators scored in {seconds:.3f} s")

    now = datetime.datetime(2026, 11, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    words = translation("en")
    started = time.perf_counter()
    boards = [
        build_board(own, shop, name=shop.shop, now=now, _=words, language="en", scored=done)
        for shop, done in zip(shops, scored, strict=True)
    ]
    print(f"their boards in {time.perf_counter() - started:.3f} s")
    assert all(board.score.value is not None for board in boards)
