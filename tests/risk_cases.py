"""Open things by hand, in the worked cases' words: local times of 2026-11 in Shanghai, yuan, hours."""

from __future__ import annotations

import datetime
import functools
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.pofile import read_po

from score_cases import HEALTHY, model, readings, scorecard, steady
from shopwatch.i18n import LOCALES, Translate
from shopwatch.risk import Assessment, Moment, Past, WhatIf, assess
from shopwatch.risk.past import ENOUGH, default_past
from shopwatch.risk.rhythm import Rhythm
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Exposure, Reading, Recent, ShopReadings, Sum2, Usual
from shopwatch.scoring.score import score
from shopwatch.scoring.scorecard import Clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
PICKUPS = ("09:00", "21:00")
HOUR = 3_600


def at(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> int:
    """`11-20 20:00`, with seconds or without, and with a year or without."""
    full = text if text.count("-") == 2 else f"2026-{text}"
    return int(datetime.datetime.fromisoformat(full).replace(tzinfo=zone, fold=fold).timestamp())


def today(now: int) -> int:
    return (now + 8 * HOUR) // 86_400


@functools.cache
def _chinese() -> dict[str, str]:
    with (LOCALES / "zh_CN" / "LC_MESSAGES" / "shopwatch.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.string}


def chinese() -> Translate:
    """The written catalogue, so that these tests don't rest on the compiled one."""
    return lambda text: _chinese().get(text, text)


def clock(name: str) -> Clock:
    return next(clock for clock in scorecard().clock if clock.id == name)


def curved() -> Model:
    """The worked cases' test curve: 0.4 points of the total for each hour of mean pickup."""
    return model(
        weights={"product": 0.4, "logistics": 0.2, "service": 0.4},
        curves={"pickup_hours": ((0, 100), (25, 50))},
    )


def base(now: int, pickup: Reading | None = None, **changes: Any) -> ShopReadings:
    """1,000 picked-up orders of 5.6 hours; nothing else of logistics is known."""
    known = {
        name: reading for name, reading in HEALTHY.items() if name not in ("on_time_delivery", "breakage")
    }
    return readings(
        {**known, "pickup_hours": pickup or steady(5_600, 1_000)}, **{"today": today(now), **changes}
    )


def what_if(facts: ShopReadings, of: Model | None = None) -> WhatIf:
    return score(of or curved(), facts).what_if


def order(
    name: str,
    paid: str,
    promise_hours: float | None = 48,
    *,
    due: str | None = None,
    yuan: float | None = None,
    **more: Any,
) -> Exposure:
    started = at(paid)
    deadline = at(due) if due else None if promise_hours is None else started + round(promise_hours * HOUR)
    return Exposure(
        **{
            "shop": "flagship",
            "clock": "ship",
            "subject_id": name,
            "order_id": name,
            "started": started,
            "due": deadline,
            "amount": None if yuan is None else round(yuan * 100),
            "promise_from": started,
            **more,
        }
    )


def waybill(name: str, uploaded: str, *, yuan: float | None = None, **more: Any) -> Exposure:
    return order(name, uploaded, 24, yuan=yuan, **{"clock": "pickup", **more})


def aftersale(name: str, applied: str, *, due: str | None = None, **more: Any) -> Exposure:
    return order(name, applied, None, due=due, **{"clock": "refund", **more})


def at_moment(
    now: int,
    facts: ShopReadings,
    *,
    judge: WhatIf | None = None,
    pasts: Mapping[str, Past] | None = None,
    of: Model | None = None,
    zone: ZoneInfo = SHANGHAI,
    recent: Sequence[Recent] = (),
) -> Moment:
    """A shop at a moment, by the worked cases' curve unless told otherwise."""
    return Moment(
        model=of or curved(),
        readings=facts,
        what_if=judge or what_if(facts, of),
        now=now,
        zone=zone,
        pickups=PICKUPS,
        pasts=pasts or {},
        usual=Usual(recent),
    )


def assessed(
    now: str,
    exposures: Sequence[Exposure],
    *,
    facts: ShopReadings | None = None,
    pasts: Mapping[str, Past] | None = None,
    limit: int = 0,
    language: str = "zh_CN",
    zone: ZoneInfo = SHANGHAI,
    recent: Sequence[Recent] = (),
) -> Assessment:
    moment = at(now, zone)
    known = facts or base(moment)
    return assess(
        exposures,
        at_moment(moment, known, pasts=pasts, zone=zone, recent=recent),
        limit=limit,
        _=chinese() if language.startswith("zh") else str,
        language=language,
    )


def past(hours: Sequence[float], n: int = 200) -> Past:
    """A past of a shop's own whose things ended after these hours, in increasing order, one after the other."""
    if n < ENOUGH:
        return default_past()
    left, ages, by_age = len(hours), [0.0], []
    for before, hour in itertools.pairwise([0.0, *hours]):
        if hour > before:
            ages.append(hour)
            by_age.append(math.log(left / max(left - 1, 0.5)) / (hour - before))
        left -= 1
    by_age.append(by_age[-1])
    return Past(
        rhythm=Rhythm(by_age=tuple(by_age), ages=tuple(ages), reach=hours[-5]),
        basis="own",
        n=n,
        offset=8 * HOUR,
    )


def no_worth(_indicator: str, _sums: Sum2) -> float | None:
    return None
