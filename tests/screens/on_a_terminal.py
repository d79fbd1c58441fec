"""Runs the app on the terminal that this process has, with a feed of ready-made boards.

usage: on_a_terminal.py LOG_FOLDER fine|worker|render
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from textual.strip import Strip

from screens.fake_feed import FakeFeed
from shopwatch.app import ShopwatchApp
from shopwatch.logs import logging_to
from shopwatch.panes.score import ScorePane

SECRET = "hunter2-planted"


def fail_in_worker(feed: FakeFeed) -> None:
    password = f"{SECRET}-local"
    raise RuntimeError(f"the worker fails with {password}")


def fail_in_render(self: ScorePane, y: int) -> Strip:
    password = f"{SECRET}-local"
    raise RuntimeError(f"line {y} fails with {password}")


def main(folder: str, how: str) -> int:
    feed = FakeFeed(ticking=True, run_body=fail_in_worker if how == "worker" else None)
    if how == "render":
        ScorePane.render_line = fail_in_render  # type: ignore[method-assign, assignment]
    app = ShopwatchApp(feed, language="zh_CN", log_folder=Path(folder))
    with logging_to(Path(folder)):
        app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
