"""What is asked of a Kuaishou shop, and how often."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, cast

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.kuaishou.calls import Granting, KuaishouSpeech
from shopwatch.sources.kuaishou.envelope import cursor
from shopwatch.sources.kuaishou.records import (
    comment_records,
    moment,
    order_records,
    refund_records,
    score_records,
)
from shopwatch.sources.kuaishou.signing import SignMethod
from shopwatch.sources.live.access import Access, Caller
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.errors import RefusedError
from shopwatch.sources.live.lists import DAY, HOUR, TimedList
from shopwatch.sources.live.paging import Listed, Numbered, Row, Turning, by_time
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.refusals import listed
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.tokens import Holder, Token, TokenFile
from shopwatch.sources.live.values import day_of, object_of, whole

ORDERS_PAGE, REFUNDS_PAGE, COMMENTS_PAGE = 50, 100, 20
ALL, BY_UPDATE, OLDEST_FIRST, ALL_REFUNDS = 1, 2, 2, 9

Object = Mapping[str, Any]


class Kuaishou:
    """One shop. It has no traces of parcels, no chats and no tickets to tell of."""

    kind = "kuaishou"
    tracers: Sequence[Tracer] = ()
    lacks: Sequence[str] = ("scans", "chats", "agent_days", "tickets", "events")

    def __init__(self, access: Access, overlap: int, _: Translate) -> None:
        self.name = access.name
        self._access, self._translate = access, _
        self.streams: Sequence[Stream] = (
            TimedList("orders", self._orders, keeps=89, overlap=overlap),
            TimedList("refunds", self._refunds, keeps=89, longest=DAY - 1, overlap=overlap),
            TimedList("comments", self._comments, keeps=89, overlap=overlap, every=600.0),
        )
        self.chores: Sequence[Chore] = (Score(access),)

    async def shop(self) -> str:
        """Raise: Kuaishou has no method that tells a shop's id."""
        _ = self._translate
        raise RefusedError(_("Kuaishou doesn't tell a shop's id; put the source into its [[shop]]"))

    def secrets(self) -> Sequence[str]:
        return self._access.secrets

    async def aclose(self) -> None:
        await self._access.aclose()

    async def _orders(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        pages = ByCursor(
            self._access, "open.order.cursor.list", "orderList", "cursor", lambda order: object_of(order.get("orderBaseInfo")),
            "oid", orderViewStatus=ALL, pageSize=ORDERS_PAGE, sort=OLDEST_FIRST, queryType=BY_UPDATE,
        )  # fmt: skip
        async for fresh in by_time(pages.page, begin, end, ORDERS_PAGE):
            yield Read([told for row in fresh.rows for told in order_records(row.fields)], fresh.reached)

    async def _refunds(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        pages = ByCursor(
            self._access, "open.seller.order.refund.pcursor.list", "refundOrderInfoList", "pcursor", lambda refund: refund,
            "refundId", type=ALL_REFUNDS, pageSize=REFUNDS_PAGE, currentPage=1, sort=OLDEST_FIRST, queryType=BY_UPDATE,
        )  # fmt: skip
        async for fresh in by_time(pages.page, begin, end, REFUNDS_PAGE):
            yield Read([told for row in fresh.rows for told in refund_records(row.fields)], fresh.reached)

    async def _comments(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        method = "open.comment.list.get"

        async def fetch(number: int) -> Numbered:
            data = await self._access.ask(
                method, createTimeFrom=begin * 1000, createTimeTo=end * 1000 + 999, limit=COMMENTS_PAGE,
                offset=(number - 1) * COMMENTS_PAGE,
            )  # fmt: skip
            rows = self._access.promised(method, lambda: listed(data, "rootComment"))
            return Numbered(rows, more=len(rows) >= COMMENTS_PAGE, total=whole(data.get("total")))

        async for comments in Turning(fetch, COMMENTS_PAGE, self._access.endless(method)).forwards():
            yield Read([told for comment in comments for told in comment_records(comment)])


class ByCursor:
    """Pages that each tell the cursor of the next. `at`: the cursors of one stretch, by page."""

    def __init__(
        self, access: Access, method: str, name: str, key: str, base: Callable[[Object], Object], number: str, **param: Any
    ) -> None:  # fmt: skip
        self._access, self._method, self._param = access, method, param
        self._name, self._key, self._base, self._number = name, key, base, number
        self._at: dict[tuple[int, int, int], str] = {}

    async def page(self, begin: int, end: int, page: int) -> Listed:
        """Return a page from one second to another, both within; the page before it was asked for already."""
        at = self._at.get((begin, end, page), "")
        data = await self._access.ask(
            self._method, **self._param, beginTime=begin * 1000, endTime=end * 1000 + 999, **{self._key: at}
        )
        found = self._access.promised(self._method, lambda: listed(data, self._name))
        following = self._access.promised(self._method, lambda: cursor(data, self._key))
        if following is not None:
            self._at[begin, end, page + 1] = following
        return Listed(
            [self._row(one, begin) for one in found], whole(data.get("totalSize")), following is not None
        )

    def _row(self, one: Object, begin: int) -> Row:
        base = self._base(one)
        return Row(str(base.get(self._number)), moment(base.get("updateTime")) or begin, one)


class Score:
    """The shop's own score, kept as it came."""

    name, every = "score", 6.0 * HOUR

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, now: int) -> Sequence[Told]:
        """Return the day's figures."""
        return list(score_records(await self._access.ask("open.score.shop.get"), day_of(now)))


def kuaishou(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Kuaishou:
    """Make it from its section."""
    key, wall = section.app_key or "", shared.timing.wall
    how = cast("SignMethod", section.sign_method or "MD5")
    speech = KuaishouSpeech(key, (section.app_secret or "", section.sign_secret or ""), how, wall, _)
    caller = Caller(client, speech, _)
    given = Token(section.access_token or "", section.refresh_token or "")
    file = TokenFile(shared.tokens, "kuaishou", key, given.refresh or given.access)
    holder = Holder(file, Granting(caller, wall, _).grant, shared.timing, given)
    return Kuaishou(Access(caller, holder), int(section.overlap), _)
