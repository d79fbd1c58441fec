"""One signed call to a marketplace: limits, time-outs, sizes, retries.

The request is made anew for every attempt, since its time is signed. No redirect is followed: a signature goes to the
host that it was made for. What goes wrong is told without an address, in which tokens stand.
"""

from __future__ import annotations

import asyncio
import email.utils
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from shopwatch.i18n import Translate
from shopwatch.sources.live.connections import Connections
from shopwatch.sources.live.errors import LiveError, RefusedError, RetryError
from shopwatch.sources.live.limits import Limits
from shopwatch.sources.live.timing import Timing
from shopwatch.sources.unpacking import PackedError, TooLargeError, body_of, packed_words

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

ATTEMPTS = 6
FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
PATIENCE = 60.0
"""A longer ban ends the poll; the method is left alone until it is over all the same."""
LARGEST_ANSWER = 32 << 20


class Request(NamedTuple):
    """What is sent. path: after the gateway's own."""

    verb: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = {}
    content: bytes | None = None
    form: Mapping[str, str] | None = None


class Answer(NamedTuple):
    """What came. skew: by how many seconds this machine's clock is ahead of the server's, where it says its own."""

    body: bytes
    skew: float | None


class Client:
    """Of one source. rate: calls a second of each method."""

    def __init__(
        self,
        gateway: str,
        app: str,
        *,
        rate: float,
        timeout: float,
        limits: Limits,
        connections: Connections,
        timing: Timing,
        _: Translate,
    ) -> None:
        self.host = urlsplit(gateway).hostname or gateway
        self._gateway, self._app, self._rate, self._timeout = gateway.rstrip("/"), app, rate, timeout
        self._limits, self._timing, self._translate = limits, timing, _
        self._connections = connections
        self._http: httpx.AsyncClient | None = None

    async def call(self, method: str, request: Callable[[], Request], read: Callable[[Answer], T]) -> T:
        """Ask until `read` takes an answer. It raises a LiveError; RetryErrors are asked again, a few times."""
        attempt = 0
        while True:
            attempt += 1
            try:
                await self._allowed(method)
                return read(await self._asked(request()))
            except RetryError as error:
                wait = self._wait(method, error, attempt)
                if wait is None:
                    raise
            await self._timing.sleep(wait)

    async def aclose(self) -> None:
        if self._http is not None:
            self._http = None
            await self._connections.give_back(self._gateway)

    async def _allowed(self, method: str) -> None:
        """Wait until the method may be asked; raises LiveError where that is too long."""
        _ = self._translate
        shut = self._limits.breaker(self._gateway).shut_for(self._timing.monotonic())
        held = self._limits.held(self._app, method)
        if shut or held > PATIENCE:
            words = _("{host} is left alone for {seconds} s more; then it is asked again")
            raise LiveError(words.format(host=self.host, seconds=int(max(shut, held)) + 1))
        if held:
            await self._timing.sleep(held)
        await self._limits.turn(self._app, method, self._rate)

    def _wait(self, method: str, error: RetryError, attempt: int) -> float | None:
        """Return how long to wait before the next attempt, None where there is none."""
        if error.wait is not None:
            self._limits.hold(self._app, method, error.wait)
            return None if error.wait > PATIENCE or attempt >= ATTEMPTS else 0.0
        if attempt >= ATTEMPTS:
            return None
        wait = min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
        return float(wait * (0.5 + self._timing.chance()))

    async def _asked(self, request: Request) -> Answer:
        """Send, and tell the breaker whether there was an answer."""
        breaker = self._limits.breaker(self._gateway)
        try:
            answer = await self._sent(request)
        except RetryError as error:
            if error.silent:
                breaker.silent(self._timing.monotonic())
            else:
                breaker.answered()
            raise
        breaker.answered()
        return answer

    async def _sent(self, request: Request) -> Answer:
        import httpx

        _ = self._translate
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._connected().stream(
                    request.verb,
                    self._gateway + request.path,
                    params=dict(request.query),
                    headers=dict(request.headers),
                    content=request.content,
                    data=None if request.form is None else dict(request.form),
                    timeout=self._timeout,
                ) as answer,
            ):
                return await self._answer(answer)
        except (httpx.TimeoutException, TimeoutError):
            words = _("{host} did not answer within {seconds} s; it is asked again at the next poll")
            raise RetryError(
                words.format(host=self.host, seconds=f"{self._timeout:g}"), silent=True
            ) from None
        except httpx.ConnectError:
            words = _("{host} can't be reached; check the network, its name and the proxy")
            raise RetryError(words.format(host=self.host), silent=True) from None
        except httpx.HTTPError as error:
            words = _("the connection to {host} broke off ({kind}); it is asked again at the next poll")
            raise RetryError(words.format(host=self.host, kind=type(error).__name__), silent=True) from None

    async def _answer(self, answer: httpx.Response) -> Answer:
        _ = self._translate
        if answer.status_code != 200:
            raise self._status(answer)
        try:
            body = await body_of(answer, LARGEST_ANSWER)
        except TooLargeError:
            words = _("{host} sends more than {size} MiB in one answer, which is not taken")
            raise RefusedError(words.format(host=self.host, size=LARGEST_ANSWER >> 20)) from None
        except PackedError as error:
            raise RefusedError(packed_words(error, self.host, _)) from None
        return Answer(body, self._skew(answer.headers.get("date")))

    def _status(self, answer: httpx.Response) -> LiveError:
        _ = self._translate
        code = answer.status_code
        if code == 429 or code >= 500:
            words = _("{host} answers with status {code}; it is asked again at the next poll")
            wait = self._retry_after(answer.headers.get("retry-after"))
            return RetryError(words.format(host=self.host, code=code), wait=wait)
        words = _("{host} answers with status {code}; check `gateway`")
        return RefusedError(words.format(host=self.host, code=code))

    def _retry_after(self, header: str | None) -> float | None:
        """The seconds of a `Retry-After`: a number, or a date."""
        if not header:
            return None
        if header.strip().isdecimal():
            return float(header)
        moment = _moment(header)
        return None if moment is None else max(0.0, moment - self._timing.wall())

    def _skew(self, header: str | None) -> float | None:
        moment = _moment(header) if header else None
        return None if moment is None else self._timing.wall() - moment

    def _connected(self) -> httpx.AsyncClient:
        if self._http is None:
            self._http = self._connections.hold(self._gateway)
        return self._http


def _moment(header: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(header).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
