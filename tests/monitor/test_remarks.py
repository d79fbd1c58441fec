"""What people say of orders, by the monitor's front door: told, kept, there after a restart and in `status`."""

from __future__ import annotations

import asyncio
import datetime
import json
from pathlib import Path

import msgspec

from monitor.test_monitor import NOW, ORDERS, UNSHIPPED, config, order, running, until, written
from shopwatch.board import Risk
from shopwatch.once import Once
from until import PATIENCE

FIRST = "6900000000000000001"
SECOND = order("6900000000000000003", "2026-11-18 09:00:00", "2026-11-20 10:00:00")


def said(risk: Risk) -> tuple[str | None, int, str | None, datetime.datetime | None]:
    return risk.owner, risk.notes, risk.note, risk.snoozed_until


async def test_what_is_said_of_an_order_stands_on_the_board_and_survives_a_restart(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED, SECOND)
    later = NOW + datetime.timedelta(hours=1)
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 2)
        await monitor.remark("shop", [FIRST], note="已电联 13812345678")
        await monitor.remark("shop", [FIRST], owner="小林")
        await monitor.remark("shop", [FIRST], until=later)
        board = await until(monitor, lambda board: any(risk.snoozed_until for risk in board.risks))
        by_order = {risk.order_id: said(risk) for risk in board.risks}
        assert by_order == {
            FIRST: ("小林", 1, "已电联 ***", later),
            "6900000000000000003": (None, 0, None, None),
        }
    assert b"13812345678" not in (tmp_path / "state" / "journal.sqlite").read_bytes()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.as_of == NOW and board.risks_total == 2)
        assert {risk.order_id: said(risk) for risk in board.risks} == by_order
        view = None
        async with asyncio.timeout(PATIENCE):
            while view is None:  # the board is there before the store
                await asyncio.sleep(0.05)
                view = await monitor.order("shop", FIRST)
        assert (view.owner, view.snoozed_until) == ("小林", later)
        assert [(event.words, event.table) for event in view.timeline if not event.table] == [
            ("已电联 ***", "")
        ]
        await monitor.remark("shop", [FIRST], owner="")
        await monitor.remark("shop", [FIRST])
        await until(monitor, lambda board: all(not risk.snoozed_until for risk in board.risks))


async def test_status_says_what_was_said_by_then(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED)
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 1)
        await monitor.remark("shop", [FIRST], owner="小林")
    once = Once(config(tmp_path), tmp_path / "state", clock=lambda: NOW, language="zh_CN")
    found = await once.status(None, poll=False, shop=None, risks=0)
    before = await once.status(NOW - datetime.timedelta(hours=1), poll=False, shop=None, risks=0)
    await once.aclose()
    (risk,) = json.loads(msgspec.json.encode(found.status))["shops"][0]["risks"]
    assert (risk["owner"], risk["notes"], risk["note"]) == ("小林", 0, None)
    assert before.status.shops[0].risks[0].owner is None


async def test_an_orders_story_tells_its_clocks_and_its_part_in_the_score(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    done = order(
        "6900000000000000004", "2026-11-10 09:00:00", "2026-11-12 10:00:00",
        发货时间="2026-11-11 10:00:00", 订单状态="已完成", 订单完成时间="2026-11-15 10:00:00",
    )  # fmt: skip
    written(exports / "orders.csv", ORDERS, UNSHIPPED, done)
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total >= 1)
        view = await monitor.order("shop", FIRST)
        assert view is not None
        (run,) = view.clocks
        assert (run.clock, run.name, run.ended) == ("ship", "发货承诺", None)
        assert run.due is not None
        assert not run.late(NOW)
        assert {event.table for event in view.timeline} == {"orders"}
        finished = await monitor.order("shop", "6900000000000000004")
        assert finished is not None
        assert [(run.clock, run.ended is not None) for run in finished.clocks] == [("ship", True)]
