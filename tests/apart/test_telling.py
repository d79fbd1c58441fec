"""What the monitor's process tells the terminal's, read at the other end of the socket."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
from collections.abc import AsyncIterator

import msgspec

from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW
from shopwatch.apart.telling import Teller
from shopwatch.apart.wire import Changed, Shown, ToTerminal, Wire, wired

SILENCE = 0.3  # seconds after which nothing more will come


@contextlib.asynccontextmanager
async def telling(feed: FakeFeed) -> AsyncIterator[tuple[Teller, Wire]]:
    here, there = socket.socketpair()
    ours, theirs = await wired(here), await wired(there)
    teller = Teller(feed, theirs)
    running = asyncio.create_task(teller.run())
    try:
        yield teller, ours
    finally:
        running.cancel()
        ours.close()
        theirs.close()


async def told(wire: Wire) -> list[ToTerminal]:
    found: list[ToTerminal] = []
    with contextlib.suppress(TimeoutError):
        while True:
            words = await asyncio.wait_for(wire.frame(), SILENCE)
            found.append(msgspec.json.decode(words, type=ToTerminal))
    return found


async def test_what_is_told_once_is_not_told_again() -> None:
    feed = FakeFeed("zh_CN")
    async with telling(feed) as (teller, wire):
        feed.tell()
        *boards, shown = await told(wire)
        assert {one.shop for one in boards if isinstance(one, Changed)} == set(feed.shops)
        assert isinstance(shown, Shown)
        assert set(shown.told) == set(feed.shops)
        teller.look()
        assert await told(wire) == []


async def test_of_what_changes_that_alone_is_told() -> None:
    feed = FakeFeed("zh_CN")
    async with telling(feed) as (teller, wire):
        feed.tell()
        await told(wire)
        feed.next_poll = NOW + datetime.timedelta(minutes=5)
        teller.look()
        (shown,) = await told(wire)
        assert isinstance(shown, Shown)
        assert (shown.next_poll, shown.told) == (feed.next_poll, ())
        feed.change("flagship", drivers=())
        board, _shown = await told(wire)
        assert isinstance(board, Changed)
        assert board.shop == "flagship"
        assert board.fields.drivers == ()
