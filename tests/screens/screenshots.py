"""The pictures in the READMEs: the real monitor on the example configuration, whose clock is pinned.

python tests/screens/screenshots.py          # writes docs/*.svg anew
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from textual.pilot import Pilot

from screens.picture import picture
from shopwatch.app import ShopwatchApp
from shopwatch.commands.here import now
from shopwatch.config import load
from shopwatch.monitor import open_monitor

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs"
SHOTS: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "shop": ((150, 44), ()),
    "indicator": ((120, 36), ("tab", "tab", "tab", "tab", "down", "down", "enter")),
    "wall": ((120, 36), ("m",)),
}
PATIENCE = 60.0


async def shot(language: str, size: tuple[int, int], keys: Sequence[str]) -> str:
    config = load(ROOT / "config.example.toml")
    with tempfile.TemporaryDirectory() as state:
        monitor = open_monitor(config, Path(state), clock=now, wall=now, language=language)
        app = ShopwatchApp(monitor, language=language)
        try:
            async with app.run_test(size=size) as pilot:
                await _made(app, pilot)
                for key in keys:
                    await pilot.press(key)
                    await _at_rest(app, pilot)
                await _at_rest(app, pilot)
                return picture(app)
        finally:
            await monitor.aclose()


async def _made(app: ShopwatchApp, pilot: Pilot[None]) -> None:
    """Wait for whole boards of every source."""
    async with asyncio.timeout(PATIENCE):
        while not app.boards_now or not all(
            board.whole and all(source.last_success for source in board.sources)
            for board in app.boards_now.values()
        ):
            await pilot.pause(0.2)
    await pilot.pause(6)  # the next refresh, with what the days ahead bring


async def _at_rest(app: ShopwatchApp, pilot: Pilot[None]) -> None:
    await pilot.pause(0.2)
    while any(one.is_running for one in app.workers if one.name != "monitor"):
        await pilot.pause(0.1)
    await pilot.pause(0.2)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for language in ("zh_CN", "en"):
        for name, (size, keys) in SHOTS.items():
            path = FOLDER / f"{name}.{language}.svg"
            path.write_text(asyncio.run(shot(language, size, keys)), encoding="utf-8")
            print(path.relative_to(ROOT), path.stat().st_size)


if __name__ == "__main__":
    main()
