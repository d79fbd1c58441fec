"""What is asked of a Taobao or Tmall shop, and how often.

Trades come by when they were made, with the promises that only that list tells, and by when they changed, which is
paged backwards from the last page, as its documentation advises: rows that change meanwhile only move forward.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Any, cast

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.live.access import Access, Caller
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.lists import DAY, HOUR, TimedList
from shopwatch.sources.live.paging import Numbered, Turning
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.refusals import ContractError, within
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.tokens import Given
from shopwatch.sources.live.values import BEIJING, text, written
from shopwatch.sources.taobao.calls import TopSpeech
from shopwatch.sources.taobao.envelope import items, listed, total
from shopwatch.sources.taobao.records import (
    OVER,
    moment,
    rate_records,
    refund_records,
    trace_records,
    trade_records,
    vote_records,
)
from shopwatch.sources.taobao.signing import SignMethod

PAGE, RATES_PAGE = 100, 150
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
REFUND_DETAIL_FIELDS = f"{REFUND_FIELDS},cs_status,refund_remind_timeout,end_time"
RATE_FIELDS = "tid,oid,num_iid,result,created,content,logistics_service_score"
_UNDER_WAY = ("WAIT_BUYER_CONFIRM_GOODS", "SELLER_CONSIGNED_PART")
_ENDED = ("TRADE_FINISHED", "TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO", "TRADE_BUYER_SIGNED")

Rows = list[dict[str, Any]]
Records = Callable[[Mapping[str, Any]], Any]


class Taobao:
    """One shop. agents: the customer-service accounts whose votes are asked for."""

    kind = "taobao"
    chores: Sequence[Chore] = ()

    def __init__(self, access: Access, agents: Sequence[str], overlap: int) -> None:
        self.name = access.name
        self._access = access
        self._agents = [agent if agent.startswith("cntaobao") else f"cntaobao{agent}" for agent in agents]
        self.tracers: Sequence[Tracer] = (Traces(access), Refunds(access))
        self.lacks: Sequence[str] = (
            "agent_days",
            "tickets",
            "events",
            "official",
            *(() if agents else ("chats",)),
        )
        votes = TimedList("votes", self._votes, keeps=6, overlap=overlap, every=600.0)
        self.streams: Sequence[Stream] = (
            # the other list has told of the past already
            TimedList("changed", self._changed, keeps=89, at_first=2, overlap=overlap),
            # a promise is told only once a trade is paid, by this list alone: so a day is asked again
            TimedList("sold", self._sold, keeps=89, overlap=max(overlap, DAY), every=HOUR / 2),
            TimedList("refunds", self._refunds, keeps=89, overlap=overlap),
            TimedList("rates", self._rates, keeps=179, overlap=overlap, every=600.0),
            *([votes] if agents else []),
        )

    async def shop(self) -> str:
        """Return the shop's id at Taobao."""
        method = "taobao.shop.seller.get"
        answer = await self._access.ask(method, fields="sid")
        return self._access.promised(method, lambda: _sid(answer))

    def secrets(self) -> Sequence[str]:
        return self._access.secrets

    async def aclose(self) -> None:
        await self._access.aclose()

    async def _sold(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Newest first; between two pages new trades only push the others on to later ones."""
        turning = self._turning(
            "taobao.trades.sold.get", "trades", fields=SOLD_FIELDS, start_created=written(begin),
            end_created=written(end), page_size=PAGE, use_has_next=True,
        )  # fmt: skip
        async for trades in turning.forwards():
            yield _trades(trades)

    async def _changed(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        turning = self._turning(
            "taobao.trades.sold.increment.get", "trades", fields=CHANGED_FIELDS, start_modified=written(begin),
            end_modified=written(end), page_size=PAGE,
        )  # fmt: skip
        async for trades in turning.backwards():
            yield _trades(trades)

    async def _refunds(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        turning = self._turning(
            "taobao.refunds.receive.get", "refunds", fields=REFUND_FIELDS, start_modified=written(begin),
            end_modified=written(end), page_size=PAGE,
        )  # fmt: skip
        async for refunds in turning.backwards():
            yield _refunds(refunds)

    async def _rates(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Split the stretch until each part has fewer than the gateway tells of one."""
        turning = self._turning(
            "taobao.traderates.get", "trade_rates", fields=RATE_FIELDS, rate_type="get", role="buyer",
            start_date=written(begin), end_date=written(end), page_size=RATES_PAGE,
        )  # fmt: skip
        first = await turning.page(1)
        if (first.total or 0) >= MOST_RATES and end - begin > 1:
            middle = (begin + end) // 2
            for half in ((begin, middle), (middle, end)):
                async for read in self._rates(*half):
                    yield read
            return
        async for rates in turning.backwards(first):
            yield _read(rates, rate_records)

    async def _votes(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        method = "taobao.qianniu.kefueval.get"
        for start in range(0, len(self._agents), MOST_AGENTS):
            agents = ",".join(self._agents[start : start + MOST_AGENTS])
            answer = await self._access.ask(
                method, query_ids=agents, btime=_compact(begin), etime=_compact(end)
            )
            found = answer.get("staff_eval_details") or []
            yield _read(self._access.promised(method, functools.partial(items, found)), vote_records)

    def _turning(self, method: str, name: str, **params: Any) -> Turning:
        """Return what turns the pages of a list. One that has more says so, or how many there are in all."""

        async def fetch(number: int) -> Numbered:
            answer = await self._access.ask(method, page_no=number, **params)
            return self._access.promised(method, lambda: _numbered(answer, name, number, params))

        return Turning(fetch, params["page_size"], self._access.endless(method))


class Traces:
    """What the carriers tell of a trade's parcels, trade by trade."""

    name, budget, every, patience = "traces", 40, 4.0 * HOUR, 30 * DAY
    of: Collection[str] = ("changed", "sold")

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, order: str, known_at: int) -> tuple[Sequence[Told], bool]:
        """Return the scans of a trade, and whether it has arrived."""
        method = "taobao.logistics.trace.search"
        answer = await self._access.ask(method, tid=order)
        trace = {"tid": order, **answer}
        told = self._access.promised(method, lambda: list(trace_records(trace, known_at)))
        return told, any(record.get("delivered_at") for _table, record in told)


class Refunds:
    """What the list doesn't tell of an open refund: its deadline, and whether the marketplace has stepped in."""

    name, budget, every, patience = "refund details", 20, 4.0 * HOUR, 60 * DAY
    of: Collection[str] = ("refunds",)

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, one: str, _known_at: int) -> tuple[Sequence[Told], bool]:
        method = "taobao.refund.get"
        answer = await self._access.ask(method, fields=REFUND_DETAIL_FIELDS, refund_id=one)
        refund = self._access.promised(method, lambda: within(answer, "refund"))
        return list(refund_records(refund)), refund.get("status") in OVER


