"""A Taobao shop over real HTTP: the simulated gateway checks every signature by its own recomputation."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from live_cases import NOW, Clock, Kept, everything, live
from shopwatch.simulator.taobao import Row, TopGateway, written
from shopwatch.sources import Source, SourceError
from wire import Fault, Wire

SECRETS = {"app_secret": "s3cret-of-the-app", "session": "s3ssion-of-the-seller"}
DAY = 86_400


class Market:
    """A gateway on the wire, and a clock that both sides share."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.gateway = TopGateway("12345678", SECRETS["app_secret"], SECRETS["session"], self.clock.now)
        self.wire = Wire(lambda asked: self.gateway.answer(asked.form))

    def source(self, folder: Path, **section: Any) -> Source:
        section = (
            {"kind": "taobao", "app_key": "12345678", "gateway": self.wire.url, "lookback": 3}
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
        self.gateway.trades[str(row["tid"])] = row
        return row


@pytest.fixture
def market() -> Iterator[Market]:
    running = Market()
    yield running
    running.wire.close()


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
    market.gateway.plain = plain
    for number in range(250):
        market.trade(number, NOW - 2 * DAY + number * 600)
    market.gateway.refunds["7"] = {
        "refund_id": "7", "tid": 3_600_000_000_000_000_001, "refund_fee": "10.50", "status": "SUCCESS",
        "created": written(NOW - DAY), "modified": written(NOW - 3600), "reason": "运输破损", "dispute_type": "REFUND",
    }  # fmt: skip
    market.gateway.rates.append(
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

    def change(method: str) -> None:
        if method == "taobao.trades.sold.increment.get":
            for row in chance.sample(list(market.gateway.trades.values()), 5):
                row["modified"], row["payment"] = written(market.clock.at), f"{chance.randrange(1, 99)}.00"

    market.gateway.between = change
    source, kept = market.source(tmp_path), Kept()
    cursor = await everything(source, kept)
    market.gateway.between = lambda _method: None
    market.clock.at += 120
    await everything(source, kept, cursor)
    await source.aclose()
    truth = sorted(
        (str(row["tid"]), int(float(row["payment"]) * 100)) for row in market.gateway.trades.values()
    )
    assert kept.of("orders", "order_id", "amount") == truth
    pages = [form["page_no"] for _verb, _path, _query, form, _headers in market.wire.asked
             if form["method"] == "taobao.trades.sold.increment.get" and form["page_no"] != "1"]  # fmt: skip
    assert pages[:2] == ["4", "3"] or pages[:2] == ["5", "4"] or int(pages[0]) > int(pages[1])


async def test_a_total_that_is_too_small_loses_nothing(tmp_path: Path, market: Market) -> None:
    market.gateway.total_error = -150
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
    market.wire.asked.clear()
    market.clock.at += 120
    market.trade(2, NOW + 30)
    again = market.source(tmp_path)  # as after a restart
    await everything(again, kept, cursor)
    await again.aclose()
    assert len(kept.rows["orders"]) == 2
    forms = [asked.form for asked in market.wire.asked]
    begins = {form["start_modified"] for form in forms if "start_modified" in form}
    assert begins == {written(NOW - 600)}


async def test_reviews_are_split_where_there_are_too_many(tmp_path: Path, market: Market) -> None:
    market.gateway.rates = [
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
    market.gateway.traces[str(row["tid"])] = {
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
    market.wire.asked.clear()
    await everything(source, kept, cursor)
    await source.aclose()
    assert not any(asked.form["method"] == "taobao.logistics.trace.search" for asked in market.wire.asked)


async def test_votes_on_the_agents_that_are_named(tmp_path: Path, market: Market) -> None:
    market.gateway.votes = [
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


async def test_the_rate_is_kept_and_a_ban_is_waited_for(tmp_path: Path, market: Market) -> None:
    for number in range(900):
        market.trade(number, NOW - DAY + number * 60)
    market.gateway.per_second = 3
    source, kept = market.source(tmp_path, rate=3), Kept()
    await everything(source, kept)
    await source.aclose()
    assert (market.gateway.banned_until, len(kept.rows["orders"])) == (0.0, 900)

    market.gateway.calls.clear()
    greedy = market.source(tmp_path, rate=50)
    kept = Kept()
    await everything(greedy, kept)
    await greedy.aclose()
    assert market.gateway.banned_until > 0
    assert (market.gateway.during_ban, len(kept.rows["orders"])) == (0, 900)


async def test_a_method_that_is_closed_leaves_the_others(tmp_path: Path, market: Market) -> None:
    market.trade(1, NOW - 3600)
    market.gateway.closed = {"taobao.traderates.get"}
    source, kept = market.source(tmp_path), Kept()
    await everything(source, kept)
    await source.aclose()
    assert len(kept.rows["orders"]) == 1
    words = [sentence for poll in kept.polls for sentence in poll.waiting]
    assert any("taobao.traderates.get: this app may not ask it" in sentence for sentence in words)


@pytest.mark.parametrize(
    ("section", "ahead", "sentence"),
    [
        (
            {"app_secret": "another"},
            0,
            "refuses the signature (25 isv.invalid-signature); check `app_secret`",
        ),
        ({"app_key": "87654321"}, 0, "knows no such app (29 isv.appkey-not-exists); check `app_key`"),
        ({"session": "old"}, 0, "no longer accepts `session` (27 session-expired); authorise the app again"),
        ({}, 3600, "this machine's clock"),
    ],
)
async def test_what_is_wrong_is_told_in_a_sentence(
    tmp_path: Path, market: Market, section: dict[str, Any], ahead: float, sentence: str
) -> None:
    server = market.clock.at
    market.gateway.now = lambda: server - ahead
    assert sentence in await failure(market.source(tmp_path, **section))


async def test_a_redirect_carries_no_signature_to_another_host(tmp_path: Path, market: Market) -> None:
    elsewhere = Wire(lambda _asked: {})
    market.wire.fault = lambda _asked: Fault(302, {"Location": f"{elsewhere.url}/router/rest"})
    assert "answers with status 302; check `gateway`" in await failure(market.source(tmp_path))
    assert elsewhere.asked == []
    elsewhere.close()


async def test_with_every_fault_at_once_the_end_is_the_truth(tmp_path: Path, market: Market) -> None:
    chance = random.Random(20261120)
    for number in range(1200):
        market.trade(number, NOW - DAY + number * 70)
    for number in range(300):
        market.gateway.refunds[str(number)] = {
            "refund_id": str(number), "tid": number, "refund_fee": "1.00", "status": "WAIT_SELLER_AGREE",
            "created": written(NOW - DAY), "modified": written(NOW - DAY + number * 200),
        }  # fmt: skip
    faults = [
        Fault(500), Fault(503, {"Retry-After": "2"}), Fault(429, {"Retry-After": "1"}), Fault(body=b"{}" * 50, cut=True),
        Fault(body=b'{"trades": [{"tid": 1'), Fault(body=b"<html>busy</html>"), Fault(body=b'{"request_id": "a"}'),
        Fault(body=b'{"error_response": {"code": 15, "msg": "x", "sub_code": "isp.system-busy"}}'),
    ]  # fmt: skip
    market.wire.fault = lambda _asked: chance.choice(faults) if chance.random() < 0.3 else None
    kept, cursor, failed = Kept(), None, 0
    for _round in range(60):
        source = market.source(tmp_path)  # each poll as after a kill and a restart
        try:
            poll = await source.poll(cursor)
        except SourceError:
            failed += 1
            market.clock.at += 30
            continue
        finally:
            await source.aclose()
        kept.take(poll)
        cursor = poll.cursor
        market.clock.at += 30
        if len(kept.rows.get("orders", {})) == 1200 and len(kept.rows.get("aftersales", {})) == 300:
            break
    assert kept.of("orders", "order_id") == sorted(
        (str(row["tid"]),) for row in market.gateway.trades.values()
    )
    assert kept.of("aftersales", "aftersale_id") == sorted((number,) for number in market.gateway.refunds)
    assert len({asked.form["timestamp"] for asked in market.wire.asked}) > 10
