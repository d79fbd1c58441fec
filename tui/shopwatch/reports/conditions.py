"""The conditions of a scorecard in words: of a line, of a target, of a small sample, and a curve's pairs."""

from __future__ import annotations

from shopwatch import formats
from shopwatch.i18n import Translate
from shopwatch.scoring.scorecard import Indicator, Line, Part, Scorecard, SmallSample
from shopwatch.scoring.small_sample import OTHER

TOTAL = "total"


class Conditions:
    """Says what one scorecard asks for, by the names that it gives things."""

    def __init__(self, card: Scorecard, language: str, _: Translate) -> None:
        self._card, self._language, self._translate = card, language, _
        self._names = {rate.id: rate.name.of(language) for rate in card.rate}
        self._names |= {dimension.id: dimension.short.of(language) for dimension in card.dimension}
        self._names |= {rule.id: rule.short.of(language) for rule in card.indicator}
        self._units: dict[str, str] = {rule.id: rule.unit for rule in card.indicator}

    def name(self, item: str) -> str:
        return self._card.score_name.of(self._language) if item == TOTAL else self._names.get(item, item)

    def line(self, line: Line) -> str:
        return self._translate(" and ").join(self._part(line, part) for part in line.parts)

    def target(self, rule: Indicator) -> str:
        sign = ("≥", ">") if rule.better == "higher" else ("≤", "<")
        return f"{sign[rule.above]} {_exact(rule.target, rule.unit)}"

    def curve(self, rule: Indicator) -> str:
        _ = self._translate
        pairs = [(_exact(value, rule.unit), f"{points:g}") for value, points in rule.curve or ()]
        if rule.scoring != "tier":
            return ", ".join(f"{value} → {points}" for value, points in pairs)
        sign = "≥" if rule.better == "higher" else "≤"
        return _("by tiers: {tiers}").format(
            tiers=", ".join(f"{sign} {value} → {points}" for value, points in pairs)
        )

    def small_sample(self, rule: SmallSample) -> str:
        _ = self._translate
        bad = {"numerator": _("bad cases"), "denominator": _("cases in all")}.get(rule.bad) or self.name(
            rule.bad
        )
        few = f"{bad} ≤ {rule.bad_at_most}"
        below = ", ".join(f"{self._group(name)} < {limit}" for name, limit in rule.orders_below)
        return few + _(" and ") + _("orders ({below})").format(below=below) if below else few

    def _group(self, name: str) -> str:
        _ = self._translate
        return {OTHER: _("others"), **dict.fromkeys(self._card.industry_groups, _("special industries"))}.get(
            name, name
        )

    def _part(self, line: Line, part: Part) -> str:
        _ = self._translate
        unit = (
            "ratio"
            if part.measure == "rate"
            else ""
            if part.measure == "count"
            else self._units.get(part.on, "")
        )
        measure = {
            "today": _("today"),
            "mean": _("mean of {days} days").format(days=part.days),
            "streak": _("{days} days running").format(days=part.days),
            "month_end": _("at the month's end"),
            "rate": _("share"),
            "count": _("count"),
        }[part.measure]
        at = _("a figure that only your page shows") if part.at is None else _exact(part.at, unit)
        others = ", ".join(
            f"{name} {_exact(figure, unit)}"
            for name, figure in (*part.by_category.items(), *part.by_shop_type.items())
        )
        return f"{self.name(part.on)} {measure} {_sign(line, part)} {at}" + (f" ({others})" if others else "")


def _sign(line: Line, part: Part) -> str:
    if line.kind == "stop" and part.measure == "streak":
        return ">" if part.good == "most" else "<"
    if part.good == "most":
        return "<" if part.above else "≤"
    return ">" if part.above else "≥"


def _exact(value: float | None, unit: str) -> str:
    """A figure as the file has it, not rounded as a reading is."""
    if value is None:
        return formats.UNKNOWN
    marks = {"hours": "h", "days": "d", "seconds": "s", "ratio": "%", "rank": "%", "yuan": "¥"}
    scale = 100 if unit in ("ratio", "rank") else 1
    return f"{value * scale:.10g}{marks.get(unit, '')}"
