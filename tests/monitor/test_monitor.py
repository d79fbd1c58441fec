"""The loop by its front door: real files, a real warehouse and journal, a clock that stands where put."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import datetime
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from at_work import at_work
from export_layouts import DOUDIAN_AFTERSALE, DOUDIAN_ORDERS_75
from shopwatch.board import Board
from shopwatch.config import Config, DefaultsSection, MonitorSection, ShopSection, SourceSection, load
from shopwatch.feed import OfficialEntry
from shopwatch.monitor import Monitor, open_monitor
from until import PATIENCE

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2026, 11, 20, 20, 0, tzinfo=SHANGHAI)


def written(path: Path, header: Sequence[str], *rows: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([row.get(cell, "") for cell in header] for row in rows)


def config(folder: Path, **sections: object) -> Config:
    source = SourceSection(kind="files", name="exports", path="exports/*", profile="auto", every=0.2)
    shop = ShopSection(id="shop", name="旗舰店", source=(source,))
    made = Config(
        monitor=MonitorSection(refresh=0.1),
        defaults=DefaultsSection(discover=False),
        shop=(shop,),
        folder=folder,
    )
    return msgspec.structs.replace(made, **sections)


@contextlib.asynccontextmanager
async def running(made: Config, state: Path) -> AsyncIterator[Monitor]:
    monitor = open_monitor(made, state, clock=lambda: NOW, language="zh_CN")
    async with at_work(monitor):
        yield monitor


async def until(monitor: Monitor, ready: object, seconds: float = PATIENCE) -> Board:
    """Wait until `ready(board)` of the one shop."""
    assert callable(ready)
    async with asyncio.timeout(seconds):
        while True:
            board = monitor.boards.get("shop")
            if board is not None and ready(board):
                return board
            await asyncio.sleep(0.05)


ORDERS = DOUDIAN_ORDERS_75
AFTERSALES = DOUDIAN_AFTERSALE


def order(number: str, paid: str, promised: str, **cells: str) -> dict[str, str]:
    return {
        "主订单编号": f"\t{number}", "子订单编号": f"\t{number}1", "选购商品": "手机壳",
        "商品ID": "\t3001", "商品数量": "1", "订单应付金额": "300.00", "订单提交时间": paid,
        "支付完成时间": paid, "承诺发货时间": promised, "订单状态": "待发货", "收件人": "张**",
        "省": "广东省", **cells,
    }  # fmt: skip


UNSHIPPED = order("6900000000000000001", "2026-11-19 09:00:00", "2026-11-21 10:00:00")


async def test_exports_dropped_into_a_watched_folder_show_within_a_poll(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        empty = await until(monitor, lambda board: board.sources)
        assert empty.risks_total == 0
        written(
            exports / "orders.csv",
            ORDERS,
            UNSHIPPED,
            order(
                "6900000000000000002", "2026-11-10 09:00:00", "2026-11-12 10:00:00",
                发货时间="2026-11-11 10:00:00", 订单状态="已发货",
            ),
        )  # fmt: skip
        board = await until(monitor, lambda board: board.risks_total == 2)
        first = next(risk for risk in board.risks if risk.order_id == "6900000000000000001")
        assert first.clock == "ship"
        assert first.seconds_left == 14 * 3600
        shipped = next(risk for risk in board.risks if risk.order_id == "6900000000000000002")
        assert not shipped.proved
        assert shipped.stage == "已发货·揽收未知"
        written(
            exports / "aftersales.csv",
            AFTERSALES,
            {
                "售后单号": "\t7001", "订单号": "\t6900000000000000001", "售后类型": "仅退款",
                "商品发货状态": "未发货", "售后状态": "待商家处理", "售后申请时间": "2026-11-20 10:00:00",
                "售后原因": "质量问题", "自动处理截止时间": "2026-11-21 22:00:00",
            },
        )  # fmt: skip
        board = await until(monitor, lambda board: board.risks_total == 3)
        states = {i.id: (i.state, i.why) for d in board.dimensions for i in d.indicators}
        for name, missing in (
            ("pickup_hours", "缺揽收"),
            ("on_time_delivery", "缺应达时间"),
            ("product_rating", "缺评价"),
        ):
            assert states[name][0] == "unavailable"
            assert missing in (states[name][1] or "")
        assert board.score.basis == "estimated"


async def test_a_source_that_fails_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED)
    dead = SourceSection(kind="http", name="dead", url="http://127.0.0.1:9/records", every=60.0, timeout=2.0)
    made = config(tmp_path, source=(dead,))
    async with running(made, tmp_path / "state") as monitor:
        board = await until(
            monitor, lambda board: board.risks_total == 1 and any(s.state == "failing" for s in board.sources)
        )
        told = next(source.error for source in board.sources if source.name == "dead")
        assert told
        assert "127.0.0.1" in told
        assert next(source for source in board.sources if source.name == "exports").state == "ok"


async def test_ticks_and_typed_figures_survive_a_restart(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.actions)
        action = next(action for action in board.actions if action.cadence in ("weekly", "monthly", "daily"))
        await monitor.tick("shop", action.id, True)
        await monitor.record_official(
            "shop", [OfficialEntry(item="total", points=82.0)], NOW - datetime.timedelta(hours=9)
        )
        board = await until(monitor, lambda board: board.score.published)
        assert board.score.value == 82.0
        assert board.score.basis == "official"  # with no records there is nothing to move it by
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        warm = monitor.boards["shop"]  # before anything is asked
        assert warm.score.value == 82.0
        board = await until(monitor, lambda board: board.as_of == NOW)
        assert next(one for one in board.actions if one.id == action.id).done
        assert board.score.published is not None
        await monitor.tick("shop", action.id, False)
        board = await until(
            monitor, lambda board: not next(one for one in board.actions if one.id == action.id).done
        )


async def test_a_typed_figure_can_be_taken_back(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    first, wrong = (NOW - datetime.timedelta(hours=hours) for hours in (33, 9))
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await monitor.record_official("shop", [OfficialEntry("total", points=82.0)], first)
        page = [OfficialEntry("total", points=28.0), OfficialEntry("product", points=69.0)]
        await monitor.record_official("shop", page, wrong)
        await until(monitor, lambda board: board.score.value == 28.0)
        assert [one.at for one in await monitor.typed("shop")] == [wrong, first]
        await monitor.record_official("shop", [OfficialEntry("total")], wrong)
        await until(monitor, lambda board: board.score.value == 82.0)
        assert [(one.at, one.entries) for one in await monitor.typed("shop")] == [
            (wrong, (OfficialEntry("product", points=69.0),)),
            (first, (OfficialEntry("total", points=82.0),)),
        ]
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: board.as_of == NOW)
        assert board.score.value == 82.0


async def test_the_order_behind_a_risk_tells_its_story(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED)
    async with running(config(tmp_path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 1)
        view = await monitor.order("shop", "6900000000000000001")
        assert view is not None
        assert ("金额", "¥300.00") in view.facts
        assert [(event.words, event.ahead) for event in view.timeline][-1] == ("承诺发货时间", True)
        assert await monitor.order("shop", "unknown") is None


def command(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("shopwatch")), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=120,
        env={**os.environ, "LANG": "zh_CN.UTF-8", "HOME": str(folder), "PYTHONUTF8": "1"},
    )


CONFIGURATION = """
[defaults]
discover = false
[[shop]]
id = "shop"
[[shop.source]]
kind = "files"
path = "exports/*.csv"
"""


async def test_status_beside_a_running_monitor_prints_its_last_boards(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED)
    path = tmp_path / "shopwatch.toml"
    path.write_text(CONFIGURATION, encoding="utf-8")
    async with running(load(path), tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.risks_total == 1)
        arguments = ("status", "--json", "--config", str(path), "--state", str(tmp_path / "state"))
        done = await asyncio.to_thread(command, *arguments, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert [shop["id"] for shop in json.loads(done.stdout)["shops"]] == ["shop"]
        assert "秒" in done.stderr
        refused = await asyncio.to_thread(
            command, *arguments, "--as-of", "2026-11-19T09:00:00+08:00", folder=tmp_path
        )
        assert refused.returncode == 3
        assert "Traceback" not in refused.stderr
