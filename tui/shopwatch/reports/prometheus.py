"""Boards as Prometheus reads them: a gauge a figure, and nothing where a figure isn't known."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from shopwatch.board import AlertBoard, Board

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Gauge(NamedTuple):
    """One gauge: its name without the prefix, what it tells, its labels beside `shop`, and its values of a board."""

    name: str
    tells: str
    labels: tuple[str, ...]
    values: Callable[[Board, datetime.datetime], Iterable[tuple[tuple[str, ...], float | None]]]


def _score(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    yield (board.name, board.scorecard, board.score.basis), board.score.value


def _dimensions(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for dimension in board.dimensions:
        yield (dimension.id, dimension.basis), dimension.score


def _indicators(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for dimension in board.dimensions:
        for indicator in dimension.indicators:
            yield (indicator.id, dimension.id, indicator.unit), indicator.value


def _lines(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for line in board.lines:
        yield (line.id, line.kind), None if line.met is None else float(line.met)


def _distances(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for line in board.lines:
        yield (line.id, line.kind), line.distance


def _exposures(board: Board, now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    counts = Counter(
        (risk.clock, "overdue" if risk.deadline and risk.deadline < now else "open") for risk in board.risks
    )
    for (clock, state), many in sorted(counts.items()):
        yield (clock, state), float(many)


def _sources(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for source in board.sources:
        yield (source.name, source.kind), float(source.state == "ok")


def _successes(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for source in board.sources:
        yield (source.name, source.kind), source.last_success.timestamp() if source.last_success else None


def _rejected(board: Board, _now: datetime.datetime) -> Iterator[tuple[tuple[str, ...], float | None]]:
    for source in board.sources:
        yield (source.name, source.kind), float(source.rejected)


GAUGES = (
    Gauge("score", "The total now, on its scorecard's scale.", ("name", "scorecard", "basis"), _score),
    Gauge(
        "score_published",
        "The total that the marketplace printed last.",
        (),
        lambda board, _: [((), board.score.published.value if board.score.published else None)],
    ),
    Gauge("score_next", "What it would print tomorrow.", (), lambda board, _: [((), board.score.next.value)]),
    Gauge(
        "score_error",
        "Mean error of the last anchored totals, in points.",
        (),
        lambda board, _: [((), board.score.error)],
    ),
    Gauge("dimension_score", "A dimension's score.", ("dimension", "basis"), _dimensions),
    Gauge(
        "indicator_value", "An indicator, in its own unit.", ("indicator", "dimension", "unit"), _indicators
    ),
    Gauge("line_met", "1 on the good side of a line, 0 on the bad.", ("line", "kind"), _lines),
    Gauge("line_distance", "How far on the good side the tightest part is.", ("line", "kind"), _distances),
    Gauge("exposures", "Things under a clock now, among the riskiest.", ("clock", "state"), _exposures),
    Gauge("risks", "All things under a clock now.", (), lambda board, _: [((), float(board.risks_total))]),
    Gauge("source_up", "1 where a source answers.", ("source", "kind"), _sources),
    Gauge("source_last_success_seconds", "When it answered last, Unix time.", ("source", "kind"), _successes),
    Gauge("source_rejected", "Rows that could not be used.", ("source", "kind"), _rejected),
    Gauge(
        "board_seconds",
        "The moment of the figures, Unix time.",
        (),
        lambda board, _: [((), board.as_of.timestamp() if board.as_of else None)],
    ),
)


class Boards(Collector):
    """Collects from the boards that `known` returns at each asking, in any thread."""

    def __init__(
        self,
        known: Callable[[], tuple[Sequence[Board], Sequence[AlertBoard]]],
        now: Callable[[], datetime.datetime],
    ) -> None:
        self._known, self._now = known, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        boards, alerts = self._known()
        now = self._now()
        for gauge in GAUGES:
            yield _family(gauge, boards, now)
        yield _alerts(alerts)


def text(boards: Sequence[Board], now: datetime.datetime) -> str:
    """Return boards in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Boards(lambda: (boards, ()), lambda: now))
    return generate_latest(registry).decode()


def _family(gauge: Gauge, boards: Sequence[Board], now: datetime.datetime) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"shopwatch_{gauge.name}", gauge.tells, labels=("shop", *gauge.labels))
    for board in boards:
        for labels, value in gauge.values(board, now):
            if value is not None:
                family.add_metric((board.id, *labels), value)
    return family


def _alerts(alerts: Sequence[AlertBoard]) -> GaugeMetricFamily:
    counts = Counter((one.shop, one.level) for one in alerts if one.ended_at is None)
    family = GaugeMetricFamily("shopwatch_alerts", "Alerts that are open.", labels=("shop", "level"))
    for (shop, level), many in sorted(counts.items()):
        family.add_metric((shop, level), float(many))
    return family
