"""The anchored score on simulated shops: what shopwatch says before a page is printed, held against the page.

The marketplace's curves and weights are hidden: shopwatch has its records and its pages, and the shipped defaults.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from shopwatch.board import Board
from shopwatch.config import load
from shopwatch.refresher import Refresher
from shopwatch.warehouse import DuckWarehouse
from simulation import SOURCE, ZONE, Simulation, moment, whole

DAYS = 44
EVENING, MORNING = 22, 8
NEARER = 0.85
FIT_EVERY = 10  # days: a fleet's curves aren't fitted anew with every page


class Morning(NamedTuple):
    """A page, the one before it, and what was said in between: on the evening before, of what would be printed
    tomorrow, and live on the morning itself."""

    last: float
    printed: float
    evening: float
    morning: float

    def nearer(self, said: float) -> bool:
        return abs(said - self.printed) < abs(self.last - self.printed)


class Watched:
    """Simulated shops and a shopwatch that has all that they tell."""

    def __init__(self, folder: Path, simulation: Simulation, days: int) -> None:
        self.simulation = simulation
        self._refresher = Refresher.of(load(simulation.config(folder)), "en", str)
        self._warehouse = DuckWarehouse(duckdb.connect())
        self._warehouse.ingest(SOURCE, simulation.poll(moment(self.day(days), 12)))

    def close(self) -> None:
        self._warehouse.close()
        self.simulation.close()

    def day(self, number: int) -> datetime.date:
        return self.simulation.opening + datetime.timedelta(days=number)

    def boards(
        self, number: int, hour: int, only: Collection[str] | None = None, *, fit: bool = False
    ) -> Mapping[str, Board]:
        """Return the boards as they stood at an hour of a day."""
        now = datetime.datetime.fromtimestamp(moment(self.day(number), hour), ZONE)
        made = self._refresher.boards(
            self._warehouse,
            now,
            self._refresher.shops(self._warehouse, now),
            only=only,
            whole=(),
            split=(),
            ticks={},
            sources={},
            risks=0,
            pinned=True,
            patience=None if fit else 0,
        )
        return {board.id: board for board in made}

    def changes(self) -> Iterator[Morning]:
        """Yield the mornings on which a published score changed by a point or more."""
        for number in range(DAYS):
            last, printed = (self.published(day) for day in (number, number + 1))
            changed = [shop for shop in printed if abs(printed[shop] - last[shop]) >= 1]
            if number % FIT_EVERY == 0:
                self.boards(number, EVENING, fit=True)
            evening = self.boards(number, EVENING, changed)
            morning = self.boards(number + 1, MORNING, changed)
            for shop in changed:
                said = evening[shop].score, morning[shop].score
                assert [one.basis for one in said] == ["anchored"] * 2
                assert [one.published.value for one in said if one.published] == [last[shop]] * 2
                yield Morning(last[shop], printed[shop], said[0].next.value or 0, said[1].value or 0)

    def published(self, number: int) -> Mapping[str, float]:
        day = self.day(number)
        return {shop.id: whole(self.simulation.page(shop.id, day).total) for shop in self.simulation.shops}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    watched = Watched(tmp_path_factory.mktemp("simulated"), Simulation(seed=1, shops=12), DAYS)
    yield watched
    watched.close()


def test_the_records_give_the_values_that_the_page_prints(watched: Watched) -> None:
    for number in (1, 17):
        boards = watched.boards(number + 1, 12)
        for shop in watched.simulation.shops:
            values = watched.simulation.page(shop.id, watched.day(number)).values
            found = {one.id: one for part in boards[shop.id].dimensions for one in part.indicators}
            assert found.keys() == values.keys()
            # the last day of the trend before now
            assert {name: one.series[-2] for name, one in found.items()} == pytest.approx(dict(values))


def test_the_anchored_score_is_nearer_the_next_page_than_the_last_page_was(watched: Watched) -> None:
    changes = list(watched.changes())
    evening = sum(one.nearer(one.evening) for one in changes) / len(changes)
    morning = sum(one.nearer(one.morning) for one in changes) / len(changes)
    print(
        f"\nof {len(changes)} changes of a point or more, nearer than the last page:"
        f" {evening:.1%} on the evening before, {morning:.1%} on the morning itself"
    )
    assert len(changes) >= 150
    assert min(evening, morning) >= NEARER
