"""On a real terminal: it comes back whole, whatever ends the app, and no failure prints what it shouldn't."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem

from screens.driving import at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.on_a_terminal import SECRET, fail_in_worker
from shopwatch.panes.look import DARK
from until import PATIENCE

SCRIPT = Path(__file__).with_name("on_a_terminal.py")
LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"
MOUSE_OFF = b"\x1b[?1000l"


class Terminal:
    """A process on a pseudo-terminal of 100×30."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self.output = b""

    def read_until(self, found: bytes) -> None:
        ends = time.monotonic() + PATIENCE
        while found not in self.output:
            assert time.monotonic() < ends, self.output[-2000:]
            self._read(0.1)

    def end(self) -> int:
        """Wait for the process and return its exit code; all that it wrote is in `output`."""
        ends = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < ends
            self._read(0.02)
        while self._read(0.05):
            pass
        return self.process.returncode

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def _read(self, seconds: float) -> bool:
        ready, _w, _x = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        with contextlib.suppress(OSError):
            data = os.read(self._master, 65536)
            self.output += data
            return bool(data)
        return False


@contextlib.contextmanager
def terminal(folder: Path, how: str, **environment: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), how],
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | environment,
    )  # fmt: skip
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)


def seconds_to_end(number: signal.Signals, folder: Path) -> float:
    with terminal(folder, "fine") as tty:
        tty.read_until("数据源 4/4".encode())
        started = time.monotonic()
        tty.process.send_signal(number)
        assert tty.end() == 0
        seconds = time.monotonic() - started
        assert LEAVES_ALTERNATE_SCREEN in tty.output
        assert MOUSE_OFF in tty.output
    return seconds


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal_within_a_second(number: signal.Signals, tmp_path: Path) -> None:
    """What holds the end up does so every time; a machine that is busy with others doesn't."""
    assert any(seconds_to_end(number, tmp_path) < 1.0 for _attempt in range(5))


def test_q_leaves_it_whole(tmp_path: Path) -> None:
    with terminal(tmp_path, "fine") as tty:
        tty.read_until("数据源 4/4".encode())
        tty.type("q")
        assert tty.end() == 0
        assert LEAVES_ALTERNATE_SCREEN in tty.output


def test_a_mistake_in_drawing_prints_one_sentence_and_no_values(tmp_path: Path) -> None:
    with terminal(tmp_path, "render") as tty:
        assert tty.end() == 1
        after = tty.output.rpartition(LEAVES_ALTERNATE_SCREEN)[2].decode()
    assert "shopwatch 自身出错" in after
    assert "Traceback" not in tty.output.decode()
    assert SECRET not in tty.output.decode()
    logged = (tmp_path / "shopwatch.log").read_text("utf-8")
    assert "RuntimeError < on_a_terminal.py:" in logged
    assert SECRET not in logged


def test_a_failing_worker_is_a_state_on_the_screen(tmp_path: Path) -> None:
    with terminal(tmp_path, "worker") as tty:
        tty.read_until("监控已停(RuntimeError)".encode())
        tty.type("j")
        time.sleep(0.3)
        assert tty.process.poll() is None
        tty.type("q")
        assert tty.end() == 0
    assert SECRET not in tty.output.decode()
    assert SECRET not in (tmp_path / "shopwatch.log").read_text("utf-8")


def test_without_colours_the_words_are_all_there(tmp_path: Path) -> None:
    with terminal(tmp_path, "fine", NO_COLOR="1") as tty:
        tty.read_until("数据源 4/4".encode())
        tty.type("q")
        tty.end()
    text = tty.output.decode()
    for words in ("推算", "● ", "安全", "未达", "逾期", "改善", "变差"):
        assert words in text


async def test_r_starts_a_monitor_that_stopped(tmp_path: Path) -> None:
    feed = FakeFeed(run_body=fail_in_worker)
    async with at_the_keyboard(feed=feed, log_folder=tmp_path) as hand:
        assert "监控已停" in hand.lines[-2]
        feed.run_body = None
        await hand.press("r")
        assert feed.asked.count(("run",)) == 2
        assert "数据源 4/4" in hand.lines[-2]


async def test_a_question_that_fails_is_told_and_changes_nothing(tmp_path: Path) -> None:
    feed = FakeFeed()

    async def fail(shop: str, order_id: str) -> None:
        raise RuntimeError(SECRET)

    feed.__dict__["order"] = fail
    async with at_the_keyboard(feed=feed, log_folder=tmp_path) as hand:
        await hand.press("j", "enter")
        assert hand.screen == "OrderScreen"
        assert "刚才的操作没有成功" in hand.text
        assert SECRET not in hand.text
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_a_board_that_can_not_be_drawn_does_not_end_the_app(tmp_path: Path) -> None:
    async with at_the_keyboard(log_folder=tmp_path) as hand:
        good = hand.feed.shops["flagship"].dimensions
        hand.feed.change("flagship", dimensions=(None,))
        await hand.rest()
        assert "有一栏无法显示" in hand.lines[-2]
        hand.feed.change("flagship", dimensions=good)
        await hand.rest()
        assert "有一栏无法显示" not in hand.lines[-2]


def in_sixteen(name: str) -> int | None:
    return Color.parse(DARK.variables[name]).downgrade(ColorSystem.STANDARD).number


@pytest.mark.parametrize("ground", ["ground", "row-active", "bar"])
@pytest.mark.parametrize("name", ["good", "near", "bad", "quiet", "strong", "key"])
def test_what_must_be_read_stands_out_in_sixteen_colours(name: str, ground: str) -> None:
    assert in_sixteen(name) != in_sixteen(ground)


def test_good_near_and_bad_stay_three_colours_in_sixteen() -> None:
    assert len({in_sixteen(name) for name in ("good", "near", "bad", "strong")}) == 4
