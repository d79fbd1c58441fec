"""How figures and the distances between them are written for a person."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from shopwatch.board import Scale
from shopwatch.i18n import Translate

UNKNOWN = "—"
Meaning = Literal["better", "worse", "flat", "unknown"]

# A float carries about 15 decimal digits; its last few are the dust of arithmetic (80 - 78.35 is
# 1.6500000000000057), which would decide how a half is rounded.
_SIGNIFICANT = 12
_LARGEST = 1e15
_SCALE = re.compile(r"(\d+)(\D+?)(?:\s|$)")
# By unit, the digits of a value to come to.
_ASKED_PLACES = {"hours": 1, "seconds": 1, "days": 1, "ratio": 4, "rank": 3, "count": 0, "yuan": 0, "yes": 0}
# By unit: what the change is multiplied by, its decimals, its mark.
_CHANGES = {
    "ratio": (100.0, 2, "pp"),
    "rank": (100.0, 1, "pp"),
    "hours": (1.0, 1, "h"),
    "days": (1.0, 1, "d"),
    "seconds": (1.0, 1, "s"),
    "points": (1.0, 1, ""),
    "count": (1.0, 0, ""),
    "yes": (1.0, 0, ""),
    "yuan": (1.0, 0, "¥"),
}


def score(value: float | None, places: int = 1) -> str:
    """81.4"""
    return _fixed(value, places)


def total(value: float | None, scale: Scale) -> str:
    """81.4, 4.66, LV3: the total as its rules say it."""
    text = _fixed(value, scale.places)
    return f"LV{text}" if scale.kind == "level" and text != UNKNOWN else text


def printed(value: float | None, scale: Scale) -> str:
    """82, 4.66, LV3: the total as the marketplace prints it."""
    return total(value, scale) if scale.kind == "level" else _fixed(value, scale.decimals)


def weight(share: float | None, certainty: str, _: Translate) -> str:
    """33%; 未公布 where nobody says it, 不计分 where there is none."""
    if share is not None:
        return percent(share, 0)
    return _("not scored") if certainty == "none" else _("not published")


def weight_from(certainty: str, _: Translate) -> str:
    """缺省 or 拟合, of a weight that no page and no configuration says; else nothing."""
    return {"default": _("default"), "fitted": _("by fit")}.get(certainty, "")


def official(value: float | None, decimals: int = 0) -> str:
    """82: a figure that the marketplace printed, with as many decimals as it prints."""
    return _fixed(value, decimals)


def points(value: float | None, places: int = 1) -> str:
    """+0.2, -1.0: a change in points."""
    return _signed(value, places)


def error(value: float | None, places: int = 1) -> str:
    """±0.8"""
    return UNKNOWN if _missing(value) else f"±{_fixed(value, places)}"


def consumer(value: float | None) -> str:
    """4.6★: the stars that buyers see."""
    return UNKNOWN if _missing(value) else f"{_fixed(value, 1)}★"


def gain_bare(value: float | None) -> str:
    """+0.17, +0.005, <0.001: points to be won; small ones keep a digit that means something."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    size = abs(value)
    if size < 0.001:
        return "<0.001" if value > 0 else ">-0.001"
    return _signed(value, 2 if size >= 0.0095 else 3)


def gain(value: float | None, _: Translate) -> str:
    """+0.17分"""
    text = gain_bare(value)
    return text if text == UNKNOWN else _("{n} pts").format(n=text)


def gain_per_hour(value: float | None, _: Translate) -> str:
    """+0.01/h: what every hour sooner saves."""
    text = gain_bare(value)
    return text if text == UNKNOWN else _("{n}/h").format(n=text)


def number(value: float | None, _: Translate) -> str:
    """3,196, 1.2万"""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return _scaled(value, 0, _)


def count(value: float | None, _: Translate) -> str:
    """3,196单, 1.2万单"""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = _scaled(value, 0, _)
    return (_("{n} order") if text == "1" else _("{n} orders")).format(n=text)


