"""What is asked of Doudian, and how often."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.doudian import records
from shopwatch.sources.doudian.calls import Calls
from shopwatch.sources.doudian.envelope import listed
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.errors import UnavailableError
from shopwatch.sources.live.paging import Listed, Row, by_time
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.tokens import Token, TokenFile

DAY, HOUR = 86_400, 3600
SIZE = 100  # the most that a page may have


class Orders:
    """By the time of their last change. Only those created in the last 90 days are listed."""

    name, longest, every, keeps = "orders", DAY, 0.0, 90

    def __init__(self, calls: Calls, host: str, overlap: int, _: Translate) -> None:
        self.overlap = overlap
        self._calls, self._host, self._translate = calls, host, _

    async def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for page in by_time(self._page, begin, end, SIZE):
            orders = [row.fields for row in page.rows]
            told = [one for order in orders for one in records.order_records(order)]
            follow = {row.id: row.changed for row in page.rows if records.is_under_way(row.fields)}
            over = [row.id for row in page.rows if row.fields.get("order_status") == records.CANCELLED]
            yield Read(told, page.reached, follow, over)

    async def _page(self, begin: int, end: int, page: int) -> Listed:
        method = "order.searchList"
        data = await self._calls.ask(
            method,
            page=page,
            size=SIZE,
            update_time_start=begin,
            update_time_end=end,
            order_by="update_time",
            order_asc=True,
        )
        found = listed(data, "shop_order_list", method, self._host, self._translate)
        return Listed([_row(one, one, "order_id", begin) for one in found], records.whole(data.get("total")))


class Aftersales:
    """By the time of their last change; without `order_by` rows would be missed."""

    name, longest, every, keeps = "aftersales", DAY, 0.0, 180

    def __init__(self, calls: Calls, host: str, overlap: int, _: Translate) -> None:
        self.overlap = overlap
        self._calls, self._host, self._translate = calls, host, _

    async def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for page in by_time(self._page, begin, end, SIZE):
            yield Read([records.aftersale_record(row.fields) for row in page.rows], page.reached)

    async def _page(self, begin: int, end: int, page: int) -> Listed:
        method = "afterSale.List"
        data = await self._calls.ask(
            method,
            page=page,
            size=SIZE,
            update_start_time=begin,
            update_end_time=end,
            order_by=["update_time asc"],
        )
        rows = []
        for one in listed(data, "items", method, self._host, self._translate):
            info = one.get("aftersale_info")
            rows.append(_row(one, info if isinstance(info, Mapping) else {}, "aftersale_id", begin))
        return Listed(rows, records.whole(data.get("total")))


class Tickets:
    """Service tickets, by the time of their making. An open one changes for days, so a week is asked again."""

    name, longest, every, keeps, overlap = "tickets", 7 * DAY, 600.0, 90, 7 * DAY

    def __init__(self, calls: Calls, host: str, _: Translate) -> None:
        self._calls, self._host, self._translate = calls, host, _

    async def read(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        async for page in by_time(self._page, begin, end, SIZE):
            yield Read([records.ticket_record(row.fields) for row in page.rows], page.reached)

    async def _page(self, begin: int, end: int, page: int) -> Listed:
        method = "order.getServiceList"
        data = await self._calls.ask(
            method,
            start_time=begin,
            end_time=end,
            order_by="create_time",
            order="ASC",
            page=page + 1,  # the one list that is counted from 1
            size=SIZE,
        )
        found = listed(data, "list", method, self._host, self._translate)
        rows = [
            Row(str(one.get("id")), records.written(one.get("create_time")) or begin, one) for one in found
        ]
        return Listed(rows, records.whole(data.get("total")))


class Score:
    """The official score, which is worked out once a day."""

    name, every = "official", 6.0 * HOUR

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def ask(self, now: int) -> Sequence[Told]:
        """Return the points. What one method may not tell, the other may."""
        day = records.day_of(now)
        told: list[Told] = []
        refused: list[UnavailableError] = []
        for method, read in (
            ("shop.getExperienceScore", records.experience_records),
            ("shop.reputation", records.reputation_records),
        ):
            try:
                data = await self._calls.ask(method)
            except UnavailableError as error:
                refused.append(error)
                continue
            told += read(data if isinstance(data, Mapping) else {}, day)
        if refused and not told:
            raise refused[0]
        return told


class Traces:
    """The traces of orders that are under way, which no list tells."""

    name, budget, every, patience = "traces", 40, 2.0 * HOUR, 15 * DAY

    def __init__(self, calls: Calls, host: str, _: Translate) -> None:
        self._calls, self._host, self._translate = calls, host, _

    async def ask(self, order: str, known_at: int) -> tuple[Sequence[Told], bool]:
        method = "order.queryOrderLogistics"
        data = await self._calls.ask(method, order_id=order)
        info: Any = data.get("order_package_info") if isinstance(data, Mapping) else None
        packages = listed(info, "package_info", method, self._host, self._translate)
        return records.trace_records(packages, order, known_at)


class Doudian:
    """One shop."""

    kind = "doudian"
    lacks: Sequence[str] = ("reviews", "chats")

    def __init__(self, calls: Calls, host: str, overlap: int, _: Translate) -> None:
        self._calls = calls
        self.streams: Sequence[Stream] = (
            Orders(calls, host, overlap, _),
            Aftersales(calls, host, overlap, _),
            Tickets(calls, host, _),
        )
        self.chores: Sequence[Chore] = (Score(calls),)
        self.tracer: Tracer | None = Traces(calls, host, _)

    async def shop(self) -> str:
        return await self._calls.shop()

    async def aclose(self) -> None:
        await self._calls.aclose()


def doudian(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Doudian:
    """Make it from its section."""
    key, shop = section.app_key or "", section.shop_id
    first = section.access_token or section.refresh_token
    token = Token(
        section.access_token or "", section.refresh_token or "", None if section.access_token else 0
    )
    file = TokenFile(shared.tokens, "doudian", key, shop or section.refresh_token or "")
    calls = Calls(
        client, key, section.app_secret or "", shop, token if first else None, file, shared.timing, _
    )
    return Doudian(calls, client.host, int(section.overlap), _)


def _row(whole: Mapping[str, Any], info: Mapping[str, Any], key: str, begin: int) -> Row:
    return Row(str(info.get(key)), records.moment(info.get("update_time")) or begin, whole)
