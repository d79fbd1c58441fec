"""Order care by the front door: exports in, texts out, sent once over a real loopback webhook, also over restarts."""

from __future__ import annotations

import asyncio
import csv
import datetime
import http.server
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.test_monitor import NOW, config, order, running, until, written
from monitor.test_monitor import ORDERS as HEADER
from shopwatch.board.care import CareBoard
from shopwatch.config.structs import CareSection, Config, Secret
from shopwatch.monitor import Monitor
from shopwatch.once import Once
from shopwatch.reports import writing
from shopwatch.reports.care import care_report
from until import PATIENCE

PAID = order("6900000000000000011", "2026-11-20 18:00:00", "2026-11-22 18:00:00")
LATE = order("6900000000000000012", "2026-11-18 09:00:00", "2026-11-20 09:00:00")
SOON = order("6900000000000000013", "2026-11-18 23:00:00", "2026-11-20 23:00:00")
SHIPPED = order(
    "6900000000000000014", "2026-11-19 09:00:00", "2026-11-21 09:00:00",
    发货时间="2026-11-20 12:00:00", 订单状态="已发货",
)  # fmt: skip
DONE = order(
    "6900000000000000015", "2026-11-10 09:00:00", "2026-11-12 09:00:00",
    发货时间="2026-11-11 12:00:00", 订单完成时间="2026-11-20 09:00:00", 订单状态="已完成",
)  # fmt: skip
UNPAID = {
    **order("6900000000000000016", "2026-11-20 17:00:00", ""),
    "支付完成时间": "",
    "订单状态": "待支付",
}


