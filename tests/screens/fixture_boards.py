# ruff: noqa: E501 - a row of a table stays a row
"""Boards of three shops as the monitor would make them, with worked figures: what the screens are tested on.

A flagship shop in good order but for its logistics, one close to its lines, and one that has just begun.
"""

from __future__ import annotations

import datetime
import math

from shopwatch.board import (
    ActionBoard,
    Board,
    Cause,
    Deltas,
    DimensionBoard,
    Driver,
    IndicatorBoard,
    LedgerEntry,
    LineBoard,
    LinePart,
    Next,
    Published,
    Quiet,
    Risk,
    Score,
    Slice,
    SourceBoard,
    TrendPoint,
    Window,
)

ZONE = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2026, 11, 20, 20, 7, 22, tzinfo=ZONE)


def moment(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime.datetime:
    return datetime.datetime(2026, 11, day, hour, minute, second, tzinfo=ZONE)


class Words:
    """Picks one of two languages."""

    def __init__(self, language: str) -> None:
        self.zh = language.startswith("zh")

    def __call__(self, zh: str, en: str) -> str:
        return zh if self.zh else en


def wave(start: float, end: float, swing: float, days: int = 31) -> tuple[float, ...]:
    return tuple(
        round(start + (end - start) * day / (days - 1) + swing * math.sin(day / 4.1), 3)
        for day in range(days)
    )


def trend(values: tuple[float, ...]) -> tuple[TrendPoint, ...]:
    first = NOW.date() - datetime.timedelta(days=len(values) - 1)
    return tuple(TrendPoint(day=first + datetime.timedelta(days=n), value=v) for n, v in enumerate(values))


def indicator(
    id_: str,
    names: tuple[str, str],
    value: float | None,
    unit: str,
    day: float | None,
    *,
    better: str = "lower",
    denominator: float = 1000,
    cause: str | None = None,
    state: str = "ok",
    why: str | None = None,
    weight: float = 0.3,
) -> IndicatorBoard:
    base = value if value is not None else 0.0
    return IndicatorBoard(
        id=id_,
        name=names[0],
        short=names[1],
        value=value,
        unit=unit,
        better=better,
        weight=weight,
        slices=("carrier", "product_id", "agent", "province"),
        numerator=None if value is None else value * denominator,
        denominator=None if value is None else denominator,
        window=Window(first=datetime.date(2026, 10, 21), last=datetime.date(2026, 11, 19)),
        points=None,
        modelled_points=None if value is None else 86.0,
        deltas=Deltas(day=day, week=None if day is None else day * 2, month=None if day is None else -day),
        next_value=None if value is None else value * 0.99,
        state=state,  # type: ignore[arg-type]
        why=why,
        series=() if value is None else wave(base * 0.996, base, base * 0.003),
        cause=cause,
    )


def dimensions(w: Words, shift: float = 0.0) -> tuple[DimensionBoard, ...]:
    def dimension(
        id_: str, zh: str, en: str, score: float, weight: float, deltas: Deltas, *parts: IndicatorBoard
    ) -> DimensionBoard:
        return DimensionBoard(
            id=id_, name=w(zh + "体验", en), short=w(zh, en), score=score + shift, weight=weight,
            weight_certainty="default", deltas=deltas, indicators=parts, basis="anchored",
            series=wave(score + shift + 1, score + shift, 1.2),
        )  # fmt: skip

    return (
        dimension(
            "product", "商品", "Product", 69.0, 0.44, Deltas(day=0.2, week=0.5, month=-1.0),
            indicator("product_rating", (w("商品综合评分", "Mean product rating"), w("综合评分", "Rating")), 4.69, "stars", 0.0, better="higher"),
            indicator("quality_returns", (w("商品品质退货率", "Quality-return rate"), w("品退率", "Quality returns")), 0.0134, "ratio", -0.0005, cause=w("手机壳A 3 单出窗", "Phone case A: 3 orders left the window")),
        ),
        dimension(
            "logistics", "物流", "Logistics", 97.0, 0.20, Deltas(day=-2.0, week=-2.4, month=-1.1),
            indicator("pickup_hours", (w("平均揽收时长", "Mean pickup time"), w("平均揽收", "Pickup")), 5.6, "hours", 0.7, cause=w("中通 −0.3分 · 广东仓", "ZTO −0.3 · Guangdong"), denominator=1000),
            indicator("on_time_delivery", (w("运单配送时效达成率", "On-time delivery rate"), w("配送达成率", "On-time")), 0.989, "ratio", -0.002, better="higher", cause=w("西北线 11 单", "North-west: 11 orders")),
            indicator("breakage", (w("商品/包装破损退货订单率", "Breakage-return rate"), w("破损率", "Breakage")), 0.0004, "ratio", 0.0),
        ),
        dimension(
            "service", "服务", "Service", 85.0, 0.36, Deltas(day=0.1, week=-0.4, month=2.0),
            indicator("audit_hours", (w("售后平均审核时长", "Mean after-sale review time"), w("售后审核", "After-sale review")), 3.3, "hours", -0.3, cause=w("夜间清零 已见效", "nightly clearing works")),
            indicator("reply_seconds", (w("飞鸽人工会话平响时长", "Mean human reply time"), w("飞鸽平响", "Chat reply")), 13.9, "seconds", 1.2, cause=w("客服·小林 21.4秒", "agent Lin 21.4 s"), state="approximate"),
            indicator("dissatisfied", (w("飞鸽人工会话不满意率", "Chat dissatisfaction rate"), w("不满意率", "Dissatisfied")), 0.0536, "ratio", 0.0, denominator=56, state="thin"),
            indicator("platform_help", (w("平台求助率", "Platform-help rate"), w("求助率", "Platform help")), 0.0065, "ratio", -0.0002),
        ),
    )  # fmt: skip


def unlock(w: Words, id_: str, names: tuple[str, str], value: float, at: float, measure: str = "today", *, alert: bool = False, extra: tuple[LinePart, ...] = ()) -> LineBoard:  # fmt: skip
    distance = round(value - at, 2)
    total = LinePart(
        on="total", name=w("总分", "total"), measure=measure, at=at, value=value, distance=distance
    )
    parts = (total, *extra)
    tightest = min(parts, key=lambda part: part.distance or 0.0)
    met = all((part.distance or 0) >= 0 for part in parts)
    gap = tightest.distance or 0.0
    return LineBoard(
        id=id_, name=w(*names), kind="unlock", effect=w("低于即失去", "lost below it"), met=met, alert=alert,
        level="bad" if alert and not met else "near" if alert and gap < 2 else "ok", parts=parts,
        tightest=tightest.on, distance=gap,
        words=(w(f"高出{gap:.1f}", f"{gap:.1f} above") if gap >= 0 else w(f"还差{-gap:.1f}", f"{-gap:.1f} short"))
        + (f" {tightest.name}" if len(parts) > 1 else ""),
    )  # fmt: skip


def stop(
    w: Words, id_: str, on: str, names: tuple[str, str], rate: float, limit: float, count: float, least: float
) -> LineBoard:
    level = "bad" if rate >= limit and count >= least else "near" if rate >= limit * 0.8 else "ok"
    return LineBoard(
        id=id_, name=w(*names), kind="stop", effect=w("限 0 单/日·7 天,货款冻结", "0 orders a day for 7 days"), met=level != "bad",
        alert=True, level=level,  # type: ignore[arg-type]
        parts=(
            LinePart(on=on, name=w(*names), measure="rate", at=limit, value=rate, distance=limit - rate),
            LinePart(on=on, name=w(*names), measure="count", at=least, value=count, distance=least - count),
        ),
        tightest=on, distance=limit - rate, words=f"{rate * 100:g}% / {w('限', 'limit')} {limit:.0%}" + (w(" · 至少救回 21 单", " · save at least 21 orders") if level != "ok" else ""),
    )  # fmt: skip


def lines(w: Words, total: float, product: float, late: float) -> tuple[LineBoard, ...]:
    part = LinePart(
        on="product",
        name=w("商品", "product"),
        measure="today",
        at=65,
        value=product,
        distance=round(product - 65, 2),
    )
    return (
        unlock(w, "alliance", ("精选联盟", "Sales alliance"), total, 70, alert=True, extra=(part,)),
        unlock(w, "mall", ("商城推荐", "Mall feed"), total, 60, alert=True),
        unlock(w, "campaign", ("大促报名", "Campaign entry"), round(total + 0.7, 1), 70, "mean", alert=True),
        unlock(w, "more_shops", ("增开店铺", "More shops"), total, 75),
        unlock(w, "lucky_bag", ("超级福袋", "Super lucky bag"), total, 80),
        unlock(w, "flagship_badge", ("旗舰标识", "Flagship badge"), round(total - 0.5, 1), 83, "mean"),
        stop(
            w,
            "late_shipping_shop",
            "late_shipping",
            ("超时发货", "Late shipping"),
            late,
            0.30,
            late * 800,
            200,
        ),
        stop(w, "out_of_stock_shop", "out_of_stock", ("缺货", "Out of stock"), 0.012, 0.30, 8, 30),
        stop(w, "dead_tracking_shop", "dead_tracking", ("轨迹异常", "Dead tracking"), 0.004, 0.10, 3, 20),
    )


def risk(w: Words, rank: int, order: int, clock: str, stage: tuple[str, str], seconds: float | None, why: tuple[str, str], **more: object) -> Risk:  # fmt: skip
    values: dict[str, object] = {
        "deadline": None if seconds is None else NOW + datetime.timedelta(seconds=seconds),
        "seconds_left": seconds, "started": NOW - datetime.timedelta(hours=3, minutes=10), "starts_at": None,
        "p_miss": None, "p_basis": None, "points_at_risk": None, "points_per_hour": None, "yuan_now": None,
        "yuan_at_risk": None,
    }  # fmt: skip
    values |= more
    number = f"69260000{order:08d}"
    return Risk(
        rank=rank, order_id=number, subject_id=number, clock=clock, stage=w(*stage), why=w(*why), **values  # type: ignore[arg-type]
    )  # fmt: skip


SHIP, PICKUP, AUDIT = (
    ("待发货", "to ship"),
    ("待揽收", "to pick up"),
    ("售后待审", "to review"),
)


def risks(w: Words, many: int = 36) -> tuple[Risk, ...]:
    found = [
        risk(w, 1, 69080412, "pickup", PICKUP, 2530, ("单号上传 23h 未揽收 · 韵达", "waybill 23 h without pickup · Yunda"), p_miss=0.83, points_at_risk=0.005, yuan_now=0.0, yuan_at_risk=75.0),
        risk(w, 2, 69077310, "refund", AUDIT, None, ("22:50 申请,计时不停 · 仅退款", "applied 22:50, still counting · refund"), points_per_hour=0.01),
        risk(w, 3, 69081127, "evidence", ("待举证", "evidence"), 9060, ("平台介入 · 限 24h", "the platform asks · within 24 h"), p_miss=0.35, yuan_at_risk=129.0),
        risk(w, 4, 69079901, "ship", SHIP, -11100, ("10:00 付款", "paid 10:00"), p_miss=1.0, points_at_risk=0.0048, yuan_now=0.0, yuan_at_risk=3.0),
        risk(w, 5, 69076230, "deliver", ("配送超时", "late delivery"), 22449, ("西北线 · 顺丰", "north-west · SF"), p_miss=0.44, points_at_risk=0.002),
        risk(w, 6, 69081390, "refund", AUDIT, None, ("23:30 申请,夜间不计时", "applied 23:30, night does not count"), points_per_hour=0.01, starts_at=moment(21, 8)),
        risk(w, 7, 69081455, "ship", SHIP, None, ("19:30 付款", "paid 19:30"), p_miss=0.12, points_at_risk=0.0012, starts_at=moment(21, 6)),
    ]  # fmt: skip
    for n in range(len(found), many):
        group = "zto-gd" if n % 3 == 0 else None
        found.append(
            risk(w, n + 1, 69070000 + n * 37, "ship", SHIP, 3600.0 * (3 + n), ("17:40 付款,今晚不揽收多 12h", "paid 17:40: 12 h more without a pickup tonight"),
                 p_miss=max(0.02, 0.6 - n / 60), points_at_risk=0.0048 / (1 + n / 10), yuan_now=0.0, yuan_at_risk=5.0, cause=group, carrier=w("中通", "ZTO"))
        )  # fmt: skip
    return tuple(found)


def actions(w: Words) -> tuple[ActionBoard, ...]:
    orders = tuple(f"69260000{69070000 + n * 37:08d}" for n in range(7, 36))
    return (
        ActionBoard(id="next_day", title=w("明日达 17% → 20%", "Next-day share 17% → 20%"), dimension="bonus", gain_points=5.0, evidence=w("近 30 天 17.1%,差 41 单;广东仓 21 点前截单可达", "17.1% in 30 days, 41 orders short; Guangdong can make it by cutting off at 21:00"), cadence="weekly", done=False, certain=True),
        ActionBoard(id="insurance", title=w("开通退换货运费险", "Turn on return-freight insurance"), dimension="bonus", gain_points=2.0, evidence=w("未知是否开通,请确认(+2)", "not known whether it is on; please confirm (+2)"), cadence="once", done=False, certain=True),
        ActionBoard(id="cutoff", title=w("18 点前付款 37 单今晚揽收", "Pick up 37 orders paid before 18:00 tonight"), dimension="logistics", gain_points=0.17, evidence=w("每单多 12 小时;催中通 21:00 到仓", "12 h more each; call ZTO for 21:00"), cadence="daily", done=False, orders=orders, steps=(w("复制 37 个单号发给揽收员", "Copy the 37 numbers to the courier"), w("21:00 前核对未揽收", "Check what is left by 21:00"))),
        ActionBoard(id="zto", title=w("中通广东 41 单催件并安抚", "Chase 41 ZTO Guangdong parcels"), dimension="logistics", gain_points=0.12, evidence=w("83% 会超时,轨迹停滞 36 小时", "83% will be late, no scan for 36 h"), cadence="now", done=False),
        ActionBoard(id="chat", title=w("飞鸽排班:小林 >60 秒提醒", "Chat rota: remind Lin past 60 s"), dimension="service", gain_points=0.06, evidence=w("平响 21.4秒,店均 13.9秒", "21.4 s against 13.9 s"), cadence="shift", done=False),
        ActionBoard(id="clear", title=w("22:30 清零售后待审", "Clear after-sales by 22:30"), dimension="service", gain_points=0.04, evidence=w("今晚 9 单待审", "9 to review tonight"), cadence="daily", done=True, done_at=moment(19, 22, 31), effect=w("已见效 −0.3小时", "seen since: −0.3 h")),
        ActionBoard(id="handover", title=w("日异常单跟进与交接", "Hand over the day's exceptions"), dimension="service", gain_points=None, evidence=w("交接 08:00", "hand-over 08:00"), cadence="shift", done=True, done_at=moment(20, 8, 2)),
    )  # fmt: skip


def sources(w: Words, failing: bool = False) -> tuple[SourceBoard, ...]:
    def source(name: str, seconds: float, state: str = "ok", **more: object) -> SourceBoard:
        return SourceBoard(name=name, kind="files", state=state, last_success=NOW - datetime.timedelta(seconds=seconds), records=3196, rejected=0, error=None, **more)  # type: ignore[arg-type]  # fmt: skip

    after_sales = (
        SourceBoard(name=w("售后", "after-sales"), kind="http", state="failing", last_success=NOW - datetime.timedelta(minutes=14), records=80, rejected=2, error=w("限流", "rate limit"), next_try=NOW + datetime.timedelta(seconds=40), feeds=("audit_hours", "refund"))
        if failing
        else source(w("售后", "after-sales"), 9)
    )  # fmt: skip
    return (
        source(w("抖店订单", "orders"), 12, tables=("orders",)),
        source(w("物流", "parcels"), 8, tables=("parcels", "scans")),
        source(w("评价", "reviews"), 31),
        after_sales,
    )


def board(
    language: str, id_: str, name: str, total: float, product: float, late: float, **more: object
) -> Board:
    w = Words(language)
    values: dict[str, object] = {
        "scorecard": "douyin@2026-09-08",
        "stage": "formal",
        "score": Score(
            value=total, basis="anchored", error=0.8, coverage=1.0, published=Published(value=round(total + 0.6), at=moment(20, 11)),
            next=Next(value=round(total - 0.3, 1), basis="anchored"), consumer=4.6,
        ),
        "deltas": Deltas(day=-0.6, week=1.2, month=-1.1),
        "trend": trend(wave(total + 1.5, total, 1.6)),
        "dimensions": dimensions(w, product - 69.0),
        "ledger": (
            LedgerEntry(kind="freight_insurance", name=w("运费险", "freight insurance"), points=2.0),
            LedgerEntry(kind="next_day_share", name=w("明日达", "next-day"), points=5.0, state="missing"),
        ),
        "lines": lines(w, total, product, late),
        "drivers": (
            Driver(indicator="pickup_hours", delta_points=-0.4, slices=(Slice(by="carrier", key=w("中通", "ZTO"), delta_points=-0.3),)),
            Driver(indicator="on_time_delivery", delta_points=-0.12),
            Driver(indicator="quality_returns", delta_points=0.09),
            Driver(indicator="reply_seconds", delta_points=-0.17),
        ),
        "risks": risks(w),
        "risks_total": 36,
        "actions": actions(w),
        "sources": sources(w),
        "causes": (
            Cause(
                id="zto-gd", by="carrier", key=w("中通", "ZTO"), title=w("中通 · 广东分拨", "ZTO · Guangdong"), stage=w(*SHIP), count=9,
                deadline=NOW + datetime.timedelta(minutes=72), seconds_left=4320, p_miss=0.83, points_at_risk=0.12, yuan_at_risk=750.0,
                why=w("停滞 36h", "no scan for 36 h"),
                order_ids=tuple(r.order_id for r in risks(w) if r.cause and r.order_id),
            ),
        ),
        "quiet": Quiet(orders=118, orders_from=moment(21, 6), aftersales=9, aftersales_from=moment(21, 8)),
        "as_of": NOW,
        "valid_orders": 3196,
        "notes": (w("权重与曲线为默认值,未公开", "weights and curves are defaults: not published"),),
    }  # fmt: skip
    return Board(id=id_, name=name, **(values | more))  # type: ignore[arg-type]


def boards(language: str = "zh_CN") -> dict[str, Board]:
    w = Words(language)
    young = board(
        language, "new", w("清仓店", "Outlet"), 70.0, 66.0, 0.0,
        stage="growth", score=Score(value=70.0, basis="estimated", coverage=0.6, why=w("成长期新店固定 70", "fixed at 70 in the growth stage")),
        deltas=Deltas(), trend=(), risks=(), causes=(), actions=(), drivers=(), ledger=(), quiet=Quiet(), risks_total=0,
        lines=(),
    )  # fmt: skip
    shops = (
        board(language, "flagship", w("旗舰店", "Flagship"), 81.4, 69.0, 0.031),
        board(language, "general", w("百货店", "Household"), 71.2, 64.0, 0.2725, deltas=Deltas(day=-1.8, week=-2.2, month=0.4), sources=sources(w, failing=True)),
        young,
    )  # fmt: skip
    return {shop.id: shop for shop in shops}
