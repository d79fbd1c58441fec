"""The installed command in a real terminal, driven by keys alone."""

from __future__ import annotations

import csv
import datetime
import shlex
import sys
from pathlib import Path

import pytest

from export_layouts import DOUDIAN_ORDERS_75
from terminal.tmux import tmux

COMMAND = Path(sys.executable).with_name("shopwatch")
EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"


def shopwatch(*words: str) -> str:
    """The command line, then its exit code, and a shell that keeps the window open."""
    return f"{shlex.join([str(COMMAND), *words])}; echo exit=$?; exec sleep 60"


def no_traceback(screen: str) -> None:
    assert "Traceback" not in screen


@pytest.mark.parametrize(("width", "height"), [(160, 48), (100, 30), (80, 24)])
def test_every_pane_by_keys_on_the_example(tmp_path: Path, width: int, height: int) -> None:
    words = ("--config", str(EXAMPLE), "--state", str(tmp_path / "state"))
    with tmux(shopwatch(*words), tmp_path, width=width, height=height) as terminal:
        terminal.until_shows("青禾家居", "推算")
        terminal.keys("?")
        terminal.until_shows("Esc 返回")
        terminal.keys("Escape")
        terminal.until(lambda screen: "Esc 返回" not in screen)
        terminal.keys("o")
        terminal.until_shows("^s 保存")
        terminal.keys("Escape")
        terminal.until(lambda screen: "Esc 返回" not in screen)
        terminal.keys("2")
        terminal.until_shows("山野")
        terminal.keys("1")
        terminal.until_shows("青禾")
        terminal.resize(40, 12)
        terminal.resize(200, 60)
        terminal.until_shows("待救订单", "今日待办")
        terminal.resize(width, height)
        terminal.until_shows("? 帮助")
        terminal.keys("q")
        no_traceback(terminal.until_shows("exit=0"))


def test_a_tick_survives_a_restart(tmp_path: Path) -> None:
    words = ("--config", str(EXAMPLE), "--state", str(tmp_path / "state"))
    with tmux(shopwatch(*words), tmp_path) as terminal:
        terminal.until_shows("今日待办 0/")
        terminal.until(lambda screen: "☐" in screen)
        for _pane in range(5):
            terminal.keys("Tab")
            terminal.keys("Space")
        terminal.until_shows("今日待办 1/")
        terminal.keys("q")
        terminal.until_shows("exit=0")
    with tmux(shopwatch(*words), tmp_path) as terminal:
        terminal.until_shows("今日待办 1/")


def test_an_export_dropped_into_the_folder_shows(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (tmp_path / "shopwatch.toml").write_text(
        '[monitor]\nrefresh = 1\n[[shop]]\nid = "shop"\nname = "小店"\n'
        '[[shop.source]]\nkind = "files"\npath = "exports/*.csv"\nevery = 2\n',
        encoding="utf-8",
    )
    paid = datetime.datetime.now() - datetime.timedelta(hours=20)
    row = {
        "主订单编号": "\t6912345678901234567", "选购商品": "手机壳", "商品ID": "3001", "商品数量": "1", "订单应付金额": "300.00",
        "订单提交时间": f"{paid:%Y-%m-%d %H:%M:%S}", "支付完成时间": f"{paid:%Y-%m-%d %H:%M:%S}", "订单状态": "待发货",
        "承诺发货时间": f"{paid + datetime.timedelta(hours=48):%Y-%m-%d %H:%M:%S}",
    }  # fmt: skip
    with tmux(shopwatch("--state", str(tmp_path / "state")), tmp_path) as terminal:
        terminal.until_shows("小店", "暂无待救订单")
        with (exports / "orders.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(DOUDIAN_ORDERS_75)
            writer.writerow([row.get(cell, "") for cell in DOUDIAN_ORDERS_75])
        screen = terminal.until_shows("…01234567"[-8:], "待发货")
        no_traceback(screen)


def test_the_demo_comes_alive(tmp_path: Path) -> None:
    with tmux(shopwatch("demo", "--seed", "1"), tmp_path, language="en_US.UTF-8") as terminal:
        screen = terminal.until(lambda screen: "anchored" in screen.lower() or "official" in screen.lower())
        no_traceback(screen)
        terminal.keys("q")
        terminal.until_shows("exit=0")
