"""Records over HTTP, page after page of JSON.

A server that is made for shopwatch sends canonical records of any tables at once:

    GET <url>?cursor=<cursor>
    {"records": {"orders": [{"shop": "…", "order_id": "…", "paid_at": 1795140000, …}, …],
                 "parcels": […], …},
     "cursor": "…", "more": false}

The fields are those of `records.py`; money is in fen, days are ISO dates or days since 1970, moments are
epoch seconds, or milliseconds, or ISO 8601. A record is sent whole; what it can't know is left out.
`known_at` missing means the moment of the answer. `cursor` is the server's own and is sent back at the next
page or poll (none at the first); while `more` is true the next page is fetched at once. A cursor that the
server has forgotten is answered with 400 or 410, and everything is asked for anew. An answer without `cursor`
is read whole at each poll. Records whose every value is of its field's own type are the cheapest to read.

Any other server is read by `records`, `records_path` (where the list of objects is, dotted; the one list, if
it isn't given) and `map`, as a JSON file is. `paging` says how its pages follow each other, see paging.py; without
it, `cursor` and `more` are taken from the top of the answer, where it has them.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import ssl
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from shopwatch.config import common
from shopwatch.i18n import Translate
from shopwatch.records import Poll
from shopwatch.sources import SourceError
from shopwatch.sources.cleaning import shown
from shopwatch.sources.credentials import secrets_of
from shopwatch.sources.files import Shape
from shopwatch.sources.lending import Keeper, in_thread
from shopwatch.sources.pages import Pages, Told, read_table
from shopwatch.sources.paging import OwnCursor, Seen, StandingStillError, Step, Way
from shopwatch.sources.reader import Place, Reader, Taken
from shopwatch.sources.unpacking import ASKED_FOR, PackedError, TooLargeError, body_of, packed_words

if TYPE_CHECKING:
    import httpx

LARGEST_PAGE = 64 << 20
MOST_PAGES = 500
"""Of one poll; the next goes on from its cursor."""
LARGEST_POLL = 512 << 20
MOST_REDIRECTS = 3
STALE = (400, 410)
"""How a server refuses a cursor that it has forgotten, or never gave."""


class _StaleCursorError(Exception):
    """The server refuses the cursor."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class HttpSource:
    """One URL that is asked for pages."""

    kind = "http"

    def __init__(
        self,
        *,
        name: str,
        every: float,
        url: str,
        place: Place,
        shape: Shape,
        records_path: str | None,
        headers: Mapping[str, str],
        method: str = "GET",
        body: Mapping[str, Any] | None = None,
        way: Way | None = None,
        timeout: float,
        keeper: Keeper | None = None,
        _: Translate,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.every = every
        self._url = url
        self._place = place
        self._shape = shape
        self._records_path = records_path
        self._method = method
        self._content = None if body is None else dict(body)
        self._way = way or OwnCursor()
        self._translate = _
        self._wall = wall
        self._loopback = is_loopback(url)
        if urlsplit(url).scheme != "https" and not (urlsplit(url).scheme == "http" and self._loopback):
            raise SourceError(
                _("{name}: only https is asked (http on this machine alone); correct `url`").format(name=name)
            )
        self._timeout = timeout
        self._client = self._connected(headers)
        self._secrets = secrets_of(url, headers, body or {})
        self._keeper = keeper or Keeper()
        self._own_keeper = keeper is None

    async def poll(self, cursor: str | None) -> Poll:
        """Ask for pages until the server has no more, and read them."""
        try:
            return await self._poll(cursor)
        except _StaleCursorError as stale:
            again = await self._poll(None)
            _ = self._translate
            sentence = _(
                "{host} no longer knows where the last poll ended (status {code}); all was read again"
            )
            return msgspec.structs.replace(
                again, waiting=(sentence.format(host=self._host, code=stale.code),)
            )

    async def _poll(self, cursor: str | None) -> Poll:
        with tempfile.TemporaryDirectory(dir=self._scratch(), ignore_cleanup_errors=True) as folder:
            pages = self._pages(Path(folder))
            reached = await self._fetch(cursor, pages)
            taken = await in_thread(
                self._place, self._translate, lambda reader: self._read(reader, pages.tables), self._keeper
            )
        # Where all was read anew, what was wrong before is wrong no more.
        origins = (self._origin,) if cursor is None or reached is None else ()
        return Poll(
            batches=tuple(taken.batches), rejects=tuple(taken.rejects), origins=origins, cursor=reached
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._own_keeper:
            self._keeper.close()
        await self._client.aclose()

    def _scratch(self) -> Path:
        self._place.scratch.mkdir(parents=True, exist_ok=True)
        return self._place.scratch

    def _pages(self, folder: Path) -> Pages:
        shape = self._shape
        return Pages(
            folder,
            self.name,
            records=shape.records,
            records_path=self._records_path,
            as_they_are=shape.shop is None and shape.map is None,
            shop=self._place.shop,
            secrets=self._secrets,
            _=self._translate,
        )

    async def _fetch(self, cursor: str | None, pages: Pages) -> str | None:
        _ = self._translate
        total, before = 0, b""
        step = self._way.begin(cursor)
        for _number in range(MOST_PAGES):
            body, link = await self._get(step, may_be_stale=cursor is not None)
            total += len(body)
            known = pages.records
            page = await asyncio.to_thread(pages.take, body)
            seen = Seen(page, body, pages.records - known, link)
            following = self._following(step, seen, before)
            if following is None or total > LARGEST_POLL:
                break
            step, before = following, body
        kept = self._way.kept(seen)
        if following is not None and kept is None:
            words = _("{host} has more pages than one poll takes; ask for larger ones, or for less")
            raise SourceError(words.format(host=self._host))
        return kept

    def _following(self, step: Step, seen: Seen, before: bytes) -> Step | None:
        """Return the page after the one seen. before: the text of the page before it."""
        _ = self._translate
        try:
            following = self._way.after(step, seen)
            stands = following is not None and following.url is None and seen.body == before
        except StandingStillError:
            stands = True
        if stands:
            words = _("{host} says that there is more but its cursor stands still; tell its maker")
            raise SourceError(words.format(host=self._host))
        return following

    def _connected(self, headers: Mapping[str, str]) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(
            timeout=self._timeout,
            headers=ASKED_FOR | dict(headers),
            trust_env=not self._loopback,
            verify=trusted(urlsplit(self._url).scheme),
        )

    async def _get(self, step: Step, *, may_be_stale: bool) -> tuple[bytes, str]:
        """Return a page's text and its `Link` header."""
        import httpx

        _ = self._translate
        url, content = self._request(step)
        try:
            async with asyncio.timeout(self._timeout * 3):
                for _redirect in range(MOST_REDIRECTS + 1):
                    async with self._client.stream(self._method, url, json=content) as answer:
                        if may_be_stale and answer.status_code in STALE:
                            raise _StaleCursorError(answer.status_code)
                        if not answer.is_redirect:
                            return await self._body(answer), ", ".join(answer.headers.get_list("link"))
                        url = self._redirected(url, answer.headers.get("location", ""))
        except (httpx.TimeoutException, TimeoutError):
            raise SourceError(
                _("{host} did not answer within {seconds} s; it is asked again at the next poll").format(
                    host=self._host, seconds=f"{self._timeout:g}"
                )
            ) from None
        except httpx.HTTPError as error:
            raise SourceError(
                _("{host} can't be reached ({reason}); check `url` and the network").format(
                    host=self._host, reason=shown(_without_url(error), 80)
                )
            ) from None
        raise SourceError(_("{host} redirects in circles; correct `url`").format(host=self._host))

    def _request(self, step: Step) -> tuple[httpx.URL, dict[str, Any] | None]:
        """Return the address of a page, and what is sent with it: parameters go where the others stand."""
        import httpx

        url = httpx.URL(self._url)
        if step.url is not None:
            return self._redirected(url, step.url), self._content
        if self._content is not None:
            return url, self._content | dict(step.params)
        return (url.copy_merge_params(dict(step.params)) if step.params else url), None

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        _ = self._translate
        target = url.join(location)
        if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
            raise SourceError(
                _(
                    "{host} redirects to {other}, which is not followed; if that is right, put it into `url`"
                ).format(host=self._host, other=shown(target.host, 80))
            )
        return target

    async def _body(self, answer: httpx.Response) -> bytes:
        _ = self._translate
        if answer.status_code != 200:
            raise SourceError(
                _status_words(answer.status_code, _).format(host=self._host, code=answer.status_code)
            )
        try:
            return await body_of(answer, LARGEST_PAGE)
        except TooLargeError:
            words = _("{host} sends more than {size} MiB in one page; ask it for smaller pages")
            raise SourceError(words.format(host=self._host, size=LARGEST_PAGE >> 20)) from None
        except PackedError as error:
            raise SourceError(packed_words(error, self._host, _)) from None

    def _read(self, reader: Reader, tables: dict[str, Told]) -> Taken:
        """Read the pages of every table; a batch that won't be handed over is deleted."""
        taken = Taken()
        now = int(self._wall())
        try:
            for table, told in tables.items():
                shape = dataclasses.replace(self._shape, records=table)
                found = read_table(
                    reader, table, told, shape, self._place.shop, self._origin, now, self._translate
                )
                taken.batches += found.batches
                taken.rejects += found.rejects
        except BaseException:
            taken.discard()
            raise
        return taken

    @property
    def _origin(self) -> str:
        """The address without its query, in which secrets may stand."""
        parts = urlsplit(self._url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"

    @property
    def _host(self) -> str:
        return urlsplit(self._url).hostname or self.name


@functools.cache
def trusted(scheme: str) -> ssl.SSLContext:
    """Return the certificates that are trusted, read once for all sources; over plain HTTP none is ever looked at."""
    import httpx

    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if scheme == "http" else httpx.create_ssl_context()


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return common.is_loopback(urlsplit(url).hostname or "")


def _status_words(code: int, _: Translate) -> str:
    if code in (401, 403):
        return _("{host} refuses the key (status {code}); renew it and check `headers`")
    if code == 404:
        return _("{host} knows no such page (status {code}); check `url`")
    if code == 429:
        return _("{host} is asked too often (status {code}); raise `every`")
    if code >= 500:
        return _("{host} has a fault of its own (status {code}); it is asked again at the next poll")
    return _("{host} answers with status {code}; check `url`")


def _without_url(error: Exception) -> str:
    """The first line of what went wrong; an address with its query is a secret to some."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if "://" not in text else type(error).__name__
