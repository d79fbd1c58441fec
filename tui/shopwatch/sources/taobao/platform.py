"""A Taobao or Tmall shop: which lists are asked, in which stretches, and how their pages are turned.

Trades come by when they were made, with the promises that only that list tells, and by when they changed, which is
paged backwards from the last page, as its documentation advises: rows that change meanwhile only move forward.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.errors import LiveError, RefusedError
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.taobao.client import TopClient
from shopwatch.sources.taobao.envelope import ContractError, items, listed, total
from shopwatch.sources.taobao.records import (
    BEIJING,
    moment,
    rate_records,
    refund_records,
    text,
    trace_records,
    trade_records,
    vote_records,
    written,
)
from shopwatch.sources.taobao.signing import SignMethod

T = TypeVar("T")

DAY = 86_400
OVERLAP = 600
PAGE, RATES_PAGE = 100, 150
MOST_PAGES = 1000
MOST_RATES = 1500
"""Of one condition: beyond it the gateway tells nothing, so a stretch with as many is split."""
MOST_AGENTS = 10

_TRADE = "tid,status,type,step_trade_status,created,pay_time,consign_time,end_time,modified,payment"
_LINES = ",".join(
    f"orders.{field}"
    for field in (
        "oid",
        "num_iid",
        "title",
        "num",
        "payment",
        "logistics_company",
        "invoice_no",
        "consign_time",
    )
)
CHANGED_FIELDS = f"{_TRADE},{_LINES}"
SOLD_FIELDS = f"{_TRADE},delivery_time,sign_time,promise_sign_time,{_LINES}"
REFUND_FIELDS = (
    "refund_id,tid,oid,num_iid,status,created,modified,refund_fee,good_status,has_good_return,reason,order_status,"
    "refund_phase,dispute_type"
)
RATE_FIELDS = "tid,oid,num_iid,result,created,content,logistics_service_score"
_UNDER_WAY = ("WAIT_BUYER_CONFIRM_GOODS", "SELLER_CONSIGNED_PART")
_ENDED = ("TRADE_FINISHED", "TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO", "TRADE_BUYER_SIGNED")

Pages = AsyncIterator[list[dict[str, Any]]]


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


class Taobao:
    """What is asked of one shop. agents: the customer-service accounts whose votes are asked for."""

    kind = "taobao"
    chores: Sequence[Chore] = ()

    def __init__(self, top: TopClient, agents: Sequence[str], _: Translate) -> None:
        self._top = top
        self._agents = [agent if agent.startswith("cntaobao") else f"cntaobao{agent}" for agent in agents]
        self._translate = _
        self.tracer: Tracer | None = Traces(top)
        self.lacks: Sequence[str] = (
            "agent_days",
            "tickets",
            "events",
            "official",
            *(() if agents else ("chats",)),
        )
        lists = [
            _List("changed", self._changed, keeps=2),
            _List("sold", self._sold, keeps=89),
            _List("refunds", self._refunds, keeps=89),
            _List("rates", self._rates, keeps=179, every=600.0),
        ]
        if agents:
            lists.append(_List("votes", self._votes, keeps=6, every=600.0))
        self.streams: Sequence[Stream] = lists

    async def shop(self) -> str:
        """Return the shop's id at Taobao."""
        answer = await self._top.call("taobao.shop.seller.get", fields="sid")
        shop = answer.get("shop")
        sid = text(shop.get("sid")) if isinstance(shop, Mapping) else None
        if sid is None:
            raise self._top.broken("taobao.shop.seller.get")
        return sid

    async def aclose(self) -> None:
        """Close the connections."""
        await self._top.aclose()

    async def _sold(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Newest first; between two pages new trades only push the others on to later ones."""
        for number in range(1, MOST_PAGES):
            answer = await self._top.call(
                "taobao.trades.sold.get", fields=SOLD_FIELDS, start_created=written(begin), end_created=written(end),
                page_no=number, page_size=PAGE, use_has_next=True,
            )  # fmt: skip
            trades = self._listed(answer, "trades")
            yield _trades(trades)
            if not answer.get("has_next") or not trades:
                return
        raise self._endless("taobao.trades.sold.get")

    async def _changed(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for trades in self._backwards(
            "taobao.trades.sold.increment.get", "trades", fields=CHANGED_FIELDS, start_modified=written(begin),
            end_modified=written(end),
        ):  # fmt: skip
            yield _trades(trades)

    async def _refunds(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for refunds in self._backwards(
            "taobao.refunds.receive.get", "refunds", fields=REFUND_FIELDS, start_modified=written(begin),
            end_modified=written(end),
        ):  # fmt: skip
            yield Read([told for refund in refunds for told in refund_records(refund)])

    async def _backwards(self, method: str, name: str, **params: str) -> Pages:
        """Yield the pages from the last to the first. How many there are only the first page says, and not always
        rightly: where the last turns out to be full, those after it are looked at first."""

        async def page(number: int) -> Mapping[str, Any]:
            return await self._top.call(method, page_no=number, page_size=PAGE, **params)

        first = await page(1)
        last = max(1, -(-self._promised(name, lambda: total(first)) // PAGE))
        number, rows = last, self._listed(first if last == 1 else await page(last), name)
        while len(rows) >= PAGE:
            yield rows
            number += 1
            if number > MOST_PAGES:
                raise self._endless(method)
            rows = self._listed(await page(number), name)
        yield rows
        for number in range(last - 1, 0, -1):
            yield self._listed(await page(number), name)

    async def _rates(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Split the stretch until each part has fewer than the gateway tells of one."""
        first = await self._rates_page(begin, end, 1)
        count = self._promised("trade_rates", lambda: total(first))
        if count >= MOST_RATES and end - begin > 1:
            middle = (begin + end) // 2
            for half in ((begin, middle), (middle, end)):
                async for read in self._rates(*half):
                    yield read
            return
        yield _rates_of(self._listed(first, "trade_rates"))
        for number in range(2, -(-count // RATES_PAGE) + 1):
            yield _rates_of(self._listed(await self._rates_page(begin, end, number), "trade_rates"))

    async def _rates_page(self, begin: int, end: int, number: int) -> Mapping[str, Any]:
        return await self._top.call(
            "taobao.traderates.get", fields=RATE_FIELDS, rate_type="get", role="buyer", start_date=written(begin),
            end_date=written(end), page_no=number, page_size=RATES_PAGE,
        )  # fmt: skip

    async def _votes(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        for start in range(0, len(self._agents), MOST_AGENTS):
            agents = ",".join(self._agents[start : start + MOST_AGENTS])
            answer = await self._top.call(
                "taobao.qianniu.kefueval.get", query_ids=agents, btime=_compact(begin), etime=_compact(end)
            )
            found = answer.get("staff_eval_details")
            votes = self._promised("staff_eval_details", lambda found=found: items(found)) if found else []  # type: ignore[misc]
            yield Read([told for vote in votes for told in vote_records(vote)])

    def _listed(self, answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        return self._promised(name, lambda: listed(answer, name))

    def _promised(self, name: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except ContractError:
            raise self._top.broken(name) from None

    def _endless(self, method: str) -> LiveError:
        _ = self._translate
        words = _("{method} has more pages than one reading takes; tell shopwatch's makers")
        return RefusedError(words.format(method=method))


def taobao(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Taobao:
    """Make it as its section of the configuration says."""
    top = TopClient(
        client,
        app_key=section.app_key or "",
        app_secret=section.app_secret or "",
        session=section.session or "",
        sign_method=cast("SignMethod", section.sign_method or "hmac-sha256"),
        wall=shared.timing.wall,
        _=_,
    )
    return Taobao(top, section.agents, _)


class Traces:
    """What the carriers tell of a trade's parcels, trade by trade."""

    name = "traces"
    budget = 40
    every = 4 * 3600.0
    patience = 30 * DAY

    def __init__(self, top: TopClient) -> None:
        self._top = top

    async def ask(self, order: str, known_at: int) -> tuple[Sequence[Told], bool]:
        """Return the scans of a trade, and whether it has arrived."""
        answer = await self._top.call("taobao.logistics.trace.search", tid=order)
        try:
            told = list(trace_records({"tid": order, **answer}, known_at))
        except ContractError:
            raise self._top.broken("taobao.logistics.trace.search") from None
        return told, any(record.get("delivered_at") for _table, record in told)


def _trades(trades: Sequence[Mapping[str, Any]]) -> Read:
    follow, settled = {}, []
    for trade in trades:
        order, status = text(trade.get("tid")), trade.get("status")
        if order is not None and status in _UNDER_WAY:
            follow[order] = moment(trade.get("modified")) or 0
        elif order is not None and status in _ENDED:
            settled.append(order)
    return Read([told for trade in trades for told in trade_records(trade)], follow=follow, settled=settled)


def _rates_of(rates: Sequence[Mapping[str, Any]]) -> Read:
    return Read([told for rate in rates for told in rate_records(rate)])


def _compact(second: int) -> str:
    return datetime.datetime.fromtimestamp(second, BEIJING).strftime("%Y%m%d%H%M%S")
