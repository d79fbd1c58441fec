"""A Kuaishou shop: which lists are asked, in which stretches, and how their pages are turned."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.kuaishou.client import KuaishouClient
from shopwatch.sources.kuaishou.envelope import ContractError, cursor, listed
from shopwatch.sources.kuaishou.records import comment_records, order_records, refund_records, score_records
from shopwatch.sources.kuaishou.signing import SignMethod
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.errors import RefusedError
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.tokens import Holder, Token, TokenFile

T = TypeVar("T")

DAY = 86_400
OVERLAP = 600
ORDERS_PAGE, REFUNDS_PAGE, COMMENTS_PAGE = 50, 100, 20
MOST_PAGES = 1000
ALL, BY_UPDATE, OLDEST_FIRST, ALL_REFUNDS = 1, 2, 2, 9
BEIJING = 8 * 3600


@dataclasses.dataclass(slots=True)
class _List:
    """A list that is read by time; see live/platform.py."""

    name: str
    pages: Callable[[int, int], AsyncGenerator[Read, None]]
    keeps: int
    longest: int = DAY
    overlap: int = OVERLAP
    every: float = 0.0

    def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        return self.pages(begin, end)


class Kuaishou:
    """What is asked of one shop. It has no traces of parcels, no chats and no tickets to tell of."""

    kind = "kuaishou"
    tracer: Tracer | None = None
    lacks: Sequence[str] = ("scans", "chats", "agent_days", "tickets", "events")

    def __init__(self, client: KuaishouClient, _: Translate) -> None:
        self._client = client
        self._translate = _
        self.streams: Sequence[Stream] = [
            _List("orders", self._orders, keeps=89, longest=DAY),
            _List("refunds", self._refunds, keeps=89, longest=DAY - 1),
            _List("comments", self._comments, keeps=89, every=600.0),
        ]
        self.chores: Sequence[Chore] = [Score(client)]

    async def shop(self) -> str:
        """Raise: Kuaishou has no method that tells a shop's id."""
        _ = self._translate
        raise RefusedError(_("Kuaishou doesn't tell a shop's id; put the source into its [[shop]]"))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _orders(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for orders in self._by_cursor(
            "open.order.cursor.list", "orderList", "cursor", orderViewStatus=ALL, pageSize=ORDERS_PAGE,
            beginTime=begin * 1000, endTime=end * 1000 + 999, sort=OLDEST_FIRST, queryType=BY_UPDATE,
        ):  # fmt: skip
            yield Read([told for order in orders for told in order_records(order)])

    async def _refunds(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for refunds in self._by_cursor(
            "open.seller.order.refund.pcursor.list", "refundOrderInfoList", "pcursor", type=ALL_REFUNDS,
            pageSize=REFUNDS_PAGE, currentPage=1, beginTime=begin * 1000, endTime=end * 1000 + 999,
            sort=OLDEST_FIRST, queryType=BY_UPDATE,
        ):  # fmt: skip
            yield Read([told for refund in refunds for told in refund_records(refund)])

    async def _by_cursor(
        self, method: str, name: str, key: str, **param: Any
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield page after page; the cursor of each is the next one's, as it came."""
        at, seen = "", set[str]()
        for _number in range(MOST_PAGES):
            data = await self._client.call(method, **param, **{key: at})
            yield self._promised(method, data, lambda data: listed(data, name))
            following = self._promised(method, data, lambda data: cursor(data, key))
            if following is None:
                return
            if following in seen or following == at:
                raise self._client.broken(method)
            seen.add(following)
            at = following
        raise self._endless(method)

    async def _comments(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        method = "open.comment.list.get"
        for number in range(MOST_PAGES):
            data = await self._client.call(
                method, createTimeFrom=begin * 1000, createTimeTo=end * 1000 + 999, limit=COMMENTS_PAGE,
                offset=number * COMMENTS_PAGE,
            )  # fmt: skip
            comments = self._promised(method, data, lambda data: listed(data, "rootComment"))
            yield Read([told for comment in comments for told in comment_records(comment)])
            if len(comments) < COMMENTS_PAGE:
                return
        raise self._endless(method)

    def _promised(self, method: str, data: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
        try:
            return read(data)
        except ContractError:
            raise self._client.broken(method) from None

    def _endless(self, method: str) -> RefusedError:
        _ = self._translate
        words = _("{method} has more pages than one reading takes; tell shopwatch's makers")
        return RefusedError(words.format(method=method))


def kuaishou(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Kuaishou:
    """Make it as its section of the configuration says."""
    app_key = section.app_key or ""
    access = KuaishouClient(
        client,
        app_key=app_key,
        app_secret=section.app_secret or "",
        sign_secret=section.sign_secret or "",
        sign_method=cast("SignMethod", section.sign_method or "MD5"),
        wall=shared.timing.wall,
        _=_,
    )
    given = Token(section.access_token or "", section.refresh_token or "")
    file = TokenFile(shared.tokens, "kuaishou", app_key, given.refresh or given.access)
    access.holder = Holder(file, access.renew, shared.timing, given)
    return Kuaishou(access, _)


class Score:
    """The shop's own score, kept as it came."""

    name = "score"
    every = 6 * 3600.0

    def __init__(self, client: KuaishouClient) -> None:
        self._client = client

    async def ask(self, now: int) -> Sequence[Told]:
        """Return the day's figures."""
        score = await self._client.call("open.score.shop.get")
        day = (now + BEIJING) // DAY * DAY - BEIJING
        return list(score_records(score, day))