def money(yuan: float | None, _: Translate, *, short: bool = False) -> str:
    """¥75.00, ¥1.2万, ¥3.4亿, ¥0. short: without the .00 of whole yuan, for a narrow column."""
    if yuan is None or not math.isfinite(yuan):
        return UNKNOWN
    text = _scaled(abs(yuan), 2, _)
    if text == "0.00" or (short and text.endswith(".00")):
        text = text[:-3]
    return ("-" if yuan < 0 and text != "0" else "") + "¥" + text


def money_step(now: float | None, step: float | None, _: Translate) -> str:
    """¥0→¥75: owed already, and what the next step of compensation brings it to."""
    if step is None or step == (now or 0.0):
        return money(now if step is None else step, _, short=True)
    return f"{money(now or 0.0, _, short=True)}→{money(step, _, short=True)}"


def percent(share: float | None, places: int = 1) -> str:
    """3.1%: a share of 0..1."""
    return UNKNOWN if share is None or _missing(share * 100) else f"{_fixed(share * 100, places)}%"


def chance(share: float | None) -> str:
    """83%: a probability; never a certainty that it isn't."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 <= share < 1:
        return ">99%"
    if 0 <= share <= 1:  # without the detour by decimals: a long list has one in each row
        return f"{math.floor(round(share * 100, 9) + 0.5)}%"
    return percent(share, 0)


def unit_value(value: float | None, unit: str, _: Translate) -> str:
    """5.6小时, 13.9秒, 1.34%, 4.69: an indicator's value in the unit of the scorecard."""
    if _missing(value):
        return UNKNOWN
    if unit == "hours":
        return _("{n} h").format(n=_fixed(value, 1))
    if unit == "seconds":
        return _("{n} s").format(n=_fixed(value, 1))
    if unit == "days":
        return _("{n} days").format(n=_fixed(value, 1))
    if unit == "ratio":
        return percent(value, 2)
    if unit == "rank":
        return _(">{n}").format(n=percent(value, 1))
    if unit == "count":
        return number(value, _)
    if unit == "yuan":
        return money(value, _, short=True)
    if unit == "yes":
        return _("yes") if value else _("no")
    if unit == "points":
        return _trimmed(_fixed(value, 2))
    return _fixed(value, 2)


def asked(value: float, unit: str, better: str, _: Translate) -> str:
    """17.3小时, 0.94%: a value to come to, in the digits of its unit: rounded to the side that is enough."""
    places = _ASKED_PLACES.get(unit, 2)
    if not math.isfinite(value) or abs(value) >= _LARGEST:
        return unit_value(value, unit, _)
    side = ROUND_FLOOR if better == "lower" else ROUND_CEILING
    exact = Decimal(f"{value:.{_SIGNIFICANT}g}")
    return unit_value(float(exact.quantize(Decimal(1).scaleb(-places), side)), unit, _)


def plain(value: float | None, unit: str, _: Translate) -> str:
    """1%, 48小时, 200, ¥1万: where a line is drawn, in as many digits as it has."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if unit in ("ratio", "rank"):
        return _trimmed(percent(value, 2).removesuffix("%")) + "%"
    marks = {"hours": _("{n} h"), "seconds": _("{n} s"), "days": _("{n} days")}
    if unit in marks:
        return marks[unit].format(n=f"{value:g}")
    return unit_value(value, unit, _) if unit in ("count", "yuan", "yes") else f"{value:g}"


def meaning(delta: float | None, unit: str, better: str) -> Meaning:
    """What a change is worth, by the figure that is shown: a change that rounds to nothing is flat."""
    shown = _change_size(delta, unit)
    if delta is None or shown is None:
        return "unknown"
    if not float(shown[0]):
        return "flat"
    return "better" if (delta > 0) == (better == "higher") else "worse"


def change(delta: float | None, unit: str, better: str, _: Translate) -> str:
    """↓0.05pp 改善, ↑0.7h 变差, — 持平: direction, size and what it means, never a bare arrow."""
    kind = meaning(delta, unit, better)
    shown = _change_size(delta, unit)
    if delta is None or shown is None:
        return UNKNOWN
    if kind == "flat":
        return _("— flat")
    word = _("better") if kind == "better" else _("worse")
    long = {"yuan": money(abs(delta), _, short=True), "count": number(abs(delta), _)}
    return f"{'↑' if delta > 0 else '↓'}{long.get(unit, _marked(*shown))} {word}"


def moved(delta: float | None, unit: str) -> str | None:
    """-0.2h, +0.05pp: the bare size of a change; None where it rounds to nothing."""
    shown = _change_size(delta, unit)
    if delta is None or shown is None or not float(shown[0]):
        return None
    return f"{'+' if delta > 0 else '-'}{_marked(*shown)}"


def distance(
    value: float | None, _: Translate, unit: str = "points", *, stop: bool = False, places: int = 1
) -> str:
    """还差1.6, 高出11.4; of what must stay under its line 距限1.25pp, 超限0.50pp. places: of points.

    value: as a line part has it, above 0 on the good side. A distance that isn't nothing never reads 0.0.
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    size = _distance_size(abs(value), unit, places, _)
    if stop:
        return (_("{n} below the limit") if value > 0 else _("{n} over the limit")).format(n=size)
    return (_("{n} above") if value >= 0 else _("{n} short")).format(n=size)