def taobao(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Taobao:
    """Make it from its section."""
    how = cast("SignMethod", section.sign_method or "hmac-sha256")
    speech = TopSpeech(section.app_key or "", section.app_secret or "", how, shared.timing.wall, _)
    access = Access(Caller(client, speech, _), Given(section.session or "", _))
    return Taobao(access, section.agents, int(section.overlap))


def _sid(answer: Mapping[str, Any]) -> str:
    shop = answer.get("shop")
    sid = text(shop.get("sid")) if isinstance(shop, Mapping) else None
    if sid is None:
        raise ContractError
    return sid


def _numbered(answer: Mapping[str, Any], name: str, number: int, params: Mapping[str, Any]) -> Numbered:
    size: int = params["page_size"]
    if params.get("use_has_next"):
        rows = listed(answer, name)
        # a full page may be followed by another, whatever is said
        return Numbered(rows, more=answer.get("has_next") in (True, "true") or len(rows) >= size)
    count = total(answer)
    beyond = name not in answer and (number - 1) * size >= count
    return Numbered([] if beyond else listed(answer, name), total=count)


def _trades(trades: Rows) -> Read:
    follow, settled = {}, []
    for trade in trades:
        order, status = text(trade.get("tid")), trade.get("status")
        if order is not None and status in _UNDER_WAY:
            follow[order] = moment(trade.get("modified")) or 0
        elif order is not None and status in _ENDED:
            settled.append(order)
    return Read([told for trade in trades for told in trade_records(trade)], follow=follow, settled=settled)


def _refunds(refunds: Rows) -> Read:
    """Those that are open are asked about one by one."""
    follow, settled = {}, []
    for refund in refunds:
        number = text(refund.get("refund_id"))
        if number is not None and refund.get("status") in OVER:
            settled.append(number)
        elif number is not None:
            follow[number] = moment(refund.get("modified")) or 0
    return Read([told for refund in refunds for told in refund_records(refund)], None, follow, settled)


def _read(rows: Rows, records: Records) -> Read:
    return Read([told for row in rows for told in records(row)])


def _compact(second: int) -> str:
    return datetime.datetime.fromtimestamp(second, BEIJING).strftime("%Y%m%d%H%M%S")
