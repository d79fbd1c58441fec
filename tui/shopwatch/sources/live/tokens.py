"""Tokens at rest, in a file that its owner alone may read, and one renewal at a time.

A renewal often makes the token before it worthless, so both tokens of an answer are on disk before either is used,
and a second process that has renewed them is noticed by its file.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from shopwatch.config import Secret
from shopwatch.i18n import Translate
from shopwatch.sources.live.errors import ReauthoriseError
from shopwatch.sources.live.timing import Timing
from shopwatch.whole_files import write_whole

AHEAD = 3000.0
"""Seconds before its end at which a token is renewed, where it can be."""


class Token(msgspec.Struct, frozen=True):
    """expires_at: epoch seconds; None: not known. A repr shows nothing of it."""

    access: str
    refresh: str = ""
    expires_at: float | None = None

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at})"

    @property
    def secret(self) -> Secret:
        return Secret(self.access)


class TokenFile:
    """One token's file."""

    def __init__(self, folder: Path, platform: str, app: str, shop: str) -> None:
        named = hashlib.sha256(f"{app}\0{shop}".encode()).hexdigest()[:16]
        self.path = folder / f"{platform}-{named}.json"

    def load(self) -> Token | None:
        """Return what is stored, None where there is nothing of use."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Token)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def save(self, token: Token) -> None:
        """Replace what is stored: after a crash there is the old one or the new one, whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self.path, msgspec.json.encode(token), mode=0o600)


Grant = Callable[[Token | None], Awaitable[Token]]
"""Asks the marketplace for a token: the first, or the one after this."""


class Holder:
    """The one token of a source. first: from the configuration, used where none is stored."""

    def __init__(self, file: TokenFile, grant: Grant, timing: Timing, first: Token | None = None) -> None:
        self._file, self._grant, self._timing, self._first = file, grant, timing, first
        self._token: Token | None = None
        self._renewing = asyncio.Lock()

    async def access(self) -> Secret:
        """Return an access token that will do."""
        token = self._token
        if token is None or self._is_ending(token):
            async with self._renewing:
                token = await self._current()
        return token.secret

    async def renewed(self, refused: str, /) -> Secret:
        """Return another token than the one that was refused."""
        async with self._renewing:
            stored = self._file.load()
            if self._token is not None and self._token.access != refused:
                return self._token.secret  # somebody who waited longer has renewed it
            if stored is not None and stored.access != refused:
                self._token = stored
                return stored.secret
            return (await self._granted(self._token or stored)).secret

    async def _current(self) -> Token:
        token = self._file.load() or self._token or self._first
        if token is None:
            return await self._granted(None)
        self._token = token
        return await self._granted(token) if self._is_ending(token) else token

    async def _granted(self, before: Token | None) -> Token:
        token = await self._grant(before)
        await asyncio.to_thread(self._file.save, token)
        self._token = token
        return token

    def known(self) -> list[str]:
        token = self._token or self._first
        return [token.access, token.refresh] if token else []

    def _is_ending(self, token: Token) -> bool:
        return token.expires_at is not None and token.expires_at - self._timing.wall() < AHEAD


class Given:
    """A token of the configuration that nothing can renew."""

    def __init__(self, token: str, _: Translate) -> None:
        self._token, self._translate = Secret(token), _

    async def access(self) -> Secret:
        return self._token

    async def renewed(self, _refused: str) -> Secret:
        _ = self._translate
        raise ReauthoriseError(_("the token has ended and nothing can renew it; authorise the app again"))

    def known(self) -> list[str]:
        return [self._token]
