"""When a source that fails is asked again: soon at first, however seldom it is asked, then later and later."""

from __future__ import annotations

import datetime

import pytest

from shopwatch.polling import FIRST_WAIT, LONGEST_WAIT, Poller
from shopwatch.records import Poll
from shopwatch.sources import SourceError
from shopwatch.warehouse import Brought

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


class Failing:
    """A source that never answers."""

    name, kind = "failing", "http"

    def __init__(self, every: float) -> None:
        self.every = every

    async def poll(self, cursor: str | None) -> Poll:
        raise SourceError("it doesn't answer")

    async def aclose(self) -> None:
        """Nothing is open."""


async def recall(_source: str) -> tuple[str | None, Brought]:
    return None, Brought(0, 0, ())


async def take(_source: str, _poll: Poll) -> Brought:
    return Brought(0, 0, ())


@pytest.mark.parametrize(
    ("every", "waits"),
    [
        (2.0, [4, 8, 16, 32, 64, 128, 256, 512, 600, 600]),
        (60.0, [120, 240, 480, 600, 600]),
        (3_600.0, [120, 240, 480, 960, 1_920, 3_600, 3_600]),
        (86_400.0, [120, 240, 480, 960, 1_920, 3_840]),
    ],
)
async def test_a_source_that_fails_is_asked_again(every: float, waits: list[float]) -> None:
    assert FIRST_WAIT * 2 == 120
    assert LONGEST_WAIT == 600
    poller = Poller(
        Failing(every), None, recall=recall, take=take, polled=lambda: None, now=lambda: NOW, monotonic=lambda: 0.0, _=str
    )  # fmt: skip
    found = []
    for _failure in waits:
        assert not await poller.poll()
        assert poller.next_try is not None
        found.append((poller.next_try - NOW).total_seconds())
    assert found == waits
