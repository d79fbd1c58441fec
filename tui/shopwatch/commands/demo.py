"""The monitor on a simulated marketplace."""

from __future__ import annotations

import contextlib
import tempfile
import zoneinfo
from pathlib import Path

from shopwatch import demo
from shopwatch.commands.here import CommandError, Here, now, on_terminal
from shopwatch.commands.monitor import watch
from shopwatch.demo.cast import MOST


def run(here: Here) -> int:
    _ = here.translate
    arguments = here.arguments
    if arguments.shops > MOST:
        raise CommandError(_("The demo has at most {most} shops.").format(most=MOST))
    if not on_terminal():
        raise CommandError(_("The demo needs a terminal."))
    moment = now().astimezone(zoneinfo.ZoneInfo("Asia/Shanghai"))
    market = demo.start(
        moment, seed=arguments.seed, speed=arguments.speed, shops=arguments.shops, language=here.language
    )
    with contextlib.closing(market), tempfile.TemporaryDirectory(prefix="shopwatch-demo-") as folder:
        path = Path(folder)
        return watch(here, market.config(path), path, market.clock)
