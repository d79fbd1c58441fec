"""The simulated marketplace of `shopwatch demo`: shops in every state of health, polled like real ones.

Each is polled by Doudian's own connector, over real HTTP on loopback in Doudian's wire format; what that doesn't tell
comes from the shops' own system, as canonical records in JSON pages. The same seed and simulated moment give the same
history. Nothing in it is a real shop, order or person.
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
from shopwatch.demo.address import PATH, listen, url_of
from shopwatch.demo.apart import Process
from shopwatch.demo.apps import app_of
from shopwatch.demo.cast import HAND_MADE, MOST, Shop, named
from shopwatch.demo.clock import SimClock
from shopwatch.demo.moments import DAY

SPEED = 3600.0
POLL_SECONDS = 2.0
POLLS_A_SECOND = 3.0
"""Of all shops together: what a poll takes is the same, however many they are."""
RATE = 50.0
TIMEOUT = 120.0
"""It waits behind the shops' own system at the start, and on a busy machine behind much else."""
LATEST = 20.0
"""Real seconds after which the marketplace is asked for the first time at the latest. The past before the start comes
from the shops' own system, whole."""
COMPARED = 3  # shops that stand beside each other
NAMES = {"zh": ("抖店（模拟）", "自有系统（模拟）"), "en": ("Doudian (simulated)", "own system (simulated)")}


class Running(Protocol):
    def close(self) -> None: ...


@dataclasses.dataclass(frozen=True)
class Demo:
    """A running marketplace; close it when done. gateway: where its interface is asked; url: the shops' own system.
    names: what these two sources are called."""

    clock: SimClock
    shops: tuple[Shop, ...]
    gateway: str
    url: str
    names: tuple[str, str]
    running: Running

    def config(self, folder: Path) -> Config:
        """Return the configuration that watches it, its relative paths in `folder`."""
        return Config(
            monitor=MonitorSection(refresh=POLL_SECONDS),
            defaults=DefaultsSection(scorecard="douyin", timezone="Asia/Shanghai", discover=True),
            shop=tuple(
                ShopSection(
                    id=shop.id,
                    name=shop.name,
                    tags=shop.tags,
                    weights=dict(shop.weights),
                    given=dict(shop.given),
                    competitors=self._competitors(shop),
                    source=(self._doudian(shop),),
                )
                for shop in self.shops
            ),
            source=(SourceSection(kind="http", name=self.names[1], url=self.url, every=POLL_SECONDS),),
            folder=folder,
        )

    def _doudian(self, shop: Shop) -> SourceSection:
        """Traces and the score's whole page are told by the shops' own system."""
        app = app_of(shop)
        return SourceSection(
            kind="doudian",
            name=self.names[0],
            gateway=self.gateway,
            app_key=app.key,
            app_secret=app.secret,
            shop_id=app.shop_id,
            every=max(POLL_SECONDS, len(self.shops) / POLLS_A_SECOND),
            lookback=min(365, 1 + int(LATEST * self.clock.speed / DAY)),
            rate=RATE,
            timeout=TIMEOUT,
            leave_out=("official", "traces"),
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
    gateway, system = listen(), listen()
    urls = url_of(gateway), url_of(system) + PATH
    running: Running
    if monotonic is None and os.name == "posix":  # elsewhere a socket can't be handed down
        running = Process(seed, shops, language, clock, gateway=gateway, system=system)
    else:
        from shopwatch.demo.market import opened
        from shopwatch.demo.server import Server

        running = Server(opened(seed, acting, moment), clock.seconds, speed, gateway=gateway, system=system)
    return Demo(clock, acting, *urls, NAMES[language], running)
