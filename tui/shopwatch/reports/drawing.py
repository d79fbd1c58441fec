"""Charts as SVG, drawn from their figures alone: no script, no font and no picture from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from shopwatch import formats
from shopwatch.reports.document import Bars, Point, Span, Trend, plain

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 26
BAR, NAMES, FIGURES = 24, 190, 70  # a bar's height, and the room beside it
MOST_NAMED = 22  # letters of a name


def trend(chart: Trend) -> str:
    """Return a line over days, the foreseen part dashed within its band."""
    points = [*chart.past, *chart.ahead]
    values = [v for point in points for v in (point.value, point.low, point.high) if v is not None]
    if sum(point.value is not None for point in points) < 2:
        return ""
    plane = _Plane(len(points), min(values), max(values))
    before = len(chart.past)
    body = [
        *_marked(plane, points, chart.spans),
        *_grid(plane, points, chart.places),
        *_band(plane, chart.ahead, before),
        *_line(plane, chart.past, 0, "past"),
        *_line(plane, [*chart.past[-1:], *chart.ahead], before - 1, "ahead"),
        *_newest(plane, chart.past, chart.places),
    ]
    return _svg(WIDTH, HEIGHT, chart.title, body)


def bars(chart: Bars) -> str:
    """Return what added to a change and what took from it, each from the same zero."""
    largest = max((abs(size) for _name, size, _text in chart.bars), default=0)
    if not largest:
        return ""
    half = (WIDTH - NAMES - 2 * FIGURES) / 2
    zero = NAMES + FIGURES + half
    body = [
        part
        for n, (name, size, text) in enumerate(chart.bars)
        for part in _bar(n * BAR, name, size / largest * half, text, zero)
    ]
    body.append(f'<line class="axis" x1="{zero}" x2="{zero}" y1="0" y2="{BAR * len(chart.bars)}"/>')
    return _svg(WIDTH, BAR * len(chart.bars), chart.title, body)


def _bar(top: float, name: str, length: float, text: str, zero: float) -> Iterator[str]:
    start, kind = (zero, "up") if length >= 0 else (zero + length, "down")
    at, anchor = (zero + length + 6, "start") if length >= 0 else (zero + length - 6, "end")
    yield f'<text x="0" y="{top + 16:.1f}">{escape(_short(name))}</text>'
    yield f'<rect class="{kind}" x="{start:.1f}" y="{top + 5:.1f}" width="{abs(length):.1f}" height="14" rx="2"/>'
    yield f'<text class="figure" x="{at:.1f}" y="{top + 16:.1f}" text-anchor="{anchor}">{escape(plain(text))}</text>'


class _Plane:
    """Where a value on a day stands in the picture."""

    def __init__(self, days: int, low: float, high: float) -> None:
        margin = max((high - low) * 0.12, 1e-9 + abs(high) * 0.002)
        self.low, self.high, self.days = low - margin, high + margin, max(days - 1, 1)

    def x(self, day: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * day / self.days

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)

    def steps(self) -> Iterator[float]:
        """Yield round values between bottom and top, about four."""
        raw = (self.high - self.low) / 4
        power = 10 ** math.floor(math.log10(raw))
        step = next(size * power for size in (1, 2, 5, 10) if size * power >= raw)
        first = math.ceil(self.low / step)
        yield from (n * step for n in range(first, math.floor(self.high / step) + 1))


def _grid(plane: _Plane, points: Sequence[Point], places: int) -> Iterator[str]:
    for value in plane.steps():
        y = plane.y(value)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="mark" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.{places}f}</text>'
    for n in range(0, len(points), max(1, len(points) // 8)):
        words = formats.day(points[n].day)
        yield f'<text class="mark" x="{plane.x(n):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{words}</text>'


def _marked(plane: _Plane, points: Sequence[Point], spans: Sequence[Span]) -> Iterator[str]:
    """Yield a stripe behind the line for each span, half a day to both sides, with its name at the top."""
    first, half = points[0].day, (plane.x(1) - plane.x(0)) / 2
    for span in spans:
        start, end = ((day - first).days for day in (span.first, span.last))
        if end < 0 or start >= len(points):
            continue
        left, right = max(LEFT, plane.x(start) - half), min(WIDTH - RIGHT, plane.x(end) + half)
        size = f'width="{right - left:.1f}" height="{HEIGHT - TOP - BOTTOM}"'
        yield f'<rect class="span" x="{left:.1f}" y="{TOP}" {size}/>'
        name = escape(_short(span.name))
        yield f'<text class="mark" x="{(left + right) / 2:.1f}" y="{TOP - 3}" text-anchor="middle">{name}</text>'


def _short(name: str) -> str:
    name = plain(name)
    return name if len(name) <= MOST_NAMED else name[: MOST_NAMED - 1] + "…"


def _line(plane: _Plane, points: Sequence[Point], first: int, kind: str) -> Iterator[str]:
    """Yield a line for each run of known days: what isn't known is a gap."""
    run: list[str] = []
    for n, point in enumerate([*points, None]):
        if point is not None and point.value is not None:
            run.append(f"{plane.x(first + n):.1f},{plane.y(point.value):.1f}")
        elif run:
            yield f'<polyline class="{kind}" points="{" ".join(run)}"/>'
            run = []


def _band(plane: _Plane, ahead: Sequence[Point], first: int) -> Iterator[str]:
    known = [
        (n, p.low, p.high) for n, p in enumerate(ahead, first) if p.low is not None and p.high is not None
    ]
    if known:
        upper = [f"{plane.x(n):.1f},{plane.y(high):.1f}" for n, _low, high in known]
        lower = [f"{plane.x(n):.1f},{plane.y(low):.1f}" for n, low, _high in reversed(known)]
        yield f'<polygon class="band" points="{" ".join(upper + lower)}"/>'


def _newest(plane: _Plane, past: Sequence[Point], places: int) -> Iterator[str]:
    known = [(n, point.value) for n, point in enumerate(past) if point.value is not None]
    if known:
        n, value = known[-1]
        x, y = plane.x(n), plane.y(value)
        yield f'<circle class="now" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        yield f'<text class="figure" x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle">{value:.{places}f}</text>'


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> str:
    name = escape(plain(title))
    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{name}">'
    return f"{head}<title>{name}</title>{''.join(body)}</svg>"
