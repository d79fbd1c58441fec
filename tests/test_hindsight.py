"""What is remembered of past mornings: as much as is looked back at, however long it goes on."""

from __future__ import annotations

import duckdb
import pytest

from shopwatch.hindsight import BACK, EVERY, Hindsight, midnight
from shopwatch.scoring.windows import day_of
from shopwatch.warehouse import DuckWarehouse
from simulation import SOURCE, ZONE, Simulation
from warehouse_cases import douyin

DAYS = 24


def test_a_month_of_mornings_is_remembered_no_longer_than_it_is_looked_back_at() -> None:
    world = Simulation(seed=3, shops=1)
    shop, first = world.shops[0].id, day_of(world.opening) + 40
    warehouse = DuckWarehouse(duckdb.connect())
    warehouse.ingest(SOURCE, world.poll(midnight(first + DAYS, ZONE)))
    standing = Hindsight(warehouse, douyin(), ZONE, [shop])
    for today in range(first, first + DAYS):
        standing.paces(today)
        misses = standing.misses(today)
        assert len(standing._mornings) <= BACK // EVERY + 1
        assert len(standing._readings) <= BACK // EVERY + 1
        assert len(standing._beside) <= 1
        assert len(standing._paces) == 1
    begun = Hindsight(warehouse, douyin(), ZONE, [shop])
    last = first + DAYS - 1
    assert {name: list(found) for name, found in misses.items()} == {
        name: list(found) for name, found in begun.misses(last).items()
    }
    for name, ahead in begun.foreseen(last)[shop].items():
        assert [one.sums.numerator for one in standing.foreseen(last)[shop][name]] == pytest.approx(
            [one.sums.numerator for one in ahead]
        )
    warehouse.close()
    world.close()
