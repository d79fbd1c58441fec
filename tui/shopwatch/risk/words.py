"""How a risk and a cause are said: the stage, the reason, the time, in the language of the shop."""

from __future__ import annotations

import datetime
import functools
import statistics
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.risk.causes import Cluster
from shopwatch.risk.items import HOUR, LEAST_SHOWN, Item
from shopwatch.risk.past import Basis, Past
from shopwatch.risk.rests import ahead
from shopwatch.scoring.windows import date_of


def _when(moment: int, now: int, zone: ZoneInfo) -> str:
    at = datetime.datetime.fromtimestamp(moment, zone)
    return formats.hour(at) if at.date() == _today(now, zone) else formats.clock_time(at)


@functools.lru_cache(maxsize=16)  # the same for everything that is open
def _today(now: int, zone: ZoneInfo) -> datetime.date:
    return datetime.datetime.fromtimestamp(now, zone).date()


def stage(item: Item, _: Translate, language: str) -> str:
    """待发货, 待揽收 …; 已发货·揽收未知 where no source can prove the pickup."""
    return item.stage_of.stage.of(language) if item.exposure.proved else _("shipped, pickup unknown")


def why(item: Item, now: int, zone: ZoneInfo, _: Translate, language: str) -> str:
    """22:50 申请 · 38 小时后缺货赔付 ¥3.00"""
    begun = _beginnings(_).get(item.clock.started) or _("since {time}")
    parts = [begun.format(time=_when(item.exposure.started, now, zone))]
    if item.late and item.payment.now and item.payment.what_now:
        parts.append(
            _("owed: {what} {yuan}").format(
                what=item.payment.what_now.of(language), yuan=formats.money(item.payment.now, _)
            )
        )
    if item.late and (next_loss := _next_loss(item, language, _)):
        parts.append(next_loss)
    if item.lost:
        parts.append(_("nothing left to save"))
    if item.missed and item.missed >= LEAST_SHOWN:
        parts.append(_of_a_miss(item.missed, item.days_counted, _))
    if item.clock.note is not None:
        parts.append(item.clock.note.of(language))
    return " · ".join(parts)


@functools.lru_cache(maxsize=256)  # one figure for all that is under a clock
def _of_a_miss(points: float, days: int | None, _: Translate) -> str:
    return _("a miss: {points} for {days} days").format(points=formats.gain_bare(-points), days=days)


@functools.lru_cache(maxsize=8)  # a list has thousands of lines and one language
def _beginnings(_: Translate) -> Mapping[str, str]:
    """What started a thing, by the moment that its clock counts from."""
    return {
        "paid_at": _("paid {time}"),
        "waybill_at": _("waybill {time}"),
        "picked_up_at": _("picked up {time}"),
        "last_scan_at": _("last scan {time}"),
        "applied_at": _("applied {time}"),
        "return_signed_at": _("signed for {time}"),
        "waiting_since": _("waiting since {time}"),
        "opened_at": _("opened {time}"),
        "created_at": _("written {time}"),
    }


def _next_loss(item: Item, language: str, _: Translate) -> str | None:
    payment = item.payment
    if payment.after_hours is None or payment.what_next is None or item.left is None:
        return None
    seconds = item.left + payment.after_hours * HOUR
    hours = max(1, round(seconds / HOUR))
    return _("{what} {yuan} in {hours} h").format(
        what=payment.what_next.of(language), yuan=formats.money(payment.next, _), hours=hours
    )


def p_basis(
    item: Item, past: Past | None, now: int, zone: ZoneInfo, _: Translate, language: str
) -> str | None:
    """中通 周日 · 待揽收 23h · 同类 83% 超时(本店 812 例), or why there is none."""
    if item.left is None:
        return None
    if not item.exposure.proved:
        return _("pickup unknown")
    if item.late:
        return _("late already")
    if past is None:
        return None
    if not past.known:
        return _("our default: no past to go by yet")
    if item.p_miss is None:
        return _("hardly any past case waited this long")
    return " · ".join(
        [_alike(item, past, item.p_miss, now, zone, _, language), *_rests(item, past, now, _, language)]
    )


def _alike(
    item: Item, past: Past, p_miss: float, now: int, zone: ZoneInfo, _: Translate, language: str
) -> str:
    carrier = item.exposure.carrier if past.by == "carrier" else None
    day = _weekday(_today(now, zone), _)
    return _("{who} · {stage} {age} · {share} of such miss ({cases})").format(
        who=f"{carrier} {day}" if carrier else day,
        stage=item.stage_of.stage.of(language),
        age=_age(now - item.exposure.started),
        share=formats.chance(p_miss),
        cases=_cases(past.basis, past.n, past.by_totals, _),
    )


def _rests(item: Item, past: Past, now: int, _: Translate, language: str) -> Iterator[str]:
    """Yield the days until the deadline on which carriers rest: 10-01–10-03 国庆 按周日算."""
    exposure = item.exposure
    for rest in ahead(past.rests, now, exposure.due or now, exposure.province):
        first, last = date_of(rest.first), date_of(rest.last - 1)
        days = formats.day(first) if first == last else f"{formats.day(first)}–{formats.day(last)}"
        yield _("{days} {name}: carriers as on a Sunday").format(days=days, name=rest.name.of(language))


@functools.lru_cache(maxsize=16)
def _weekday(day: datetime.date, _: Translate) -> str:
    return formats.weekday(day, _)


@functools.lru_cache(maxsize=256)
def _cases(basis: Basis, n: int, by_totals: bool, _: Translate) -> str:
    if by_totals:
        words = (
            _("by the totals of this shop's chats, {n} questions")
            if basis == "own"
            else _("by the totals of all shops' chats, {n} questions")
        )
    else:
        words = _("{n} cases of this shop") if basis == "own" else _("{n} cases of all shops")
    return words.format(n=formats.number(n, _))


def title(cluster: Cluster, now: int, _: Translate, language: str) -> str:
    """中通·广东 41 单 揽收停滞 36h; the hours are what the typical one has waited in its stage."""
    age = now - statistics.median_low(item.since for item in cluster.items)
    stage = cluster.stage_of.stage.of(language)
    return _("{key}: {n} {stage}, {age}").format(
        key=cluster.key,
        n=len(cluster.orders),
        stage=_("not picked up") if cluster.stage_of.id == "pickup" else stage,
        age=_age(age),
    )


def _age(seconds: int) -> str:
    return f"{seconds // HOUR}h" if seconds >= HOUR else f"{seconds // 60}min"


def cause_why(cluster: Cluster, _: Translate) -> str:
    """同一快递与省份:异常 40 单中占 37 单,平时占 4%,非偶然"""
    shared = {
        "carrier·province": _("same carrier and province"),
        "carrier": _("same carrier"),
        "product": _("same product"),
        "warehouse": _("same warehouse"),
        "province": _("same province"),
    }[cluster.by]
    return _("{shared}: {n} of {of} in trouble but {usual} of all, more than chance").format(
        shared=shared, n=cluster.hits, of=cluster.trouble, usual=f"{cluster.usual:.0%}"
    )
