"""What is asked of a Doudian shop, and how often."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from typing import Any

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources.doudian import records
from shopwatch.sources.doudian.calls import DoudianSpeech, Granting
from shopwatch.sources.live.access import Access, Caller
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.errors import ReauthoriseError, UnavailableError
from shopwatch.sources.live.lists import DAY, HOUR, TimedList
from shopwatch.sources.live.paging import Listed, Row, by_time
from shopwatch.sources.live.platform import Chore, Read, Stream, Told, Tracer
from shopwatch.sources.live.refusals import listed, within
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.tokens import Holder, Token, TokenFile
from shopwatch.sources.live.values import day_of, object_of, read, text, whole

SIZE = 100  # the most that a page may have


class Doudian:
    """One shop. shop_id: its number there, where the configuration says it."""

    kind = "doudian"
    lacks: Sequence[str] = ("reviews", "chats")

    def __init__(self, access: Access, shop_id: str | None, overlap: int, _: Translate) -> None:
        self.name = access.name
        self._access, self._shop_id, self._translate = access, shop_id, _
        self.streams: Sequence[Stream] = (
            TimedList("orders", self._orders, keeps=90, overlap=overlap),
            TimedList("aftersales", self._aftersales, keeps=180, overlap=overlap),
            # an open ticket changes for days, and is listed by when it was made: so a week is asked again
            TimedList("tickets", self._tickets, keeps=90, longest=7 * DAY, overlap=7 * DAY, every=600.0),
        )
        self.chores: Sequence[Chore] = (Score(access),)
        self.tracers: Sequence[Tracer] = (Traces(access), Details(access))

    async def shop(self) -> str:
        """Return the shop's number."""
        if self._shop_id is None:
            data = object_of(await self._access.ask("shop.reputation"))
            self._shop_id = text(data.get("shop_id"))
        if self._shop_id is None:
            _ = self._translate
            raise ReauthoriseError(_("Doudian doesn't say which shop the token is of; give `shop_id`"))
        return self._shop_id

    def secrets(self) -> Sequence[str]:
        return self._access.secrets

    async def aclose(self) -> None:
        await self._access.aclose()

    async def _orders(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """By the time of their last change. Only those created in the last 90 days are listed."""

        async def page(begin: int, end: int, number: int) -> Listed:
            data = await self._access.ask(
                "order.searchList", page=number, size=SIZE, update_time_start=begin, update_time_end=end,
                order_by="update_time", order_asc=True,
            )  # fmt: skip
            return self._listed("order.searchList", data, "shop_order_list", "order_id", begin)

        async for fresh in by_time(page, begin, end, SIZE):
            orders = [row.fields for row in fresh.rows]
            yield Read(
                [told for order in orders for told in records.order_records(order)],
                fresh.reached,
                {row.id: row.changed for row in fresh.rows if records.is_under_way(row.fields)},
                [row.id for row in fresh.rows if row.fields.get("order_status") == records.CANCELLED],
            )

    async def _aftersales(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """By the time of their last change; without `order_by` rows would be missed."""

        async def page(begin: int, end: int, number: int) -> Listed:
            data = await self._access.ask(
                "afterSale.List", page=number, size=SIZE, update_start_time=begin, update_end_time=end,
                order_by=["update_time asc"],
            )  # fmt: skip
            return self._listed(
                "afterSale.List", data, "items", "aftersale_id", begin, inside="aftersale_info"
            )

        async for fresh in by_time(page, begin, end, SIZE):
            tickets = [records.aftersale_record(row.fields) for row in fresh.rows]
            yield Read(tickets, fresh.reached, {row.id: row.changed for row in fresh.rows})

    async def _tickets(self, begin: int, end: int) -> AsyncGenerator[Read, None]:
        """Service tickets, by the time of their making."""

        async def page(begin: int, end: int, number: int) -> Listed:
            data = await self._access.ask(
                "order.getServiceList", start_time=begin, end_time=end, order_by="create_time", order="ASC",
                page=number + 1, size=SIZE,  # the one list that is counted from 1
            )  # fmt: skip
            found = self._access.promised("order.getServiceList", lambda: listed(data, "list"))
            rows = [Row(str(one.get("id")), read(one.get("create_time")) or begin, one) for one in found]
            return Listed(rows, whole(data.get("total")))

        async for fresh in by_time(page, begin, end, SIZE):
            yield Read([records.ticket_record(row.fields) for row in fresh.rows], fresh.reached)

    def _listed(
        self, method: str, data: Any, name: str, key: str, begin: int, inside: str | None = None
    ) -> Listed:
        """A page of rows that carry the time of their last change, or have it in an object inside."""
        rows = []
        for one in self._access.promised(method, lambda: listed(data, name)):
            told: Mapping[str, Any] = object_of(one.get(inside)) if inside else one
            rows.append(Row(str(told.get(key)), records.moment(told.get("update_time")) or begin, one))
        return Listed(rows, whole(data.get("total")))


class Score:
    """The official score, which is worked out once a day."""

    name, every = "official", 6.0 * HOUR

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, now: int) -> Sequence[Told]:
        """Return the points. What one method may not tell, the other may."""
        day = day_of(now)
        told: list[Told] = []
        refused: list[UnavailableError] = []
        for method, read_points in (
            ("shop.getExperienceScore", records.experience_records),
            ("shop.reputation", records.reputation_records),
        ):
            try:
                data = await self._access.ask(method)
            except UnavailableError as error:
                refused.append(error)
                continue
            told += read_points(object_of(data), day)
        if refused and not told:
            raise refused[0]
        return told


class Traces:
    """The traces of orders that are under way, which no list tells."""

    name, budget, every, patience = "traces", 40, 2.0 * HOUR, 15 * DAY
    of: Collection[str] = ("orders",)

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, order: str, known_at: int) -> tuple[Sequence[Told], bool]:
        method = "order.queryOrderLogistics"
        info = object_of(await self._access.ask(method, order_id=order)).get("order_package_info")
        packages = self._access.promised(method, lambda: listed(info, "package_info"))
        return records.trace_records(packages, order, known_at)


class Details:
    """When the shop decided on an after-sale, and when it was taken to the marketplace, which the list doesn't tell."""

    name, budget, every, patience = "details", 20, 2.0 * HOUR, 30 * DAY
    of: Collection[str] = ("aftersales",)

    def __init__(self, access: Access) -> None:
        self._access = access

    async def ask(self, one: str, known_at: int) -> tuple[Sequence[Told], bool]:
        method = "afterSale.Detail"
        data = await self._access.ask(method, after_sale_id=one, need_operation_record=True)
        info = self._access.promised(method, lambda: within(data, "process_info"))
        return records.detail_records(info, one, known_at)


def doudian(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Doudian:
    """Make it from its section."""
    key, shop, wall = section.app_key or "", section.shop_id, shared.timing.wall
    speech = DoudianSpeech(key, section.app_secret or "", wall, own=shop is not None, _=_)
    caller = Caller(client, speech, _)
    given = section.access_token or section.refresh_token
    first = Token(
        section.access_token or "", section.refresh_token or "", None if section.access_token else 0
    )
    file = TokenFile(shared.tokens, "doudian", key, shop or section.refresh_token or "")
    grant = Granting(caller, shop, wall, _).grant
    holder = Holder(file, grant, shared.timing, first if given else None)
    return Doudian(Access(caller, holder), shop, int(section.overlap), _)
