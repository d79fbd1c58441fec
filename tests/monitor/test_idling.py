"""Boards are made new for what time alone changes, and hardly for nothing."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from at_work import at_work
from monitor.test_monitor import ORDERS, UNSHIPPED, config, until, written
from screens.fixture_boards import NOW, boards
from shopwatch import fresh
from shopwatch.answers import LIVE_RISKS
from shopwatch.board import Board
from shopwatch.config import MonitorSection, load
from shopwatch.idling import LEAST, MOST, Idling
from shopwatch.monitor import open_monitor
from shopwatch.once import Once
from until import PATIENCE

SECOND, DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)


def quiet_boards(**changed: object) -> list[Board]:
    """Boards of which no clock is running, but for what is changed of the first."""
    still = [
        msgspec.structs.replace(board, risks=(), quiet=type(board.quiet)()) for board in boards("en").values()
    ]
    return [msgspec.structs.replace(still[0], **changed), *still[1:]]


def midnight() -> datetime.datetime:
    return (NOW + DAY).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.mark.parametrize(
    ("cost", "rest"), [(0.0, LEAST), (0.01, LEAST), (0.1, 50.0), (0.2, 100.0), (3.0, MOST), (60.0, MOST)]
)
def test_all_are_looked_at_no_oftener_than_is_cheap(cost: float, rest: float) -> None:
    idling = Idling(shared=False)
    assert idling.is_due(0.0)
    idling.made_all(quiet_boards(), NOW, cost, 1000.0)
    assert not idling.is_due(1000.0 + rest - 0.1)
    assert idling.is_due(1000.0 + rest)


def test_what_others_may_have_brought_is_looked_at_as_ever() -> None:
    idling = Idling(shared=True)
    idling.made_all(quiet_boards(), NOW, 60.0, 1000.0)
    assert idling.is_due(1000.0 + LEAST)


def test_a_shop_turns_when_a_clock_of_it_has_run_out() -> None:
    (risk, *_more) = next(board.risks for board in boards("en").values() if board.risks)
    soon, later = NOW + 40 * SECOND, NOW + 7 * SECOND * 60
    risk = msgspec.structs.replace(risk, deadline=soon, starts_at=None, yuan_at=later, snoozed_until=None)
    fleet = quiet_boards(risks=(risk,))
    idling = Idling(shared=False)
    idling.made_all(fleet, NOW, 0.1, 0.0)
    assert idling.turned(soon - SECOND) == set()
    assert idling.turned(soon) == {fleet[0].id}
    idling.made(fleet[:1], soon)
    assert idling.turned(later - SECOND) == set(), "what has run out doesn't run out again"
    assert idling.turned(later) == {fleet[0].id}


def test_every_shop_turns_at_its_midnight() -> None:
    fleet: Sequence[Board] = quiet_boards()
    idling = Idling(shared=False)
    idling.made_all(fleet, NOW, 0.1, 0.0)
    assert idling.turned(midnight() - SECOND) == set()
    assert idling.turned(midnight()) == {board.id for board in fleet}
    idling.made_all(fleet[1:], midnight(), 0.1, 0.0)
    assert idling.turned(midnight() + DAY) == {board.id for board in fleet[1:]}, "of one that is gone nothing"


async def test_a_clock_that_runs_out_is_seen_though_nothing_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything made new before."""
    monkeypatch.setattr(fresh, "IDLE_LOOK", 0.2)
    (tmp_path / "exports").mkdir()
    written(tmp_path / "exports" / "orders.csv", ORDERS, UNSHIPPED)
    time = NOW
    made = config(tmp_path, monitor=MonitorSection(refresh=0.1))
    monitor = open_monitor(made, tmp_path / "state", clock=lambda: time, language="en")
    async with at_work(monitor):
        await until(monitor, lambda board: board.risks and board.sources[0].last_success)
        await asyncio.sleep(5.0)  # in which all of the past is looked at
        board = next(iter(monitor.boards.values()))
        time += 60 * SECOND
        await asyncio.sleep(1.0)
        assert monitor.boards[board.id].as_of == NOW, "nothing has run out yet"
        deadline = min(at for risk in board.risks if (at := risk.deadline) and at > time)
        for turn in sorted({midnight(), deadline}):
            time = turn + SECOND
            await until(monitor, lambda board, at=time: board.as_of == at)


async def test_all_of_the_past_is_looked_at_though_nothing_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refresh looks at a part of it; what is in view doesn't wait for the next poll with the rest."""
    monkeypatch.setattr(fresh, "IDLE_LOOK", 3600.0)
    example = load(Path(__file__).parents[2] / "config.example.toml")
    once = Once(example, tmp_path / "once", clock=lambda: NOW, language="en")
    try:
        status = (await once.status(None, poll=True, shop=None, risks=LIVE_RISKS)).status
    finally:
        await once.aclose()
    whole = chances(status.shops[0])
    quick = msgspec.structs.replace(example, monitor=msgspec.structs.replace(example.monitor, refresh=0.1))
    monitor = open_monitor(quick, tmp_path / "state", clock=lambda: NOW, language="en")
    async with at_work(monitor), asyncio.timeout(PATIENCE):
        while (seen := monitor.boards.get(status.shops[0].id)) is None or chances(seen) != whole:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def chances(board: Board) -> dict[tuple[str | None, str], float | None]:
    return {(risk.order_id, risk.clock): risk.p_miss for risk in board.risks}
