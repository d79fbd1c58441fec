"""The printed figures, worked out once more from nothing but the records that a poll brings."""

from __future__ import annotations

import pytest

from demo.polls import NOON, market, rows, whole
from shopwatch.demo.moments import HOUR, at, day_of
from shopwatch.demo.official import SECRETS
from shopwatch.records import Aftersale, Chat, Official, Order, Parcel, Review

DAYS = 30


class Known:
    """One shop's records as they stood when a day began, of a market that opened long before."""

    def __init__(self, shop: str, day: int) -> None:
        state = whole(market(at_moment=at(day - DAYS)), at(day) - 1, shop)
        self.day = day
        self.orders = {order.order_id: order for order in rows(state, Order)}
        self.parcels = rows(state, Parcel)
        self.reviews = rows(state, Review)
        self.aftersales = rows(state, Aftersale)
        self.chats = rows(state, Chat)

    def counts(self, moment: int | None) -> bool:
        return moment is not None and self.day - DAYS <= day_of(moment) < self.day

    def scored(self, order_id: str | None) -> bool:
        return order_id is None or not self.orders[order_id].excluded

    def reasons(self, kind: str) -> set[str | None]:
        return {aftersale.order_id for aftersale in self.aftersales if aftersale.reason_class == kind}


def paused(moment: int, begin: int, end: int) -> int:
    midnight = at(day_of(moment))
    if moment >= midnight + begin * HOUR:
        return midnight + (24 + end) * HOUR
    return max(moment, midnight + end * HOUR) if moment < midnight + end * HOUR else moment


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def rating(known: Known) -> float | None:
    return mean(
        [
            r.product_stars or 0
            for r in known.reviews
            if known.counts(r.created_at) and known.scored(r.order_id)
        ]
    )


def quality(known: Known) -> float | None:
    bad = known.reasons("quality")
    signed = [p for p in known.parcels if known.counts(p.delivered_at) and known.scored(p.order_id)]
    return mean([float(p.order_id in bad) for p in signed])


def pickup(known: Known) -> float | None:
    waits = []
    for parcel in known.parcels:
        paid = known.orders[parcel.order_id or ""].paid_at
        if known.counts(parcel.picked_up_at) and known.scored(parcel.order_id) and paid:
            waits.append(max(0, (parcel.picked_up_at or 0) - paused(paid, 18, 6)) / HOUR)
    return mean(waits)


def on_time(known: Known) -> float | None:
    due = [p for p in known.parcels if known.counts(p.promised_delivery_at) and known.scored(p.order_id)]
    return mean(
        [float(p.delivered_at is not None and p.delivered_at <= (p.promised_delivery_at or 0)) for p in due]
    )


def breakage(known: Known) -> float | None:
    broken = known.reasons("damage")
    paid = [o for o in known.orders.values() if known.counts(o.paid_at) and not o.excluded]
    return mean([float(order.order_id in broken) for order in paid])


def audit(known: Known) -> float | None:
    return mean(
        [
            max(0, (a.audited_at or 0) - paused(a.applied_at or 0, 23, 8)) / HOUR
            for a in known.aftersales
            if known.counts(a.finished_at)
            and a.succeeded
            and a.shipped
            and a.kind in ("refund", "return")
            and known.scored(a.order_id)
        ]
    )


def talks(known: Known) -> list[Chat]:
    return [
        chat
        for chat in known.chats
        if chat.human
        and chat.ended_at
        and known.counts(chat.started_at)
        and 8 <= ((chat.started_at or 0) - at(day_of(chat.started_at or 0))) / HOUR < 23
    ]


def reply(known: Known) -> float | None:
    chats = talks(known)
    rounds = sum(chat.rounds or 0 for chat in chats)
    return sum((c.reply_seconds or 0) + 600 * (c.unanswered or 0) for c in chats) / rounds if rounds else None


def dissatisfied(known: Known) -> float | None:
    return mean([float(chat.stars <= 3) for chat in talks(known) if chat.stars is not None])


def platform_help(known: Known) -> float | None:
    first: dict[str, int] = {}
    for name, moment in [
        *((a.order_id or a.aftersale_id, a.applied_at) for a in known.aftersales if known.scored(a.order_id)),
        *(
            (c.order_id or c.chat_id, c.started_at)
            for c in known.chats
            if c.human and known.scored(c.order_id)
        ),
    ]:
        if moment is not None:
            first[name] = min(moment, first.get(name, moment))
    escalated = {a.order_id for a in known.aftersales if a.escalated_at}
    return mean([float(name in escalated) for name, moment in first.items() if known.counts(moment)])


FIGURES = {
    "product_rating": rating,
    "quality_returns": quality,
    "pickup_hours": pickup,
    "on_time_delivery": on_time,
    "breakage": breakage,
    "audit_hours": audit,
    "reply_seconds": reply,
    "dissatisfied": dissatisfied,
    "platform_help": platform_help,
}


@pytest.mark.parametrize("back", [0, 7])
@pytest.mark.parametrize("shop", ["qingyan", "lechu", "yemao", "guoran"])
def test_printed_figures_are_the_records_own(shop: str, back: int) -> None:
    day = day_of(NOON) - back
    figures = {
        figure.item: figure
        for figure in rows(whole(market(), NOON, shop), Official)
        if day_of(figure.published_at) == day
    }
    known = Known(shop, day)
    for item, work_out in FIGURES.items():
        value = work_out(known)
        assert value is not None
        assert figures[item].value == pytest.approx(value, abs=10 ** -SECRETS[item].digits), item
    points = [figures[item].points for item in ("total", "product", "logistics", "service")]
    assert all(score is not None and score == int(score) and 50 <= score <= 100 for score in points)
    assert {figures[name].weight for name in ("product", "logistics", "service")} != {None}


def test_the_page_comes_out_at_eleven() -> None:
    before = rows(whole(market(), at(day_of(NOON), 11 * HOUR), "qingyan"), Official)
    after = rows(whole(market(), at(day_of(NOON), 11 * HOUR + 60), "qingyan"), Official)
    today = [figure for figure in after if figure not in before]
    assert {day_of(figure.published_at) for figure in today} == {day_of(NOON)}
    assert len(today) == 1 + 3 + 9