def tail(order_id: str | None) -> str:
    """…69080412: the last eight characters, by which an operator knows an order."""
    if not order_id:
        return UNKNOWN
    return order_id if len(order_id) <= 8 else f"…{order_id[-8:]}"


def basis(name: str, _: Translate) -> str:
    """官方, 推算 or 估算: three words for three different things."""
    if name == "official":
        return _("official")
    return _("anchored") if name == "anchored" else _("estimated")


def _missing(value: float | None) -> bool:
    return value is None or not math.isfinite(value)


def _decimal(value: float, places: int) -> Decimal:
    return Decimal(f"{value:.{_SIGNIFICANT}g}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _fixed(value: float | None, places: int) -> str:
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if abs(value) >= _LARGEST:
        return f"{value:.0e}"
    rounded = _decimal(value, places)
    return f"{rounded or abs(rounded):.{places}f}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _signed(value: float | None, places: int) -> str:
    text = _fixed(value, places)
    if value is None or text == UNKNOWN or text.startswith("-") or not float(text):
        return text
    return f"+{text}"


def _scaled(value: float, places: int, _: Translate) -> str:
    """Digits with separators under 10,000; from there the language's own large units."""
    if abs(value) >= _LARGEST:
        return f"{value:.0e}"
    rounded = _decimal(value, places)
    if abs(rounded) < 10_000:
        return f"{rounded or abs(rounded):,.{places}f}"
    # Translators: each power of ten that has a mark, with the mark, smallest first. Chinese: 4万 8亿.
    for power, mark in reversed(_SCALE.findall(_("3k 6M 9B"))):
        if abs(rounded) >= Decimal("0.9995").scaleb(int(power)):
            return _shortened(float(rounded) / 10 ** int(power)) + str(mark)
    return f"{rounded:,.0f}"


def _shortened(value: float) -> str:
    text = f"{_decimal(value, 1 if abs(value) < 99.95 else 0):,f}"
    return text.removesuffix(".0")


def _change_size(delta: float | None, unit: str) -> tuple[str, str] | None:
    """The figure that a change is shown by, without its sign, and its mark; None where there is none."""
    factor, places, mark = _CHANGES.get(unit, (1.0, 2, ""))
    if delta is None or not math.isfinite(delta * factor):
        return None
    return _fixed(abs(delta) * factor, places), mark


def _marked(figure: str, mark: str) -> str:
    return f"¥{figure}" if mark == "¥" else figure + mark


def _distance_size(size: float, unit: str, places: int, _: Translate) -> str:
    if unit == "count":
        return number(math.ceil(size) if size < _LARGEST else size, _)
    if unit == "yuan":
        return money(size, _, short=True)
    factor, usual, mark = _CHANGES.get(unit, (1.0, 2, ""))
    places = places if unit == "points" else usual
    shown = size * factor
    if not math.isfinite(shown):
        return UNKNOWN
    least = 10.0**-places
    return (f"<{least:.{places}f}" if 0 < shown < least / 2 else _fixed(shown, places)) + mark
