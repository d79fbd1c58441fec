"""The simulated marketplace of `shopwatch demo`: shops in every state of health, polled like real ones.

Canonical records go out as JSON pages over HTTP on loopback. The same seed and simulated moment give the
same history. Nothing in it is a real shop, order or person.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from shopwatch.config import Config, DefaultsSection, MonitorSection, ShopSection, SourceSection
from shopwatch.demo.address import listen, url_of
from shopwatch.demo.apart import Process
from shopwatch.demo.cast import HAND_MADE, MOST, Shop, named
from shopwatch.demo.clock import SimClock

SPEED = 3600.0
POLL_SECONDS = 2.0
COMPARED = 3  # shops that stand beside each other
NAMES = {"zh": "模拟平台", "en": "simulated"}


class Running(Protocol):
    def close(self) -> None: ...


@dataclasses.dataclass(frozen=True)
class Demo:
    """A running marketplace; close it when done."""

    clock: SimClock
    shops: tuple[Shop, ...]
    url: str
    source: str
    """What the marketplace is called."""
    running: Running

    def config(self, folder: Path) -> Config:
        """Return the configuration that watches it, its relative paths in `folder`."""
        return Config(
            monitor=MonitorSection(refresh=1.0),
            defaults=DefaultsSection(scorecard="douyin", timezone="Asia/Shanghai", discover=True),
            shop=tuple(
                ShopSection(
                    id=shop.id,
                    name=shop.name,
                    tags=shop.tags,
                    weights=dict(shop.weights),
                    given=dict(shop.given),
                    competitors=self._competitors(shop),
                )
                for shop in self.shops
            ),
            source=(SourceSection(kind="http", name=self.source, url=self.url, every=POLL_SECONDS),),
            folder=folder,
        )

    def _competitors(self, shop: Shop) -> tuple[str, ...]:
        first = self.shops[:COMPARED]
        return tuple(other.id for other in first if other is not shop) if shop in first else ()

    def close(self) -> None:
        self.running.close()


def start(
    moment: datetime.datetime,
    *,
    seed: int = 1,
    speed: float = SPEED,
    shops: int = HAND_MADE,
    language: str = "zh",
    monotonic: Callable[[], float] | None = None,
) -> Demo:
    """Open the marketplace at a simulated moment (with its offset), and let its time run.

    monotonic: what real seconds are counted by; with one of one's own the market stays in this process.
    """
    if not 1 <= shops <= MOST:
        raise ValueError(f"a market has 1 to {MOST} shops, not {shops}")
    language = language.partition("_")[0]  # zh_CN
    acting = named(shops, language)
    clock = SimClock(moment, speed, monotonic or time.monotonic)
    listening = listen()
    url = url_of(listening)
    running: Running
    if monotonic is None and os.name == "posix":  # elsewhere a socket can't be handed down
        running = Process(seed, shops, language, clock, listening)
    else:
        from shopwatch.demo.market import opened
        from shopwatch.demo.server import Server

        running = Server(opened(seed, acting, moment), clock.seconds, listening)
    return Demo(clock, acting, url, NAMES[language], running)