class Receiver:
    """A webhook on loopback that keeps what it is sent. answers: the statuses it gives, the last for good."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answers = [200]
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.taken.append(json.loads(body) | {"key": self.headers["idempotency-key"]})
                status = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?key=s3cret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def folder(path: Path, *rows: dict[str, str]) -> Path:
    exports = path / "exports"
    exports.mkdir(exist_ok=True)
    written(exports / "orders.csv", HEADER, *rows)
    return path


async def asked(made: Config, state: Path, *, send: bool = False, at: datetime.datetime = NOW) -> Any:
    once = Once(made, state, clock=lambda: at, language="zh_CN")
    try:
        return await once.care(None, poll=True, send=send)
    finally:
        await once.aclose()


def listed(board: CareBoard) -> dict[str, list[str]]:
    return {group.id: [item.order_id[-2:] for item in group.items] for group in board.groups}


async def test_who_is_told_what_goes_by_the_orders_own_moments(tmp_path: Path) -> None:
    made = config(folder(tmp_path, PAID, LATE, SOON, SHIPPED, DONE, UNPAID))
    found = await asked(made, tmp_path / "state")
    _name, board = found.shops["shop"]
    assert listed(board) == {
        "late_shipping": ["12"], "may_ship_late": ["13"], "received": ["15"], "shipped": ["14"],
        "paid": ["11"], "unpaid": ["16"],
    }  # fmt: skip
    (late,) = (item for group in board.groups for item in group.items if item.care == "late_shipping")
    assert "6900000000000000012" in late.text
    assert "11-20 09:00" in late.text
    assert "手机壳" in late.text
    assert "张" not in late.text
    assert board.sends == "off"


async def test_on_paper_a_group_has_its_count_and_in_a_file_its_name(tmp_path: Path) -> None:
    found = await asked(config(folder(tmp_path, LATE, SHIPPED)), tmp_path / "state")
    made = care_report(found.shops, NOW, str, "zh_CN")
    rows = csv.reader(io.StringIO(writing.written(made, "csv").removeprefix("\ufeff")))
    assert {row[1] for row in rows if "旗舰店" in row[0]} == {"发货已逾期", "已发货"}
    for form in ("md", "html"):
        assert "发货已逾期 1" in writing.written(made, form)


async def care(monitor: Monitor) -> CareBoard:
    board = None
    async with asyncio.timeout(PATIENCE):
        while board is None:  # the last board is there before the store
            await asyncio.sleep(0.05)
            board = await monitor.care("shop")
    return board


async def test_each_buyer_is_told_once_and_a_restart_knows(tmp_path: Path) -> None:
    made = config(folder(tmp_path, PAID, LATE))

    async with running(made, tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 2)
        (group, _paid) = (await care(monitor)).groups
        await monitor.told("shop", group.items, True)
        assert listed(await care(monitor)) == {"paid": ["11"]}
    async with running(made, tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.as_of == NOW and board.risks_total == 2)
        board = await care(monitor)
        assert listed(board) == {"paid": ["11"]}
        assert [(one.order_id[-2:], one.how) for one in board.told] == [("12", "told")]
        await monitor.told("shop", board.told, False)
        assert listed(await care(monitor)) == {"late_shipping": ["12"], "paid": ["11"]}


async def test_who_was_told_of_a_delay_is_not_told_next_that_all_is_well(tmp_path: Path) -> None:
    """Paid 20 hours ago and due in three: it is "paid" as well as "may ship late"; what was told is the last word."""
    tight = order("6900000000000000017", "2026-11-20 00:00:00", "2026-11-20 23:00:00")
    async with running(config(folder(tmp_path, tight)), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 1)
        (group,) = (await care(monitor)).groups
        assert group.id == "may_ship_late"
        await monitor.told("shop", group.items, True)
        assert listed(await care(monitor)) == {}


async def test_sending_is_a_dry_run_until_the_configuration_says_otherwise(
    tmp_path: Path, receiver: Receiver
) -> None:
    made = config(folder(tmp_path, PAID, LATE), care=CareSection(webhook=Secret(receiver.url)))
    found = await asked(made, tmp_path / "state", send=True)
    assert found.sent["shop"].sends == "dry"
    assert len(found.sent["shop"].items) == 2
    assert receiver.taken == []
    again = await asked(made, tmp_path / "state")
    assert listed(again.shops["shop"][1]) == {"late_shipping": ["12"], "paid": ["11"]}


async def test_each_is_sent_once_also_over_restarts(tmp_path: Path, receiver: Receiver) -> None:
    care = CareSection(webhook=Secret(receiver.url), dry_run=False)
    made = config(folder(tmp_path, PAID, LATE), care=care)
    found = await asked(made, tmp_path / "state", send=True)
    assert [item.order_id[-2:] for item in found.sent["shop"].items] == ["12", "11"]
    assert {one["order_id"][-2:]: one["occasion"] for one in receiver.taken} == {
        "12": "late_shipping",
        "11": "paid",
    }
    assert all(
        set(one) == {"id", "shop", "order_id", "occasion", "product", "text", "key"} for one in receiver.taken
    )
    assert receiver.taken[0]["key"] == receiver.taken[0]["id"] == "shop/late_shipping/6900000000000000012"
    again = await asked(made, tmp_path / "state", send=True)
    assert again.sent["shop"].items == ()
    assert len(receiver.taken) == 2


async def test_what_was_refused_can_be_sent_again_and_what_may_have_arrived_is_not(
    tmp_path: Path, receiver: Receiver
) -> None:
    care = CareSection(webhook=Secret(receiver.url), dry_run=False)
    made = config(folder(tmp_path, PAID, LATE), care=care)
    receiver.answers = [401]
    refused = await asked(made, tmp_path / "state", send=True)
    assert "HTTP 401" in refused.sent["shop"].trouble
    assert "s3cret" not in refused.sent["shop"].trouble
    receiver.answers = [500]
    unsure = await asked(made, tmp_path / "state", send=True)
    assert "HTTP 500" in unsure.sent["shop"].trouble
    receiver.answers = [200]
    last = await asked(made, tmp_path / "state", send=True)
    assert [item.order_id[-2:] for item in last.sent["shop"].items] == ["11"]
    assert [one["order_id"][-2:] for one in receiver.taken] == ["12", "12", "11"]
    (_name, board) = (await asked(made, tmp_path / "state")).shops["shop"]
    assert {one.order_id[-2:]: one.how for one in board.told} == {"12": "sending", "11": "sent"}


async def test_nobody_is_written_to_at_night(tmp_path: Path, receiver: Receiver) -> None:
    care = CareSection(webhook=Secret(receiver.url), dry_run=False)
    made = config(folder(tmp_path, PAID, LATE), care=care)
    found = await asked(made, tmp_path / "state", send=True, at=NOW.replace(hour=23))
    assert (found.sent["shop"].sends, found.sent["shop"].items, receiver.taken) == ("quiet", (), [])
