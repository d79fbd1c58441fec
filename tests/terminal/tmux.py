"""A real terminal for a test: tmux on a socket of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from until import PATIENCE


class Tmux:
    """One window; keys in, text out."""

    def __init__(self, socket: str) -> None:
        self._socket = socket

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.stdout

    def keys(self, *keys: str) -> None:
        self._run("send-keys", "-t", "test", *keys)

    def resize(self, width: int, height: int) -> None:
        self._run("resize-window", "-t", "test", "-x", str(width), "-y", str(height))

    @property
    def screen(self) -> str:
        return self._run("capture-pane", "-t", "test", "-p")

    @property
    def coloured(self) -> str:
        """The screen with what gives it its colours."""
        return self._run("capture-pane", "-t", "test", "-p", "-e")

    def until(self, ready: Callable[[str], bool], seconds: float = PATIENCE) -> str:
        """Wait for a screen that is ready, and return it; fail with the last one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            screen = self.screen
            if ready(screen):
                return screen
            time.sleep(0.1)
        pytest.fail(f"not within {seconds} s:\n{self.screen}")

    def until_shows(self, *texts: str, seconds: float = PATIENCE) -> str:
        return self.until(lambda screen: all(text in screen for text in texts), seconds)


@contextmanager
def tmux(
    command: str, folder: Path, *, width: int = 160, height: int = 48, language: str = "zh_CN.UTF-8"
) -> Iterator[Tmux]:
    """Run a command in a terminal; skip where tmux is not installed."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = f"shopwatch-{uuid.uuid4().hex[:8]}"
    environment = {
        **os.environ,
        "LANG": "C.UTF-8",
        "LC_ALL": "",
        "LC_MESSAGES": language,
        "TERM": "xterm-256color",
    }
    subprocess.run(
        ["tmux", "-L", socket, "-u", "new-session", "-d", "-s", "test", "-x", str(width), "-y", str(height),
         "-c", str(folder), command],
        check=True, env=environment, timeout=PATIENCE,
    )  # fmt: skip
    try:
        yield Tmux(socket)
    finally:
        subprocess.run(
            ["tmux", "-L", socket, "kill-server"], check=False, capture_output=True, timeout=PATIENCE
        )
