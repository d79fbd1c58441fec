"""A Taobao shop over real HTTP: the simulated gateway checks every signature by its own recomputation."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from live_cases import NOW, Clock, Kept, everything, live
from shopwatch.simulator.faults import Faults
from shopwatch.simulator.server import Market as Server
from shopwatch.simulator.taobao import Row, TopWire, second, written
from shopwatch.sources import Source, SourceError
from wire import Fault, Wire

SECRETS: dict[str, Any] = {"app_secret": "s3cret-of-the-app", "session": "s3ssion-of-the-seller"}
DAY = 86_400


@dataclasses.dataclass
class Shelf:
    """What the seller has, as rows that tests put there; see taobao.py's `Books`. between: what happens before the rows
    that have changed are told, so that the shop changes between two pages."""

    trades: dict[str, Row] = dataclasses.field(default_factory=dict)
    refunded: dict[str, Row] = dataclasses.field(default_factory=dict)
    rated: list[Row] = dataclasses.field(default_factory=list)
    voted: list[Row] = dataclasses.field(default_factory=list)
    traces: dict[str, Row] = dataclasses.field(default_factory=dict)
    between: Callable[[], None] = lambda: None

    def sold(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.trades.values(), "created", begin, end)

    def changed(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        found = [dict(row) for row in within(self.trades.values(), "modified", begin, end)]
        self.between()
        return found

    def refunds(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.refunded.values(), "modified", begin, end)

    def refund(self, number: str, _now: int) -> Row:
        return self.refunded[number]

    def rates(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.rated, "created", begin, end)

    def votes(self, agents: Sequence[str], begin: int, end: int, _now: int) -> Sequence[Row]:
        return [row for row in within(self.voted, "eval_time", begin, end) if row["eval_recer"] in agents]

    def trace(self, tid: str, _now: int) -> Row:
        return self.traces.get(tid, {})


def within(rows: Iterable[Row], field: str, begin: int, end: int) -> list[Row]:
    found = [row for row in rows if begin <= second(row[field]) <= end]
    return sorted(found, key=lambda row: str(row[field]))


class Market:
    """A gateway on the wire, and a clock that both sides share."""

    def __init__(self) -> None:
        self.clock, self.shelf = Clock(), Shelf()
        self.wire = TopWire(self.shelf, app_key="12345678", **SECRETS, wrapped=0.0)
        self.server = Server(self.wire, self.clock.now)

    def asked(self, method: str = "") -> list[dict[str, str]]:
        """The forms of what was asked."""
        forms = [call.form for call in self.server.asked]
        return [form for form in forms if method in ("", form["method"])]

    def source(self, folder: Path, **section: Any) -> Source:
        section = (
            {"kind": "taobao", "app_key": "12345678", "gateway": self.server.url, "lookback": 3}
            | SECRETS
            | section
        )
        return live(folder, self.clock, section)

    def trade(
        self, number: int, created: float, *, status: str = "WAIT_SELLER_SEND_GOODS", **more: Any
    ) -> Row:
        line = {"oid": number * 10, "num_iid": 600000000001, "title": "木椅", "num": 1, "payment": "99.00"}
        row = {
            "tid": 3_600_000_000_000_000_000 + number, "status": status, "payment": "99.00", "type": "fixed",
            "created": written(created), "pay_time": written(created + 60), "modified": written(created + 60),
            "delivery_time": written(created + 2 * DAY), "orders": [line], "buyer_nick": "小明", "receiver_name": "王小明",
            "receiver_mobile": "13800000000", "receiver_address": "西湖路 1 号",
        } | more  # fmt: skip
        self.shelf.trades[str(row["tid"])] = row
        return row


@pytest.fixture
def market() -> Iterator[Market]:
    running = Market()
    yield running
    running.server.close()


async def failure(source: Source) -> str:
    with pytest.raises(SourceError) as told:
        await source.poll(None)
    await source.aclose()
    sentence = str(told.value)
    assert not any(secret in sentence for secret in SECRETS.values())
    return sentence


@pytest.mark.parametrize("method", ["md5", "hmac", "hmac-sha256"])
@pytest.mark.parametrize("plain", [True, False])
async def test_trades_refunds_and_reviews(tmp_path: Path, market: Market, method: str, plain: bool) -> None:
    market.wire.wrapping = 0.0 if plain else 1.0
    for number in range(250):
        market.trade(number, NOW - 2 * DAY + number * 600)
    market.shelf.refunded["7"] = {
        "refund_id": "7", "tid": 3_600_000_000_000_000_001, "refund_fee": "10.50", "status": "SUCCESS",
        "created": written(NOW - DAY), "modified": written(NOW - 3600), "reason": "运输破损", "dispute_type": "REFUND",
    }  # fmt: skip
    market.shelf.rated.append(
        {"tid": 1, "oid": 11, "created": written(NOW - 60), "content": "好", "result": "good"}
    )
    source, kept = market.source(tmp_path, sign_method=method), Kept()
    await everything(source, kept)
    await source.aclose()
    orders = kept.of("orders", "order_id", "created_at", "promised_ship_at", "amount", "shop")
    assert orders == [
        (str(3_600_000_000_000_000_000 + n), at, at + 2 * DAY, 9900, "s1")
        for n, at in ((n, NOW - 2 * DAY + n * 600) for n in range(250))
    ]
    assert kept.of("aftersales", "aftersale_id", "amount", "reason_class", "finished_at") == [
        ("7", 1050, "damage", NOW - 3600)
    ]
    assert kept.of("reviews", "review_id", "text") == [("11", "好")]
    everything_told = json.dumps(list(map(str, kept.rows.items())), ensure_ascii=False)
    assert not any(word in everything_told for word in ("小明", "13800000000", "西湖路"))


async def test_what_changes_while_its_pages_are_turned_is_neither_lost_nor_doubled(
    tmp_path: Path, market: Market
) -> None:
    """Paged backwards: each row that changes leaves its page, and the others only move forward."""
    chance = random.Random(7)
    for number in range(350):
        market.trade(number, NOW - DAY + number * 60)

    def change() -> None:
        for row in chance.sample(list(market.shelf.trades.values()), 5):
            row["modified"], row["payment"] = written(market.clock.at), f"{chance.randrange(1, 99)}.00"

    market.shelf.between = change
    source, kept = market.source(tmp_path), Kept()
    cursor = await everything(source, kept)
    market.shelf.between = lambda: None
    market.clock.at += 120
    await everything(source, kept, cursor)
    await source.aclose()
    truth = sorted(
        (str(row["tid"]), int(float(row["payment"]) * 100)) for row in market.shelf.trades.values()
    )
    assert kept.of("orders", "order_id", "amount") == truth
    pages = [form["page_no"] for form in market.asked("taobao.trades.sold.increment.get")]
    assert pages[:3] == ["1", "4", "3"]


async def test_totals_that_are_wrong_lose_nothing(tmp_path: Path, market: Market) -> None:
    market.server.faults = Faults(total=1.0)
    for number in range(230):
        market.trade(number, NOW - 7200 + number)
    source, kept = market.source(tmp_path), Kept()
    await everything(source, kept)
    await source.aclose()
    assert len(kept.rows["orders"]) == 230


async def test_the_next_poll_asks_only_for_what_is_new_and_a_while_before(
    tmp_path: Path, market: Market
) -> None:
    market.trade(1, NOW - DAY)
    source, kept = market.source(tmp_path), Kept()
    cursor = await everything(source, kept)
    await source.aclose()
    market.server.asked.clear()
    market.clock.at += 120
    market.trade(2, NOW + 30)
    again = market.source(tmp_path)  # as after a restart
    await everything(again, kept, cursor)
    await again.aclose()
    assert len(kept.rows["orders"]) == 2
    begins = {form["start_modified"] for form in market.asked() if "start_modified" in form}
    assert begins == {written(NOW - 600)}


async def test_reviews_are_split_where_there_are_too_many(tmp_path: Path, market: Market) -> None:
    market.shelf.rated = [
        {"tid": number, "oid": number, "created": written(NOW - 40_000 + number * 10), "content": "好"} for number
        in range(1, 3701)
    ]  # fmt: skip
    source, kept = market.source(tmp_path, lookback=1), Kept()
    await everything(source, kept)
    await source.aclose()
    assert len(kept.rows["reviews"]) == 3700


async def test_parcels_are_asked_after_until_they_have_arrived(tmp_path: Path, market: Market) -> None:
    line = {"oid": 1, "invoice_no": "SF1", "logistics_company": "顺丰速运", "num": 1}
    row = market.trade(
        1, NOW - DAY, status="WAIT_BUYER_CONFIRM_GOODS", consign_time=written(NOW - 7200), orders=[line]
    )
    steps = [{"status_time": written(NOW - 3600), "status_desc": "顺丰已揽收"}]
    market.shelf.traces[str(row["tid"])] = {
        "out_sid": "SF1",
        "company_name": "顺丰速运",
        "trace_list": steps,
    }
    source, kept = market.source(tmp_path), Kept()
    cursor = await everything(source, kept)
    parcel = ("SF1", str(row["tid"]), NOW - 7200, NOW - 3600)
    assert kept.of("parcels", "parcel_id", "order_id", "waybill_at", "picked_up_at", "delivered_at") == [
        (*parcel, None)
    ]
    market.clock.at += 5 * 3600
    steps.append({"status_time": written(NOW + 3600), "status_desc": "您的快件已签收"})
    cursor = await everything(source, kept, cursor)
    assert kept.of("parcels", "parcel_id", "order_id", "waybill_at", "picked_up_at", "delivered_at") == [
        (*parcel, NOW + 3600)
    ]
    assert kept.of("scans", "kind") == [("pickup",), ("delivered",)]
    market.clock.at += 5 * 3600
    market.server.asked.clear()
    await everything(source, kept, cursor)
    await source.aclose()
    assert not market.asked("taobao.logistics.trace.search")


async def test_votes_on_the_agents_that_are_named(tmp_path: Path, market: Market) -> None:
    market.shelf.voted = [
        {
            "eval_code": code,
            "eval_sender": "cntaobao小明",
            "eval_recer": "cntaobao店:小红",
            "eval_time": written(NOW - 60 - code),
        }
        for code in (0, 4)
    ]
    source, kept = market.source(tmp_path, agents=("店:小红",)), Kept()
    await everything(source, kept)
    await source.aclose()
    assert sorted(kept.of("chats", "agent", "stars")) == [("店:小红", 1.0), ("店:小红", 5.0)]
    assert "小明" not in str(kept.rows)


async def test_a_redirect_carries_no_signature_to_another_host(tmp_path: Path, market: Market) -> None:
    elsewhere = Wire(lambda _asked: {})
    moved = Wire(lambda _asked: {})
    moved.fault = lambda _asked: Fault(302, {"Location": f"{elsewhere.url}/router/rest"})
    assert "answers with status 302; check `gateway`" in await failure(
        market.source(tmp_path, gateway=moved.url)
    )
    assert moved.asked
    assert elsewhere.asked == []
    elsewhere.close()
    moved.close()
