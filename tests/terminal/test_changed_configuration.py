"""A configuration that is changed while the monitor stands open, and a terminal without colours."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from terminal.test_every_screen import prepared, selected
from terminal.test_installed_command import shopwatch
from terminal.tmux import tmux


def test_a_change_is_taken_up_and_a_mistake_is_told(tmp_path: Path) -> None:
    words = prepared(tmp_path)
    path = tmp_path / "shopwatch.toml"
    good = path.read_text("utf-8")
    with tmux(shopwatch(*words), tmp_path) as terminal:
        terminal.until_shows("甲店", "待发货")
        for _step in range(3):
            terminal.keys("j")
        chosen = "00000003"
        terminal.until(lambda screen: selected(screen) == chosen)
        time.sleep(2)  # until it is kept
        path.write_text(good.replace("refresh = 1", 'refresh = "soon"'), encoding="utf-8")
        screen = terminal.until_shows("✖ monitor.refresh", "soon")
        assert "甲店" in screen, "the one before is still in force"
        path.write_text(good.replace("甲店", "甲店改名"), encoding="utf-8")
        terminal.until_shows("甲店改名", "待发货")
        terminal.until(lambda screen: selected(screen) == chosen)
        terminal.keys("q")
        assert "Traceback" not in terminal.until_shows("exit=0")


def test_no_color_leaves_no_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    words = prepared(tmp_path)
    with tmux(shopwatch(*words), tmp_path) as terminal:
        terminal.until_shows("甲店", "待发货")
        coloured = terminal.coloured
        assert "\x1b[1m" in coloured or "\x1b[7m" in coloured, "what stands out still does"
        for code in coloured.split("\x1b[38;2;")[1:]:
            red, green, blue = (int(part) for part in code.split("m")[0].split(";")[:3])
            assert red == green == blue
        terminal.keys("q")
        terminal.until_shows("exit=0")
