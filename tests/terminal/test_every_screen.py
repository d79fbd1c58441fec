"""The installed command in a real terminal, by keys alone: every screen and back, while data arrives and the window
is pulled about. No traceback, no torn border, no lost selection."""

from __future__ import annotations

import contextlib
import csv
import datetime
import threading
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len

from export_layouts import DOUDIAN_ORDERS_75
from terminal.test_installed_command import shopwatch
from terminal.tmux import Tmux, tmux

CONFIG = """
[monitor]
refresh = 1
[alerts]
bell = false
""" + "".join(
    f'[[shop]]\nid = "{id_}"\nname = "{name}"\n[[shop.source]]\nkind = "files"\npath = "{id_}/*.csv"\nevery = 2\n'
    for id_, name in (("jia", "甲店"), ("yi", "乙店"))
)
SIZES = ((200, 60), (160, 48), (100, 30), (80, 24), (61, 17), (40, 12), (80, 24), (120, 36), (200, 60))
SCREENS = {
    "g": "─ 目标分",
    "v": "─ 买家之声",
    "c": "─ 竞店",
    "t": "─ 排行榜",
    "w": "─ 订单关怀",
    "i": "─ 库存",
    "x": "─ 操作记录",
    "!": "─ 报警",
    "e": "─ 导出报表",
    "d": "─ 数据源",
    "u": "─ 评分规则",
    "?": "─ 此处按键与符号含义",
    "o": "^s 保存",
    "m": "Esc 退出",
}
OVERLAYS = {"@": "─ 回看哪个时刻", "n": "─ 备注", "C-p": "输入命令"}
"""By the key that opens it, what stands on a screen and on no other."""


def orders(folder: Path, first: int, count: int) -> None:
    """Drop an export into the folder, whole at once."""
    paid = datetime.datetime.now() - datetime.timedelta(hours=20)
    part = folder / f"orders-{first}.part"
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(DOUDIAN_ORDERS_75)
        for number in range(first, first + count):
            at = paid + datetime.timedelta(minutes=number)
            row = {
                "主订单编号": f"\t69{number:016d}", "选购商品": "手机壳", "商品ID": "3001", "商品数量": "1",
                "订单应付金额": "300.00", "订单提交时间": f"{at:%Y-%m-%d %H:%M:%S}",
                "支付完成时间": f"{at:%Y-%m-%d %H:%M:%S}", "订单状态": "待发货",
                "承诺发货时间": f"{at + datetime.timedelta(hours=48):%Y-%m-%d %H:%M:%S}",
            }  # fmt: skip
            writer.writerow([row.get(cell, "") for cell in DOUDIAN_ORDERS_75])
    part.rename(part.with_suffix(".csv"))


@contextlib.contextmanager
def arriving(folder: Path) -> Iterator[list[int]]:
    """Let orders come in all the while; how many there are by now stands in the list."""
    over, there = threading.Event(), [60]

    def bring() -> None:
        while not over.wait(1.0):
            orders(folder, there[0], 2)
            there[0] += 2

    bringing = threading.Thread(target=bring)
    bringing.start()
    try:
        yield there
    finally:
        over.set()
        bringing.join()


def cells(line: str) -> list[str]:
    """The line cell by cell; the second cell of a wide character is empty."""
    return [part for letter in line for part in (letter, *[""] * (cell_len(letter) - 1)) if cell_len(letter)]


def torn(screen: str) -> str:
    """Return where a border is torn, or nothing."""
    grid = [cells(line) for line in screen.splitlines()]
    width = max(map(len, grid), default=0)
    grid = [line + [" "] * (width - len(line)) for line in grid]
    for y, line in enumerate(grid):
        for x, corner in enumerate(line):
            if corner == "╭" and (found := _torn_frame(grid, x, y)):
                return f"{found}, of the frame at {x}, {y}:\n{screen}"
    return ""


def _torn_frame(grid: list[list[str]], left: int, top: int) -> str:
    right = next((x for x in range(left + 1, len(grid[top])) if grid[top][x] == "╮"), None)
    if right is None:
        return "no corner to the right"
    for y in range(top + 1, len(grid)):
        ends = grid[y][left], grid[y][right]
        if ends == ("╰", "╯"):
            return ""
        if ends != ("│", "│"):
            return f"{ends} in line {y}"
    return "no end below"


def whole(terminal: Tmux) -> str:
    """Return a screen on which every frame is whole; tmux may be asked in the middle of a painting."""
    screen = terminal.until(lambda screen: not torn(screen))
    assert "Traceback" not in screen
    return screen


def fits(screen: str, width: int) -> bool:
    return all(cell_len(line) <= width for line in screen.splitlines())


def selected(screen: str) -> str:
    """The number of the order under the cursor."""
    return next(
        (line.partition("…")[2][:8] for line in screen.splitlines() if "▌" in line and "…" in line), ""
    )


def prepared(tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "shopwatch.toml").write_text(CONFIG, encoding="utf-8")
    for shop in ("jia", "yi"):
        (tmp_path / shop).mkdir()
        orders(tmp_path / shop, 0, 60)
    return ("--state", str(tmp_path / "state"))


def test_every_screen_and_back_while_data_arrives(tmp_path: Path) -> None:
    words = prepared(tmp_path)
    with tmux(shopwatch(*words), tmp_path) as terminal, arriving(tmp_path / "jia"):
        terminal.until_shows("甲店", "待救订单 ", "待发货")
        for key, title in {**SCREENS, **OVERLAYS}.items():
            terminal.keys(key)
            screen = terminal.until_shows(title)
            assert "Traceback" not in screen
            if key not in OVERLAYS:  # they lie over the borders of what is under them
                whole(terminal)
            terminal.keys("Escape")
            terminal.until(lambda screen, title=title: "今日待办" in screen and title not in screen)  # type: ignore[misc]
        whole(terminal)
        terminal.keys("Enter")
        terminal.until_shows("Esc 返回")
        whole(terminal)
        terminal.keys("Escape")
        terminal.until_shows("今日待办")
        terminal.keys("q")
        assert "Traceback" not in terminal.until_shows("exit=0")


def test_no_size_tears_a_border_or_loses_the_selection(tmp_path: Path) -> None:
    words = prepared(tmp_path)
    with (
        tmux(shopwatch(*words), tmp_path, width=200, height=60) as terminal,
        arriving(tmp_path / "jia") as there,
    ):
        terminal.until_shows("甲店", "待发货")
        for _step in range(5):
            terminal.keys("j")
        chosen = "00000005"
        terminal.until(lambda screen: selected(screen) == chosen)
        before = there[0]
        for width, height in SIZES:
            terminal.resize(width, height)
            small = width < 60
            terminal.until(lambda screen, small=small: ("至少" in screen) == small)  # type: ignore[misc]
            # tmux may be asked before it has taken the new size, too
            terminal.until(lambda screen, width=width: fits(screen, width) and not torn(screen))  # type: ignore[misc]
            whole(terminal)
            if not small:
                terminal.until(lambda screen: selected(screen) == chosen)
        terminal.until(lambda screen: there[0] >= before + 8)
        assert selected(whole(terminal)) == chosen
        terminal.keys("q")
        assert "Traceback" not in terminal.until_shows("exit=0")
