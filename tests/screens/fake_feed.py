"""A feed of ready-made boards: the screens read values, so values are all that they need."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from screens.fixture_boards import NOW, boards, moment
from shopwatch.board import Board
from shopwatch.feed import Hear, OfficialEntry, OrderView, Row, Split, TimelineEvent


@dataclasses.dataclass
class FakeFeed:
    """Answers from fixed boards and remembers what it was asked to do."""

    language: str = "zh_CN"
    paused: bool = False
    trouble: str | None = None
    next_poll: datetime.datetime | None = NOW + datetime.timedelta(seconds=38)
    time: datetime.datetime = NOW
    real: datetime.datetime | None = None
    ticking: bool = False
    run_body: Callable[[FakeFeed], Any] | None = None
    asked: list[tuple[Any, ...]] = dataclasses.field(default_factory=list)
    hear: Hear | None = None
    shops: dict[str, Board] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.shops:
            self.shops = boards(self.language)
        self._started = datetime.datetime.now(datetime.UTC)

    @property
    def boards(self) -> Mapping[str, Board]:
        return self.shops

    def now(self) -> datetime.datetime:
        passed = datetime.datetime.now(datetime.UTC) - self._started if self.ticking else datetime.timedelta()
        return self.time + passed

    def wall(self) -> datetime.datetime:
        return self.real or self.now()

    def listen(self, hear: Hear) -> None:
        self.hear = hear

    def change(self, shop: str, **fields: Any) -> None:
        """Make one shop's board new, as a refresh does."""
        self.shops = self.shops | {shop: msgspec.structs.replace(self.shops[shop], **fields)}
        self.tell()

    def tell(self) -> None:
        if self.hear:
            self.hear(list(self.shops.values()))

    async def run(self) -> None:
        self.asked.append(("run",))
        self.tell()
        if self.run_body is not None:
            self.run_body(self)
        await asyncio.Event().wait()

    async def refresh(self) -> None:
        self.asked.append(("refresh",))

    async def look_at(self, shop: str) -> None:
        self.asked.append(("look_at", shop))

    def pause(self, paused: bool) -> None:
        self.paused = paused

    async def tick(self, shop: str, action: str, done: bool) -> None:
        self.asked.append(("tick", shop, action, done))
        actions = tuple(
            msgspec.structs.replace(a, done=done, done_at=self.now()) if a.id == action else a
            for a in self.shops[shop].actions
        )
        self.change(shop, actions=actions)

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        self.asked.append(("official", shop, tuple(entries), published_at))

    async def splits(self, shop: str, indicator: str, by: str, days: int = 1) -> Sequence[Split]:
        self.asked.append(("splits", shop, indicator, by))
        return [
            Split(
                key="中通",
                numerator=3100.0,
                denominator=420.0,
                value=3100 / 420,
                delta_points=-0.3,
                entered=-0.35,
                left=0.05,
                changed=0.0,
            ),
            Split(key="韵达", numerator=1500.0, denominator=330.0, value=1500 / 330, delta_points=-0.08),
            Split(key="顺丰", numerator=1000.0, denominator=250.0, value=4.0, delta_points=0.02),
        ]

    async def rows(self, shop: str, indicator: str, limit: int = 200) -> Sequence[Row]:
        self.asked.append(("rows", shop, indicator, limit))
        return [
            Row(
                order_id=f"69260000{69080000 + n:08d}",
                subject_id=f"P{n}",
                at=moment(19, 9, n % 60),
                numerator=48.0 - n,
                note="中通 · 广东仓",
            )
            for n in range(30)
        ]  # fmt: skip

    async def order(self, shop: str, order_id: str) -> OrderView | None:
        self.asked.append(("order", shop, order_id))
        return OrderView(
            order_id=order_id,
            facts=(("商品", "手机壳A"), ("金额", "¥75.00"), ("快递", "韵达"), ("仓库", "广东仓")),
            timeline=(
                TimelineEvent(at=moment(19, 17, 40), words="付款"),
                TimelineEvent(at=moment(19, 21, 0), words="上传运单号"),
                TimelineEvent(at=moment(20, 20, 49), words="揽收限 24 小时", ahead=True),
                TimelineEvent(at=moment(22, 10, 0), words="承诺发货", ahead=True),
            ),
        )
