"""A Kuaishou shop over real HTTP: the simulated gateway checks every signature by its own recomputation."""

from __future__ import annotations

import dataclasses
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from live_cases import NOW, Clock, Kept, Nth, everything, live
from shopwatch.simulator.kuaishou import KuaishouWire, Row
from shopwatch.simulator.server import Market as Server
from shopwatch.sources import Source, SourceError
from wire import Fault, Wire

SECRETS: dict[str, Any] = {
    "app_secret": "s3cret-of-the-app", "sign_secret": "s1gn-secret", "access_token": "access-0",
    "refresh_token": "refresh-0",
}  # fmt: skip
DAY = 86_400


@dataclasses.dataclass
class Shelf:
    """What the shop has, as rows that tests put there; see kuaishou.py's `Books`."""

    ordered: list[Row] = dataclasses.field(default_factory=list)
    refunded: list[Row] = dataclasses.field(default_factory=list)
    commented: list[Row] = dataclasses.field(default_factory=list)
    scored: Row = dataclasses.field(default_factory=dict)

    def orders(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.ordered, lambda row: int(row["orderBaseInfo"]["updateTime"]), begin, end)

    def refunds(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.refunded, lambda row: int(row["updateTime"]), begin, end)

    def comments(self, begin: int, end: int, _now: int) -> Sequence[Row]:
        return within(self.commented, lambda row: int(row["createTime"]), begin, end)

    def score(self) -> Row:
        return self.scored


def within(rows: Sequence[Row], moment: Callable[[Row], int], begin: int, end: int) -> list[Row]:
    return sorted((row for row in rows if begin <= moment(row) <= end), key=moment)


class Market:
    """A gateway on the wire, and a clock that both sides share."""

    def __init__(self) -> None:
        self.clock, self.shelf = Clock(), Shelf()
        self.wire = KuaishouWire(self.shelf, app_key="ks7", **SECRETS)
        self.server = Server(self.wire, self.clock.now)

    def source(self, folder: Path, **section: Any) -> Source:
        section = (
            {"kind": "kuaishou", "app_key": "ks7", "gateway": self.server.url, "lookback": 3}
            | SECRETS
            | section
        )
        return live(folder, self.clock, section)

    def order(self, number: int, created: float, **more: Any) -> Row:
        base: Row = {
            "oid": 2_300_000_000_000_000_000 + number, "createTime": int(created * 1000), "payTime": int(created * 1000) + 500,
            "updateTime": int(created * 1000) + 500, "totalFee": 9900, "status": 30, "buyerNick": "小明",
            "promiseTimeStampOfDelivery": int(created * 1000) + 2 * DAY * 1000,
        } | more  # fmt: skip
        row = {
            "orderBaseInfo": base, "orderItemInfo": {"itemId": 7, "itemTitle": "木椅", "num": 2},
            "orderLogisticsInfo": [{"expressNo": f"KS{number}", "expressCode": 4}] if base["status"] >= 40 else [],
            "orderAddress": {"encryptedConsignee": "王小明", "desensitiseMobile": "138****0000", "encryptedAddress": "西湖路"},
        }  # fmt: skip
        self.shelf.ordered.append(row)
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


@pytest.mark.parametrize("method", ["MD5", "HMAC_SHA256"])
async def test_orders_refunds_comments_and_the_score(tmp_path: Path, market: Market, method: str) -> None:
    for number in range(130):
        market.order(number, NOW - 2 * DAY + number * 1000)
    market.order(500, NOW - DAY, status=40, sendTime=(NOW - 3600) * 1000, updateTime=(NOW - 3600) * 1000)
    market.shelf.refunded.append({
        "refundId": 9, "oid": 2_300_000_000_000_000_000, "refundFee": 1050, "status": 60, "handlingWay": 10,
        "refundReasonDesc": "质量问题", "submitTime": (NOW - 7200) * 1000, "updateTime": (NOW - 60) * 1000,
        "endTime": (NOW - 60) * 1000, "address": "西湖路",
    })  # fmt: skip
    market.shelf.commented.append({
        "commentId": 5, "orderId": 2_300_000_000_000_000_000, "itemId": 7, "content": "好\n评", "qualityScore": 5,
        "logisticsScore": 4, "serviceScore": 3, "createTime": (NOW - 90) * 1000,
    })  # fmt: skip
    market.shelf.scored = {"shopScore": "4.82", "detail": [{"name": "物流", "score": 4.7}], "level": None}
    source, kept = market.source(tmp_path, sign_method=method), Kept()
    await everything(source, kept)
    await source.aclose()
    first = kept.of("orders", "order_id", "created_at", "promised_ship_at", "amount", "quantity", "shop")[0]
    assert first == ("2300000000000000000", NOW - 2 * DAY, NOW, 9900, 2, "s1")
    assert len(kept.rows["orders"]) == 131
    assert kept.of("parcels", "parcel_id", "carrier", "waybill_at") == [("KS500", "4", NOW - 3600)]
    assert kept.of(
        "aftersales", "aftersale_id", "kind", "amount", "succeeded", "finished_at", "reason_class"
    ) == [("9", "refund", 1050, True, NOW - 60, "quality")]
    assert kept.of("reviews", "review_id", "product_stars", "logistics_stars", "service_stars", "text") == [
        ("5", 5.0, 4.0, 3.0, "好 评")
    ]
    assert sorted(kept.of("official", "item", "value")) == [
        ("raw.detail.0.score", 4.7),
        ("raw.shopScore", 4.82),
    ]
    assert not any(word in str(kept.rows) for word in ("小明", "138", "西湖路"))


async def test_a_token_that_runs_out_in_the_middle_is_renewed_once_and_kept(
    tmp_path: Path, market: Market
) -> None:
    for number in range(300):
        market.order(number, NOW - DAY + number * 60)
    market.server.faults = Nth("expired", 4)
    source, kept = market.source(tmp_path), Kept()
    cursor = await everything(source, kept)
    await source.aclose()
    assert (len(kept.rows["orders"]), market.wire.renewals) == (300, 1)
    (file,) = (tmp_path / "tokens").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    again = market.source(tmp_path)  # the configuration still has the old tokens
    await everything(again, kept, cursor)
    await again.aclose()
    assert market.wire.renewals == 1


async def test_a_token_that_cannot_be_renewed(tmp_path: Path, market: Market) -> None:
    market.wire.access_token, market.wire.refresh_token = "x", "y"
    assert "authorise the app again" in await failure(market.source(tmp_path))


async def test_a_method_that_is_closed_leaves_the_others(tmp_path: Path, market: Market) -> None:
    market.order(1, NOW - 3600)
    market.wire.closed = {"open.score.shop.get", "open.comment.list.get"}
    source, kept = market.source(tmp_path), Kept()
    await everything(source, kept)
    await source.aclose()
    assert len(kept.rows["orders"]) == 1
    words = " ".join(sentence for poll in kept.polls for sentence in poll.waiting)
    assert "open.comment.list.get: this app may not ask it" in words


async def test_a_redirect_carries_no_token_to_another_host(tmp_path: Path, market: Market) -> None:
    elsewhere = Wire(lambda _asked: {})
    moved = Wire(lambda _asked: {})
    moved.fault = lambda _asked: Fault(307, {"Location": elsewhere.url})
    assert "answers with status 307; check `gateway`" in await failure(
        market.source(tmp_path, gateway=moved.url)
    )
    assert moved.asked
    assert elsewhere.asked == []
    elsewhere.close()
    moved.close()
