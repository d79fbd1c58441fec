"""How a risk and a cause are said: the stage, the reason, the time, in the language of the shop."""

from __future__ import annotations

import datetime
import statistics
from zoneinfo import ZoneInfo

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.risk.causes import Cluster
from shopwatch.risk.items import HOUR, Item
from shopwatch.risk.past import enough
from shopwatch.scoring.readings import Past


def _when(moment: int, now: int, zone: ZoneInfo) -> str:
    at, today = datetime.datetime.fromtimestamp(moment, zone), datetime.datetime.fromtimestamp(now, zone)
    return formats.hour(at) if at.date() == today.date() else formats.clock_time(at)


def stage(item: Item, _: Translate, language: str) -> str:
    """待发货, 待揽收 …; 已发货·揽收未知 where no source can prove the pickup."""
    return item.stage_of.stage.of(language) if item.exposure.proved else _("shipped, pickup unknown")


def why(item: Item, now: int, zone: ZoneInfo, _: Translate, language: str) -> str:
    """22:50 申请 · 38 小时后缺货赔付 ¥3.00"""
    begun = {
        "ship": _("paid {time}"),
        "pickup": _("waybill {time}"),
        "refund": _("applied {time}"),
        "return": _("applied {time}"),
        "refund_unshipped": _("applied {time}"),
        "return_received": _("signed for {time}"),
        "reply": _("waiting since {time}"),
    }.get(item.clock.id, _("opened {time}"))
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
    return " · ".join(parts)


def _next_loss(item: Item, language: str, _: Translate) -> str | None:
    payment = item.payment
    if payment.after_hours is None or payment.what_next is None or item.left is None:
        return None
    seconds = item.left + payment.after_hours * HOUR
    hours = max(1, round(seconds / HOUR))
    return _("{what} {yuan} in {hours} h").format(
        what=payment.what_next.of(language), yuan=formats.money(payment.next, _), hours=hours
    )


def p_basis(item: Item, past: Past | None, _: Translate) -> str | None:
    """Where the chance of a miss comes from, or why there is none."""
    if item.left is None:
        return None
    if not item.exposure.proved:
        return _("pickup unknown")
    if item.late:
        return _("late already")
    if past is None or not past.n:
        return _("no past of this shop's own yet")
    if not enough(past):
        return _("only {n} past cases").format(n=past.n)
    if item.p_miss is None:
        return _("hardly any past case waited this long")
    return _("from {n} past cases").format(n=past.n)


def title(cluster: Cluster, now: int, _: Translate, language: str) -> str:
    """中通·广东 41 单 揽收停滞 36h; the hours are what the typical one has waited in its stage."""
    age = now - statistics.median_low(item.since for item in cluster.items)
    stage = cluster.stage_of.stage.of(language)
    return _("{key}: {n} {stage}, {age}").format(
        key=cluster.key,
        n=len(cluster.orders),
        stage=_("not picked up") if cluster.stage_of.id == "pickup" else stage,
        age=f"{age // HOUR}h" if age >= HOUR else f"{age // 60}min",
    )


def cause_why(cluster: Cluster, of: int, _: Translate) -> str:
    """同一快递与省份:40 单未结中占 37 单,非偶然"""
    shared = {
        "carrier·province": _("same carrier and province"),
        "carrier": _("same carrier"),
        "product": _("same product"),
        "warehouse": _("same warehouse"),
    }[cluster.by]
    return _("{shared}: {n} of {of} open, more than chance").format(
        shared=shared, n=len(cluster.orders), of=of
    )
