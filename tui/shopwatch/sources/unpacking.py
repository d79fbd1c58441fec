"""The body of an answer, unpacked as it comes and no further than is allowed.

Of what a stranger packed, a kilobyte may unpack into a megabyte, and packed twice into a thousand. So what is packed
once in the usual way is unpacked piece by piece, and what is packed otherwise is not taken.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import shown

if TYPE_CHECKING:
    import httpx

ASKED_FOR = {"Accept-Encoding": "gzip"}
"""The header that says how an answer may be packed."""

_PIECE = 1 << 20
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class TooLargeError(Exception):
    """There is more of it than is taken."""


class PackedError(Exception):
    """It can't be unpacked: packed in another way than this, or damaged. way: what the answer calls it."""

    def __init__(self, way: str) -> None:
        super().__init__(way)
        self.way = way


def packed_words(error: PackedError, host: str, _: Translate) -> str:
    words = _("{host} packs its answer so that it can't be unpacked ({way}); have it send gzip, or none")
    return words.format(host=host, way=shown(error.way, 40))


async def body_of(answer: httpx.Response, most: int) -> bytes:
    """Return the body of at most so many bytes; raises TooLargeError or PackedError."""
    way = answer.headers.get("content-encoding", "identity").strip().lower()
    unpack, body = _unpacker(way), bytearray()
    try:
        async for block in answer.aiter_raw():
            for piece in unpack(block):
                body += piece
                if len(body) > most:
                    raise TooLargeError
    except zlib.error:
        raise PackedError(way) from None
    return bytes(body)


def _unpacker(way: str) -> Callable[[bytes], Iterable[bytes]]:
    if way in ("", "identity"):
        return lambda block: (block,)
    if way not in ("gzip", "x-gzip", "deflate"):
        raise PackedError(way)
    inner = zlib.decompressobj(_GZIP_OR_ZLIB)

    def unpack(block: bytes) -> Iterator[bytes]:
        while block:
            yield inner.decompress(block, _PIECE)
            block = inner.unconsumed_tail

    return unpack
