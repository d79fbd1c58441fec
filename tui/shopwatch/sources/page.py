"""The official page as text: pasted or typed, in whatever layout, into the figures that it prints.

A seller copies the page by hand, so the text has no fixed shape: labels and figures side by side, below
each other, or as two rows of a table. Every known label owns the text up to the next label, and the first
figure in it that its unit allows is its figure.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from shopwatch.feed import OfficialEntry
from shopwatch.scoring.gaps import CONSUMER
from shopwatch.scoring.scorecard import Dimension, Indicator, Scorecard, Unit
from shopwatch.sources.figures import FIGURE, NUMBER, first_figure

BONUS, DEDUCTION = "bonus", "deduction"
MOST_STARS = 5.0

# What pages and their sellers call a figure besides the scorecard's own words.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "total": (
        "商家体验分", "体验分", "店铺体验分", "我的体验分", "我的总分", "体验总分", "总体验分", "当前体验分",
        "总分", "综合体验分", "experience score", "total score",
    ),
    BONUS: ("加分项", "加分", "总加分", "bonus"),
    DEDUCTION: ("扣分项", "扣分", "总扣分", "差行为扣分", "deductions"),
    CONSUMER: ("店铺星级", "消费者看到的星级", "消费者星级", "consumer stars", "shop stars"),
    "product": ("商品体验",),
    "logistics": ("物流体验",),
    "service": ("服务体验",),
    "product_rating": ("商品综合评分", "商品评分", "店铺商品综合评分"),
    "quality_returns": ("商品品质退货率", "品质退货率", "商品品退率"),
    "pickup_hours": ("平均揽收时长", "揽收平均时长", "揽收时长平均", "揽收时长"),
    "on_time_delivery": ("运单配送时效达成率", "配送时效达成率", "运单时效达成率"),
    "breakage": (
        "商品/包装破损退货订单率", "商品包装破损退货订单率", "商品/包装破损退货率", "包装破损退货率",
        "破损退货订单率", "破损退货率",
    ),
    "audit_hours": ("售后平均审核时长", "平均售后审核时长", "售后审核时长", "售后审核平均时长"),
    "reply_seconds": (
        "飞鸽人工会话平响时长", "飞鸽人工会话平均响应时长", "飞鸽平均响应时长", "飞鸽平均响应时间",
        "飞鸽平响时长", "飞鸽响应时长", "飞鸽人工平均响应时长",
    ),
    "dissatisfied": ("飞鸽人工会话不满意率", "飞鸽会话不满意率", "飞鸽不满意率", "会话不满意率"),
    "platform_help": ("平台求助率", "求助平台率"),
}  # fmt: skip

# Words that own the figures after them without being an item: sums behind a rate, changes, thresholds.
_NOISE = (
    r"近\s*\d+\s*[天日][^\s:\d]*"
    r"|较\s*(?:前\s*[1一]?\s*[日天]|昨日|昨天|昨|上周|上月)"
    r"|[^\s:\d]*(?:更新时间|更新至|统计周期|统计时间)"
    r"|环比|同比|超越|考核行业|行业[^\s:\d]*|体验分等级|有效订单数|目标[^\s:\d]*|达标线"
)
_SCORED = re.compile(
    rf"({NUMBER})\s*分?\s*[x×*]\s*({NUMBER})\s*%(?:\s*=\s*{NUMBER}\s*分?)?", re.IGNORECASE
)  # 100分 x25%=25分
_WEIGHT = re.compile(rf"(?:权重|占比|weight)[^\d\n]{{0,3}}({NUMBER})\s*%", re.IGNORECASE)
_OWN_SCORE = re.compile(rf"(?:得分|score)[^\d\n]{{0,3}}({NUMBER})\s*分?", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")  # (近30天), (1-3星), (秒)
_LABEL_UNIT = re.compile(r"\s*\((%|‰|小时|h|分钟|min|秒|s|天)\)", re.IGNORECASE)
_DATE = re.compile(
    r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[T\s]*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
)
_LINES_OWNED = 3  # a label's figure stands on its own line or one of the next two that hold text


class _Label(NamedTuple):
    start: int
    end: int
    item: str | None  # None: not an item, but the figures after it are its


@dataclasses.dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood. `published_at` is as printed: the shop's local time, without a zone. `left`:
    the lines with figures that were not understood."""

    entries: tuple[OfficialEntry, ...]
    published_at: datetime.datetime | None
    left: tuple[str, ...]


