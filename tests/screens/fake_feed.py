"""A feed of ready-made boards: the screens read values, so values are all that they need."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from screens.fixture_boards import NOW, boards, moment
from screens.fixture_goals import as_kept, plan
from shopwatch.board import AlertBoard, Board
from shopwatch.board.care import CareBoard, CareItem, CareSent
from shopwatch.board.deeds import Deed
from shopwatch.board.leagues import LeagueBoard, LeagueOrder
from shopwatch.board.voice import VoiceBoard
from shopwatch.feed import (
    ClockRun,
    GoalBoard,
    Hear,
    OfficialEntry,
    OrderPart,
    OrderView,
    Row,
    Split,
    TimelineEvent,
    TypedPage,
)
from shopwatch.remarks import Remark, Remarks, said
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Scorecard


@dataclasses.dataclass
class FakeFeed:
    """Answers from fixed boards and remembers what it was asked to do."""

    language: str = "zh_CN"
    paused: bool = False
    trouble: str | None = None
    replayed: datetime.datetime | None = None
    next_poll: datetime.datetime | None = NOW + datetime.timedelta(seconds=38)
    time: datetime.datetime = NOW
    real: datetime.datetime | None = None
    ticking: bool = False
    knows: bool = True
    kept: float | None = None
    run_body: Callable[[FakeFeed], Any] | None = None
    asked: list[tuple[Any, ...]] = dataclasses.field(default_factory=list)
    hear: Hear | None = None
    shops: dict[str, Board] = dataclasses.field(default_factory=dict)
    alerts: tuple[AlertBoard, ...] = ()
    unheard: tuple[str, ...] = ()
    heard: VoiceBoard | None = None
    left: dict[str, str] = dataclasses.field(default_factory=dict)
    standings: LeagueBoard | None = None
    caring: CareBoard | None = None
    deeds: tuple[Deed, ...] = ()
    pages: dict[str, list[TypedPage]] = dataclasses.field(default_factory=dict)
    said: dict[str, Remarks] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.shops:
            self.shops = boards(self.language)
        self._started = datetime.datetime.now(datetime.UTC)

    @property
    def boards(self) -> Mapping[str, Board]:
        return self.shops

    def now(self) -> datetime.datetime:
        return self.replayed or self.live()

    def live(self) -> datetime.datetime:
        passed = datetime.datetime.now(datetime.UTC) - self._started if self.ticking else datetime.timedelta()
        return self.time + passed

    async def replay(self, at: datetime.datetime | None) -> None:
        self.asked.append(("replay", at))
        self.replayed = None if at is None or at >= self.live() else at
        self.tell()

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

    async def acknowledge(self, alerts: Sequence[str]) -> None:
        self.asked.append(("acknowledge", tuple(alerts)))
        self.alerts = tuple(
            msgspec.structs.replace(one, acknowledged_at=self.now(), acknowledged_by="小林")
            if one.id in alerts
            else one
            for one in self.alerts
        )
        self.tell()

    async def run(self) -> None:
        self.asked.append(("run",))
        self.tell()
        if self.run_body is not None:
            self.run_body(self)
        await asyncio.Event().wait()

    def remembered(self) -> Mapping[str, str]:
        return self.left

    async def remember(self, values: Mapping[str, str]) -> None:
        self.left = dict(values)

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

    async def remark(
        self,
        shop: str,
        orders: Sequence[str],
        *,
        note: str | None = None,
        owner: str | None = None,
        until: datetime.datetime | None = None,
    ) -> None:
        self.asked.append(("remark", shop, tuple(orders), note, owner, until))
        for order in orders:
            before = self.said.get(order, Remarks())
            if note is not None:
                notes = (*before.notes, Remark(int(self.now().timestamp()), "li", note))
                self.said[order] = Remarks(notes, before.owner, before.until, before.due)
            elif owner is not None:
                due = None if until is None else int(until.timestamp())
                self.said[order] = Remarks(before.notes, owner, before.until, due)
            else:
                moment = None if until is None else int(until.timestamp())
                self.said[order] = Remarks(before.notes, before.owner, moment, before.due)
        self.shops = self.shops | {shop: said(self.shops[shop], self.said)}
        self.tell()

    async def scorecard(self, shop: str) -> Scorecard | None:
        return scorecards().get(self.shops[shop].scorecard)

    async def record_competitor(
        self, shop: str, competitor: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        self.asked.append(("competitor", shop, competitor, tuple(entries), published_at))

    async def record_official(
        self, shop: str, entries: Sequence[OfficialEntry], published_at: datetime.datetime
    ) -> None:
        self.asked.append(("official", shop, tuple(entries), published_at))

    async def typed(self, shop: str) -> Sequence[TypedPage]:
        return self.pages.get(shop, ())

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

    async def voice(self, shop: str) -> VoiceBoard | None:
        self.asked.append(("voice", shop))
        return self.heard

    async def leagues(self, shop: str) -> LeagueBoard | None:
        self.asked.append(("leagues", shop))
        return self.standings

    async def league_orders(self, shop: str, table: str, row: str) -> Sequence[LeagueOrder]:
        self.asked.append(("league orders", shop, table, row))
        return [
            LeagueOrder(order_id="6952021180001", at=moment(19, 17, 40), why="平均揽收 30.5小时 · 破损率")
        ]

    async def history(self, shop: str) -> Sequence[Deed]:
        self.asked.append(("history", shop))
        return self.deeds

    async def care(self, shop: str) -> CareBoard | None:
        self.asked.append(("care", shop))
        return self.caring

    async def told(self, shop: str, items: Sequence[CareItem], done: bool) -> None:
        self.asked.append(("told", shop, tuple(item.key for item in items), done))

    async def send_care(self, shop: str, only: Sequence[str] = ()) -> CareSent | None:
        self.asked.append(("send_care", shop, tuple(only)))
        return CareSent(sends="dry", items=self.caring.groups[0].items if self.caring else ())

    async def goal(
        self, shop: str, target: float, begun: Sequence[str] = (), *, kept: bool = False
    ) -> GoalBoard | None:
        self.asked.append(("goal", shop, target, tuple(begun)))
        if not self.knows:
            return None
        if self.kept is not None and (kept or target == self.kept):
            return as_kept(plan(self.language, self.kept))
        return plan(self.language, target)

    async def keep_goal(self, shop: str, target: float | None) -> None:
        self.asked.append(("keep", shop, target))
        self.kept = target

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
        remarks = self.said.get(order_id, Remarks())
        notes = tuple(
            TimelineEvent(
                at=datetime.datetime.fromtimestamp(note.at, NOW.tzinfo), words=note.words, by=note.by
            )
            for note in remarks.notes
        )
        return OrderView(
            order_id=order_id,
            facts=(("商品", "手机壳A"), ("金额", "¥75.00"), ("快递", "韵达"), ("仓库", "广东仓")),
            timeline=(
                TimelineEvent(at=moment(19, 17, 40), words="付款", table="orders"),
                TimelineEvent(at=moment(19, 21, 0), words="上传运单号", table="parcels"),
                *notes,
                TimelineEvent(at=moment(20, 20, 49), words="揽收限 24 小时", ahead=True, table="parcels"),
                TimelineEvent(at=moment(22, 10, 0), words="承诺发货", ahead=True, table="orders"),
            ),
            clocks=(
                ClockRun(
                    clock="pickup",
                    name="单号揽收",
                    started=moment(19, 21),
                    due=moment(20, 20, 49),
                    ended=None,
                ),
                ClockRun(
                    clock="refund", name="退款审核", started=moment(19, 22), due=None, ended=moment(19, 23)
                ),
                ClockRun(
                    clock="ticket",
                    name="平台工单",
                    started=moment(18, 9),
                    due=moment(19, 9),
                    ended=moment(19, 14),
                ),
                ClockRun(
                    clock="scan_gap",
                    name="轨迹停滞",
                    started=moment(18, 9),
                    due=moment(20, 9),
                    ended=moment(20, 4),
                    times=3,
                ),
            ),
            parts=(
                OrderPart(
                    indicator="pickup_hours",
                    name="平均揽收",
                    unit="hours",
                    better="lower",
                    numerator=26.5,
                    denominator=1.0,
                    counts=moment(21, 0).date(),
                    leaves=datetime.date(2026, 12, 21),
                    delta=0.02,
                    delta_points=-0.0083,
                ),
                OrderPart(
                    indicator="breakage",
                    name="破损率",
                    unit="ratio",
                    better="lower",
                    numerator=0.0,
                    denominator=1.0,
                    counts=moment(20, 0).date(),
                    leaves=datetime.date(2026, 12, 20),
                    delta=-0.000001,
                ),
            ),
            owner=remarks.owner or None,
            snoozed_until=None
            if remarks.until is None
            else datetime.datetime.fromtimestamp(remarks.until, NOW.tzinfo),
        )
