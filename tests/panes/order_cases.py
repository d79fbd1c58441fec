"""A board of orders to save, and an app around nothing but the list of them."""

from __future__ import annotations

import dataclasses
import datetime

from textual.app import App, ComposeResult

from shopwatch.board import Board, Cause, Deltas, Risk, Score
from shopwatch.i18n import translation
from shopwatch.panes.look import DARK
from shopwatch.panes.order_list import OrderList
from shopwatch.panes.view import View

ZONE = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2026, 11, 20, 20, 0, tzinfo=ZONE)
ZH = translation("zh_CN")
EN = translation("en")


def risk(rank: int, order: str, left: float | None = None, **more: object) -> Risk:
    """An exposure with so many seconds left, or none."""
    usual: dict[str, object] = {
        "rank": rank,
        "order_id": order,
        "subject_id": order,
        "clock": "ship",
        "stage": "待发货",
        "deadline": None if left is None else NOW + datetime.timedelta(seconds=left),
        "seconds_left": left,
        "started": NOW - datetime.timedelta(hours=3, minutes=10),
        "starts_at": None,
        "p_miss": 0.5,
        "p_basis": None,
        "points_at_risk": 0.005,
        "points_per_hour": None,
        "yuan_now": 0.0,
        "yuan_at_risk": 75.0,
        "why": f"原因{order[-2:]}",
    }
    return Risk(**{**usual, **more})  # type: ignore[arg-type]


CAUSE = Cause(
    id="zt",
    by="carrier",
    key="中通",
    title="中通·广东",
    stage="轨迹停滞",
    count=41,
    deadline=NOW + datetime.timedelta(minutes=72),
    seconds_left=4320.0,
    p_miss=0.83,
    points_at_risk=0.12,
    yuan_at_risk=3075.0,
    why="停滞 36h",
    order_ids=("6900000000071", "6900000000072"),
)
STALLED = (
    risk(8, "6900000000071", 4320.0, stage="轨迹停滞", carrier="中通", cause="zt"),
    risk(9, "6900000000072", 4920.0, stage="轨迹停滞", carrier="中通", cause="zt"),
)
ALONE = (
    risk(1, "6900000000001", 2530.0, p_miss=0.83, stage="待揽收", carrier="韵达", province="浙江"),
    risk(2, "6900000000002", None, p_miss=None, points_at_risk=None, points_per_hour=0.01, stage="售后待审"),
    risk(3, "6900000000003", -11100.0, p_miss=1.0, yuan_now=3.0, yuan_at_risk=9.0),
    risk(4, "6900000000004", 38.5 * 3600, p_miss=0.12, owner="小陈"),
)


def board(*risks: Risk, causes: tuple[Cause, ...] = ()) -> Board:
    return Board(
        id="shop",
        name="旗舰店",
        scorecard="douyin@2026-09-08",
        stage="formal",
        score=Score(),
        deltas=Deltas(),
        trend=(),
        dimensions=(),
        ledger=(),
        lines=(),
        drivers=(),
        risks=risks,
        actions=(),
        sources=(),
        causes=causes,
    )


WHOLE = board(*ALONE, *STALLED, causes=(CAUSE,))


@dataclasses.dataclass
class Hands:
    """The monitor's time and the person's, each moved by the test."""

    now: datetime.datetime = NOW
    seconds: float = 1000.0

    def wait(self, seconds: float) -> None:
        self.now += datetime.timedelta(seconds=seconds)
        self.seconds += seconds


class ListApp(App[None]):
    CSS = "OrderList { height: 100%; }"

    def __init__(self, language: str = "zh_CN") -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.hands = Hands()
        self.view = View(
            translation(language),
            language,
            lambda: self.hands.now,
            lambda: self.hands.now,
            lambda: self.hands.seconds,
        )
        self.heard: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield OrderList(self.view)

    @property
    def orders(self) -> OrderList:
        return self.query_one(OrderList)

    def on_order_list_highlighted(self, event: OrderList.Highlighted) -> None:
        self.heard.append(("highlighted", event.key))

    def on_order_list_opened(self, event: OrderList.Opened) -> None:
        self.heard.append(("opened", event.key))

    def screen_lines(self) -> list[str]:
        """The screen as a person sees it."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]
