"""One shop's calls to its marketplace, in its own speech and with the token that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from shopwatch.i18n import Translate
from shopwatch.sources.live.client import Answer, Client, Request
from shopwatch.sources.live.errors import ExpiredError, RefusedError, RetryError
from shopwatch.sources.live.refusals import ContractError, Keys, Refusal, error_of

T = TypeVar("T")


class Speech(Protocol):
    """How one app speaks to its marketplace. name: as people call it. secrets: what must never be repeated."""

    name: str
    keys: Keys
    secrets: Sequence[str]

    def request(self, method: str, params: Mapping[str, Any], token: str | None) -> Request:
        """Return a signed call, of this second."""
        ...

    def payload(self, body: bytes, method: str, /) -> Any:
        """Return what an answer says, out of what wraps it; raises Refusal and ContractError."""
        ...

    def limited(self, method: str, /) -> str:
        """Return what the limits of a method are counted for: itself, or all methods of the app."""
        ...


class Tokens(Protocol):
    """Where access tokens come from."""

    async def access(self) -> str: ...

    async def renewed(self, refused: str, /) -> str: ...

    def known(self) -> Sequence[str]:
        """Return the secrets that are held now."""
        ...


class Caller:
    """Makes single calls."""

    def __init__(self, client: Client, speech: Speech, _: Translate) -> None:
        self.speech, self._client, self._translate = speech, client, _

    async def call(self, method: str, params: Mapping[str, Any], token: str | None) -> Any:
        """Return what the method answers; raises LiveError."""

        def request() -> Request:
            return self.speech.request(method, params, token)

        def read(answer: Answer) -> Any:
            try:
                return self.speech.payload(answer.body, method)
            except Refusal as refusal:
                secrets = [*self.speech.secrets, token or "", params.get("refresh_token", "")]
                raise error_of(refusal, method, self.speech, answer.skew, secrets, self._translate) from None
            except ContractError:
                raise self.broken(method) from None

        return await self._client.call(self.speech.limited(method), request, read)

    def broken(self, method: str) -> RetryError:
        """Return what to raise where an answer is cut off, or lacks what its method promises."""
        _ = self._translate
        words = _("{host} answers {method} cut off or otherwise than documented; it is asked again")
        return RetryError(words.format(host=self._client.host, method=method))

    def endless(self, method: str) -> RefusedError:
        """Return what to raise where pages have no end."""
        _ = self._translate
        words = _("{method} has more pages than one reading takes; tell shopwatch's makers")
        return RefusedError(words.format(method=method))

    async def aclose(self) -> None:
        await self._client.aclose()


class Access:
    """Makes calls with a token, which is renewed once where it turns out to have ended."""

    def __init__(self, caller: Caller, tokens: Tokens) -> None:
        self._caller, self._tokens = caller, tokens
        self.name = caller.speech.name
        self.endless, self.aclose = caller.endless, caller.aclose

    async def ask(self, method: str, **params: Any) -> Any:
        """Return what the method answers; raises LiveError."""
        token = await self._tokens.access()
        try:
            return await self._caller.call(method, params, token)
        except ExpiredError:
            return await self._caller.call(method, params, await self._tokens.renewed(token))

    def promised(self, method: str, read: Callable[[], T]) -> T:
        """Return what is read out of an answer; raises RetryError where it isn't there."""
        try:
            return read()
        except ContractError:
            raise self._caller.broken(method) from None

    @property
    def secrets(self) -> Sequence[str]:
        """What no record may hold, whatever a server repeats."""
        return [*self._caller.speech.secrets, *self._tokens.known()]