def parse_page(text: str, scorecard: Scorecard) -> Parsed:
    """Read pasted or typed text. `bonus` and `deduction` come as items of their own, with points."""
    plain = _side_by_side(_plain(text), scorecard)
    published_at = _published_at(plain)
    plain = _DATE.sub(lambda found: " " * len(found[0]), plain)
    entries: dict[str, OfficialEntry] = {}
    seen: list[tuple[int, int]] = []  # what some label has taken, or been unable to take
    left: list[str] = []
    for label, owned in _owned(plain, scorecard):
        used = len(owned)
        if label.item is not None:
            entry, used = _entry(label.item, owned, scorecard)
            if entry is not None:
                entries.setdefault(label.item, entry)
            elif (figure := FIGURE.search(owned)) is not None:
                used = figure.end()
                left.append(" ".join(plain[label.start : label.end + used].split()))
        seen.append((label.start, label.end + used))
    order = [*items(scorecard), BONUS, DEDUCTION]
    return Parsed(
        tuple(entries[item] for item in order if item in entries),
        published_at,
        (*left, *_left(plain, seen)),
    )


def items(scorecard: Scorecard) -> tuple[str, ...]:
    """Return what a page of this scorecard prints: the total if it has one, the stars that buyers see, the
    dimensions and the indicators."""
    return (
        *(("total",) if scorecard.printed else ()),
        *((CONSUMER,) if scorecard.printed and scorecard.stars else ()),
        *(dimension.id for dimension in scorecard.printed_dimensions),
        *(indicator.id for indicator in scorecard.indicator),
    )


def item_of(name: str, scorecard: Scorecard) -> str | None:
    """Return the item that goes by this name, whole, in either language; else None."""
    return names_of(scorecard).get(_plain(name).strip().rstrip(":").casefold())


def figure_of(text: str, unit: Unit) -> float | None:
    """Return an indicator's figure in its own unit: `1.34%` is 0.0134, `5小时30分` 5.5.

    A share above 1 must be a percentage; one below it without its sign could be either, and is None.
    """
    found = first_figure(_plain(text), unit)
    return None if found is None else found[0]


def published_of(text: str) -> datetime.datetime | None:
    """Return the moment that a cell holds, as written; a bare date is its start."""
    return _published_at(_plain(text))


def _plain(text: str) -> str:
    """Full-width forms made plain, invisible characters and thousands separators gone."""
    folded = unicodedata.normalize("NFKC", text).replace("\r\n", "\n").replace("\r", "\n")
    visible = "".join(c for c in folded if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", visible)


def names_of(scorecard: Scorecard) -> dict[str, str]:
    """Return every name that an item goes by, in lower case, with the item."""
    parts: list[Dimension | Indicator] = [*scorecard.printed_dimensions, *scorecard.indicator]
    own: dict[str, tuple[str, ...]] = {}
    own |= {part.id: (part.name.zh, part.name.en, part.short.zh, part.short.en) for part in parts}
    own |= {BONUS: (), DEDUCTION: ()} | ({CONSUMER: ()} if CONSUMER in items(scorecard) else {})
    if scorecard.printed:
        own["total"] = (scorecard.score_name.zh, scorecard.score_name.en)
    # (ODR) behind a name is hidden from the labels: without it a name goes where no other is called the same
    bare = Counter(_bare(part.name.zh) for part in parts) + Counter(_bare(part.name.en) for part in parts)
    for part in parts:
        own[part.id] += tuple(word for word in map(_bare, (part.name.zh, part.name.en)) if bare[word] == 1)
    names: dict[str, str] = {}
    for item, words in own.items():
        for word in (item, *words, *SYNONYMS.get(item, ())):
            names.setdefault(_plain(word).casefold(), item)
    return names


def _bare(name: str) -> str:
    return _ASIDE.sub("", _plain(name)).strip()


def _labels(text: str, scorecard: Scorecard) -> list[_Label]:
    names = names_of(scorecard)
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    # a label is a whole word, but a figure may touch it and 分 may follow: 商品体验分69
    text = _ASIDE.sub(lambda found: " " * len(found[0]), text)
    pattern = re.compile(
        rf"(?<![^\W\d])(?:(?P<item>{words})(?:得分|分数|分)?[为是约达]?|(?P<noise>{_NOISE}))(?![^\W\d])",
        re.IGNORECASE,
    )
    places = {indicator.id for indicator in scorecard.indicator if indicator.unit == "rank"}
    labels: list[_Label] = []
    for found in pattern.finditer(text):
        item = names[found["item"].casefold()] if found["item"] else None
        if found["noise"] == "超越" and labels and labels[-1].item in places:
            continue  # the figure after it is the place that was asked for
        labels.append(_Label(found.start(), found.end(), item))
    return labels


def _owned(text: str, scorecard: Scorecard) -> Iterator[tuple[_Label, str]]:
    labels = _labels(text, scorecard)
    for n, label in enumerate(labels):
        end = labels[n + 1].start if n + 1 < len(labels) else len(text)
        owned, lines = "", 0
        for line in text[label.end : end].splitlines(keepends=True):
            lines += bool(line.strip())
            if lines > _LINES_OWNED:
                break
            owned += line
        if label.item is None:  # a change or a sum is one figure, on its label's line or the next
            figure = FIGURE.search(owned)
            owned = owned[: figure.end()] if figure else ""
        yield label, owned


def _side_by_side(text: str, scorecard: Scorecard) -> str:
    """Turn a row of labels over a row of figures into lines of a label and its figure."""
    names = names_of(scorecard)
    lines = text.split("\n")
    out: list[str] = []
    n = 0
    while n < len(lines):
        heads = _cells(lines[n])
        below = next((m for m in range(n + 1, len(lines)) if lines[m].strip()), None)
        cells = _cells(lines[below]) if below is not None else []
        known = sum(head.casefold().removesuffix("分") in names or head.casefold() in names for head in heads)
        figures = sum(bool(re.match(r"[+-]?\d|-+$", cell)) for cell in cells)
        if below is not None and known >= 2 and len(heads) == len(cells) == figures:
            out += [f"{head} {cell}" for head, cell in zip(heads, cells, strict=True)]
            n = below + 1
            continue
        out.append(lines[n])
        n += 1
    return "\n".join(out)


def _cells(line: str) -> list[str]:
    parts = line.split("\t") if "\t" in line else line.split()
    return [part.strip() for part in parts if part.strip()]


def _published_at(text: str) -> datetime.datetime | None:
    dates = list(_DATE.finditer(text))
    # the page's own word for it first, then any that has a time of day
    dates.sort(key=lambda found: ("更新" not in text[: found.start()][-12:], found["hour"] is None))
    for found in dates:
        parts = (found[name] for name in ("year", "month", "day", "hour", "minute", "second"))
        try:
            return datetime.datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]
        except ValueError:
            continue
    return None


