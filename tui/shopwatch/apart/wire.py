"""What goes between the terminal and the monitor: messages in JSON, each after its length, over a pair of sockets.

JSON and not msgpack, since it keeps a moment's offset; it is how the journal keeps boards, too. Of a board only the
fields that have changed go over.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import struct
import zoneinfo
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from shopwatch.board import AlertBoard, Board
from shopwatch.board.values import Value

if TYPE_CHECKING:
    from shopwatch.config import Config
    from shopwatch.demo.clock import SimClock

_LENGTH = struct.Struct(">I")
_BUFFER = 1 << 20  # bytes that are read ahead

BoardFields: Any = msgspec.defstruct(
    "BoardFields",
    [(one.name, one.type | msgspec.UnsetType, msgspec.UNSET) for one in msgspec.structs.fields(Board)],
    frozen=True,
    kw_only=True,
)
"""A board of which a field may be left out: it is as it was."""


class Order(msgspec.Struct, frozen=True):
    """What the child is started with. It is pickled: it comes from our own other half, over a socket that nobody else
    has, and holds a configuration with its secrets, which nothing else should be able to write out."""

    config: Config
    state: Path
    language: str
    clock: SimClock | None  # the time that shops live by; None: the real one
    polls: bool


# To the monitor


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """A question, by the name of the feed's method. given: what it is asked with."""

    id: int
    method: str
    given: msgspec.Raw


class Cancel(msgspec.Struct, frozen=True, tag="cancel"):
    """Nobody waits for the answer to a question any more."""

    id: int


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    paused: bool


# To the terminal


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    id: int
    value: msgspec.Raw


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A question that could not be answered: the kind of the error alone, since its words may quote anything."""

    id: int
    kind: str


class Changed(msgspec.Struct, frozen=True, tag="changed"):
    """What is new of one board; it shows with the next `Shown`. zone: the name of the one that `as_of` is in, of which
    its text has only the offset."""

    shop: str
    fields: BoardFields
    zone: str | None


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """All that a feed has beside its boards. shops: whose boards there are, in their order. told: whose are no longer
    those of before the start."""

    shops: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    next_poll: datetime.datetime | None = None
    trouble: str | None = None
    alerts: tuple[AlertBoard, ...] = ()
    unheard: tuple[str, ...] = ()
    replayed: datetime.datetime | None = None


class Sorry(msgspec.Struct, frozen=True, tag="sorry"):
    """Why the monitor can't begin, in a sentence."""

    words: str


ToMonitor = Ask | Cancel | Pause
ToTerminal = Answer | Failed | Changed | Shown | Sorry


def difference(board: Board, before: Board | None) -> Changed | None:
    """Return what is new of a board; None where nothing is."""
    if board is before:
        return None
    new = dict(_new(board, before))
    if not new:
        return None
    zone = board.as_of.tzinfo if board.as_of else None
    return Changed(board.id, BoardFields(**new), getattr(zone, "key", None))


def _new(board: Board, before: Board | None) -> Iterator[tuple[str, object]]:
    for name in Board.__struct_fields__:
        value = getattr(board, name)
        if before is None or getattr(before, name) != value:
            yield name, value


def changed(before: Board | None, news: Changed) -> Board:
    """Return the board as it is by now."""
    fields = {
        name: value
        for name in Board.__struct_fields__
        if (value := getattr(news.fields, name)) is not msgspec.UNSET
    }
    if news.zone is not None and fields.get("as_of") is not None:
        fields["as_of"] = fields["as_of"].astimezone(zoneinfo.ZoneInfo(news.zone))
    return Board(**fields) if before is None else msgspec.structs.replace(before, **fields)


class Wire:
    """One end of the pair. Whatever is sent goes whole and in its order; whoever sends waits for a slow reader."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._encoder = msgspec.json.Encoder()

    def put(self, message: Value | msgspec.Struct) -> None:
        self.put_bytes(self._encoder.encode(message))

    def put_bytes(self, words: bytes) -> None:
        self._writer.write(_LENGTH.pack(len(words)) + words)

    async def room(self) -> None:
        """Wait until the other end has read most of what was put. Whoever reads notices where it has gone."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def frame(self) -> bytes:
        """Return the next message as it was sent; raises EOFError at the other's end."""
        try:
            (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
            return await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise EOFError from None

    async def frames(self) -> AsyncIterator[bytes]:
        """Yield what comes until the other end closes."""
        while True:
            try:
                yield await self.frame()
            except EOFError:
                return

    def close(self) -> None:
        self._writer.close()


async def wired(end: socket.socket) -> Wire:
    """Speak over one of the sockets."""
    return Wire(*await asyncio.open_connection(sock=end, limit=_BUFFER))