def _entry(item: str, owned: str, scorecard: Scorecard) -> tuple[OfficialEntry | None, int]:
    """Return the label's entry, and how much of its text it took."""
    weight = points = None
    if scored := _SCORED.search(owned):
        points, weight = float(scored[1]), float(scored[2]) / 100
    elif weighed := _WEIGHT.search(owned):
        weight = float(weighed[1]) / 100
    if points is None and (score := _OWN_SCORE.search(owned)):
        points = float(score[1])
    bare = owned
    for pattern in (_SCORED, _WEIGHT, _OWN_SCORE, _ASIDE):
        bare = pattern.sub(lambda found: " " * len(found[0]), bare)
    if stated := _LABEL_UNIT.match(owned):  # 平均响应时长(秒) 13.9
        bare = re.sub(rf"({NUMBER})(?![\d.])(?!\s*[%‰a-z天小时分秒])", rf"\g<1>{stated[1]}", bare, count=1)
    unit = next((indicator.unit for indicator in scorecard.indicator if indicator.id == item), None)
    found = _points(bare, item, scorecard) if unit is None else first_figure(bare, unit)
    used = len(owned) if points is not None or weight is not None else found[1] if found else 0
    if unit is None:
        points = found[0] if found else points
        entry = OfficialEntry(item=item, points=points, weight=weight)
    else:
        entry = OfficialEntry(item=item, value=found[0] if found else None, points=points, weight=weight)
    return (entry, used) if (entry.value, entry.points, entry.weight) != (None,) * 3 else (None, 0)


def highest(item: str, scorecard: Scorecard) -> float:
    """Return the most points that a total or a dimension can have."""
    ceilings = {dimension.id: dimension.ceiling for dimension in scorecard.dimension} | {CONSUMER: MOST_STARS}
    return ceilings.get(item, scorecard.total.ceiling)


def _points(text: str, item: str, scorecard: Scorecard) -> tuple[float, int] | None:
    found = FIGURE.search(text)
    if found is None or found["unit"] or re.search(r"[≥≤<>]", text[: found.start()]):
        return None
    figure = float(found["figure"])
    if item == DEDUCTION:
        return 0 - abs(figure), found.end()
    return (figure, found.end()) if 0 <= figure <= highest(item, scorecard) else None


def _left(text: str, understood: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the lines that hold a figure which nothing took."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if re.search(r"\d", line) and not any(a < end and b > start for a, b in understood):
            yield line.strip()
        start = end + 1
