"""Simulated shops on a simulated marketplace, for tests: their records day by day, and the page each morning.

    sim = Simulation(seed=1, shops=6)              # a world; the same seed is the same world
    warehouse.ingest(SOURCE, sim.poll(until))      # what changed since the last poll, as seen at `until` (UTC seconds)
    sim.page(shop.id, day)                         # the hidden truth of a morning, not rounded; `day` is a date
    sim.change(shop.id, day, pickup_hours=6.0)     # from that day on a habit is this, and doesn't drift any more
    sim.config(folder)                             # the TOML by which shopwatch watches these shops

`sim.shops` hold each shop's secrets: `weights` (of dimensions and indicators, by id) and `curves`, which are no
shipped default; `config(..., knows=("weights", "curves"))` tells them to shopwatch. `sim.first` is the first day of
which there are records, `sim.opening` the first morning on which a page is printed: by then every window is full.
Pages come with the records (table `official`), at 11:00, as the marketplace prints them: scores in whole
points, values with a few digits. `prints` says what: "total", "dimensions", "values".

Days are lived as they are polled or asked for, each once and in order. A habit (see `HABITS`) is the mean that
its indicator has in the long run; those of goods and parcels are an order's own from its payment on, those of service
hold on the day that something happens. Habits drift and now and then jump, `drift=0` keeps them still.

What is printed is worked out here from the stories themselves, apart from anything in shopwatch.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb

from shopwatch.records import TABLES, Batch, Poll
from simulated_days import CREATE, LIVE, PARTS, SEEN

ZONE = ZoneInfo("Asia/Shanghai")
SOURCE = "simulation"
SCORECARD = "douyin@2026-09-08"
FIRST = datetime.date(2026, 9, 10)
WINDOW = 30
FULL = 45  # days after which every window is full, and the slowest parcel of its first day home
FLOOR, CEILING = 50.0, 100.0
BONUS = 2.0  # of the freight insurance
REFUSED, MOST_DEDUCTED = -2.0, -10.0

Prints = Literal["total", "dimensions", "values"]
Knows = Literal["weights", "curves"]
Curve = tuple[tuple[float, float], ...]


@dataclasses.dataclass(frozen=True)
class Habit:
    """worst, best: within which the values lie for which a curve gives 50 and 100 points, each drawn per shop.
    usual: within which a shop's own lie. digits: as it is printed."""

    dimension: str
    worst: tuple[float, float]
    best: tuple[float, float]
    usual: tuple[float, float]
    digits: int
    scale: Literal["log", "share", "stars"] = "share"

    def bent(self, value: float) -> float:
        """Return a value on a scale on which it may drift anywhere."""
        if self.scale == "log":
            return math.log(value)
        share = (value - 1) / 4 if self.scale == "stars" else value
        return math.log(share / (1 - share))

    def straight(self, bent: float) -> float:
        if self.scale == "log":
            return math.exp(bent)
        share = 1 / (1 + math.exp(-bent))
        return 1 + 4 * share if self.scale == "stars" else share


HABITS: Mapping[str, Habit] = {
    "product_rating": Habit("product", (4.0, 4.4), (4.75, 4.92), (4.4, 4.8), 4, "stars"),
    "quality_returns": Habit("product", (0.02, 0.035), (0.002, 0.004), (0.004, 0.02), 6),
    "pickup_hours": Habit("logistics", (36, 50), (3, 6), (8, 24), 4, "log"),
    "on_time_delivery": Habit("logistics", (0.68, 0.76), (0.93, 0.97), (0.76, 0.93), 6),
    "breakage": Habit("logistics", (0.008, 0.015), (0.0, 0.001), (0.0008, 0.006), 6),
    "audit_hours": Habit("service", (36, 50), (1.5, 3), (3, 24), 4, "log"),
    "reply_seconds": Habit("service", (250, 600), (12, 20), (20, 160), 3, "log"),
    "dissatisfied": Habit("service", (0.25, 0.35), (0.0, 0.02), (0.04, 0.2), 6),
    "platform_help": Habit("service", (0.04, 0.06), (0.0, 0.003), (0.004, 0.035), 6),
}
DIMENSIONS = ("product", "logistics", "service")


@dataclasses.dataclass(frozen=True)
class SimulatedShop:
    """weights, curves: its secrets; of an indicator the share of its dimension. habits: what it begins with."""

    id: str
    orders_a_day: float
    insured: bool
    weights: Mapping[str, float]
    curves: Mapping[str, Curve]
    habits: Mapping[str, float]

    def points(self, item: str, value: float) -> float:
        """Return what the marketplace gives for an indicator's value."""
        curve = self.curves[item]
        if value <= curve[0][0]:
            return curve[0][1]
        for (left, low), (right, high) in itertools.pairwise(curve):
            if value <= right:
                return low + (high - low) * (value - left) / (right - left)
        return curve[-1][1]


@dataclasses.dataclass(frozen=True)
class Page:
    """What a shop's score is made of on a morning. ledger: bonuses less deductions, in points of the total."""

    total: float
    dimensions: Mapping[str, float]
    points: Mapping[str, float]
    values: Mapping[str, float]
    ledger: float


class Simulation:
    """A world of shops."""

    def __init__(
        self,
        seed: int = 0,
        *,
        shops: int = 6,
        first: datetime.date = FIRST,
        drift: float = 1.0,
        orders_a_day: tuple[float, float] = (15, 60),
        prints: Collection[Prints] = ("total", "dimensions", "values"),
    ) -> None:
        """Begin; no day is lived yet. drift: how much habits move from day to day, 1 is plausible."""
        self.shops = tuple(_drawn(seed, number, orders_a_day) for number in range(shops))
        self.first, self.opening = first, first + datetime.timedelta(days=FULL)
        self._prints, self._drift = prints, drift
        self._moods = {shop.id: _Mood(Random(f"{seed}/{shop.id}"), shop, drift) for shop in self.shops}
        self._by_id = {shop.id: shop for shop in self.shops}
        self._changes: dict[str, dict[str, tuple[int, float]]] = {shop.id: {} for shop in self.shops}
        self._lived = _day(first)  # the first day that isn't yet
        self._polled = 0
        self._pages: dict[int, dict[str, Page]] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="shopwatch-simulation-")
        self._world = duckdb.connect(config={"threads": 1})
        self._world.execute(CREATE.format(seed=seed))

    def close(self) -> None:
        self._world.close()
        self._folder.cleanup()

    # ------------------------------------------------------------ what a caller does

    def change(self, shop: str, day: datetime.date, **habits: float) -> None:
        """Set habits of a shop from a day on that isn't lived yet."""
        if _day(day) < self._lived:
            raise ValueError(f"{day} has been lived already")
        unknown = habits.keys() - HABITS.keys()
        if unknown:
            raise ValueError(f"no habits: {', '.join(sorted(unknown))}")
        self._changes[shop] |= {habit: (_day(day), mean) for habit, mean in habits.items()}

    def poll(self, until: int) -> Poll:
        """Return what changed since the last poll, as seen at a moment in UTC seconds."""
        self._live_to((until + _EAST) // _DAY)
        batches = [
            batch
            for table, select in SEEN.items()
            if (batch := self._batch(table, select, since=self._polled, until=until))
        ]
        pages = self._printed(self._polled, until)
        self._polled = until
        return Poll(batches=(*batches, *pages))

    def page(self, shop: str, day: datetime.date) -> Page:
        """Return the truth of a morning."""
        return self._morning(_day(day))[shop]

    def config(self, folder: Path, *, knows: Collection[Knows] = (), bonus: bool = True) -> Path:
        """Write the configuration that watches these shops and nothing else; knows: what it tells of the secrets.
        bonus: it says whether the freight insurance is held."""
        lines = ["[defaults]", f'scorecard = "{SCORECARD}"', f'timezone = "{ZONE.key}"', "discover = false"]
        for shop in self.shops:
            lines += [
                "[[shop]]",
                f'id = "{shop.id}"',
            ]
            if bonus:
                lines.append(f"given.freight_insurance = {str(shop.insured).lower()}")
            if "weights" in knows:
                lines += [f"weights.{name} = {weight!r}" for name, weight in shop.weights.items()]
            if "curves" in knows:
                lines += [
                    f"curves.{name} = {[list(pair) for pair in curve]}" for name, curve in shop.curves.items()
                ]
        path = folder / "shopwatch.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    # ------------------------------------------------------------ the days

    def _live_to(self, last: int) -> None:
        first = self._lived
        if last < first:
            return
        habits = [self._habits(shop, day) for day in range(first, last + 1) for shop in self.shops]
        self._fill("habits", habits)
        for statement in (*LIVE, *PARTS):
            self._world.execute(statement, {"first": first, "last": last})
        self._lived = last + 1

    def _fill(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Append rows: a list a column, for one row at a time is slow."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._world.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)

    def _habits(self, shop: SimulatedShop, day: int) -> list[object]:
        mood = self._moods[shop.id]
        habits = mood.next()
        for habit, (since, mean) in self._changes[shop.id].items():
            if day >= since:
                habits[habit] = mean
        return [shop.id, day, mood.orders(day), mood.refuses(), *(habits[name] for name in HABITS)]

    def _batch(self, table: str, select: str, **moments: int) -> Batch | None:
        path = self._path(table)
        self._world.execute(f"CREATE OR REPLACE TEMP TABLE told AS {select}", moments)
        (count,) = self._world.execute("SELECT count(*) FROM told").fetchall()[0]
        if not count:
            return None
        self._world.execute(f"COPY told TO '{path}' (FORMAT parquet)")
        fields = tuple(column for column, *_ in self._world.execute("DESCRIBE told").fetchall())
        return Batch(table, fields, path, count)

    def _path(self, table: str) -> Path:
        return Path(self._folder.name) / f"{table}.parquet"

    # ------------------------------------------------------------ the pages

    def _printed(self, since: int, until: int) -> list[Batch]:
        first, last = max(_day(self.opening), (since + _EAST) // _DAY), (until + _EAST) // _DAY
        mornings = [day for day in range(first, last + 1) if since < _printed_at(day) <= until]
        rows = [
            (shop, _printed_at(day), _printed_at(day), *figure)
            for day in mornings
            for shop, page in self._morning(day).items()
            for figure in self._figures(page)
        ]
        if not rows:
            return []
        fields = ("shop", "known_at", "published_at", "item", "value", "points")
        path, table = self._path("official"), TABLES["official"]
        self._world.execute(
            "CREATE OR REPLACE TEMP TABLE told (shop VARCHAR, known_at BIGINT, published_at BIGINT, item VARCHAR,"
            " value DOUBLE, points DOUBLE)"
        )
        self._fill("told", rows)
        self._world.execute(f"COPY told TO '{path}' (FORMAT parquet)")
        return [Batch(table.name, fields, path, len(rows))]

    def _figures(self, page: Page) -> list[tuple[str, float | None, float | None]]:
        found: list[tuple[str, float | None, float | None]] = []
        if "total" in self._prints:
            found.append(("total", None, whole(page.total)))
        if "dimensions" in self._prints:
            found += [(name, None, whole(points)) for name, points in page.dimensions.items()]
        if "values" in self._prints:
            found += [(name, round(value, HABITS[name].digits), None) for name, value in page.values.items()]
        return found

    def _morning(self, day: int) -> Mapping[str, Page]:
        if day not in self._pages:
            self._live_to(day - 1)
            sums: dict[str, dict[str, tuple[float, float]]] = {shop.id: {} for shop in self.shops}
            for shop, item, numerator, denominator in self._world.execute(_SUMS, {"day": day}).fetchall():
                sums[shop][item] = (numerator, denominator)
            self._pages[day] = {shop: _page(self._by_id[shop], found) for shop, found in sums.items()}
        return self._pages[day]


# ---------------------------------------------------------------- one morning

_SUMS = f"""
SELECT shop, item, sum(numerator), sum(denominator) FROM parts
WHERE day BETWEEN $day - {WINDOW} AND $day - 1 AND known < $day GROUP BY ALL
"""


def _page(shop: SimulatedShop, sums: Mapping[str, tuple[float, float]]) -> Page:
    values = {item: sums[item][0] / sums[item][1] for item in HABITS if item in sums and sums[item][1] > 0}
    points = {item: shop.points(item, value) for item, value in values.items()}
    dimensions = {}
    for name in DIMENSIONS:
        known = {item: shop.weights[item] for item in points if HABITS[item].dimension == name}
        if known:
            mean = sum(weight * points[item] for item, weight in known.items()) / sum(known.values())
            dimensions[name] = min(max(mean, FLOOR), CEILING)
    weight = sum(shop.weights[name] for name in dimensions)
    score = (
        sum(shop.weights[name] * score for name, score in dimensions.items()) / weight if weight else FLOOR
    )
    refused = sums.get("refused", (0, 0))[0]
    ledger = (BONUS if shop.insured else 0.0) + max(refused * REFUSED, MOST_DEDUCTED)
    return Page(min(max(score + ledger, 0.0), 100.0), dimensions, points, values, ledger)


def whole(score: float) -> float:
    """Return a score as the marketplace prints it."""
    return float(math.floor(score + 0.5))


# ---------------------------------------------------------------- a shop


def _drawn(seed: int, number: int, orders_a_day: tuple[float, float]) -> SimulatedShop:
    roll = Random(f"{seed}/{number}")
    weights = _shares(roll, DIMENSIONS)
    for dimension in DIMENSIONS:
        weights |= _shares(roll, [name for name, habit in HABITS.items() if habit.dimension == dimension])
    return SimulatedShop(
        id=f"shop{number + 1}",
        orders_a_day=math.exp(roll.uniform(*map(math.log, orders_a_day))),
        insured=roll.random() < 0.5,
        weights=weights,
        curves={name: _curve(roll, habit) for name, habit in HABITS.items()},
        habits={
            name: habit.straight(roll.uniform(*map(habit.bent, habit.usual)))
            for name, habit in HABITS.items()
        },
    )


def _shares(roll: Random, names: Sequence[str]) -> dict[str, float]:
    drawn = [roll.uniform(1, 3) for _ in names]
    return {name: share / sum(drawn) for name, share in zip(names, drawn, strict=True)}


def _curve(roll: Random, habit: Habit) -> Curve:
    """Return a curve that never turns back: steep or slow at first, with knees."""
    worst, best = roll.uniform(*habit.worst), roll.uniform(*habit.best)
    bend = math.exp(roll.uniform(-0.5, 0.5))
    inner = sorted(roll.uniform(0.1, 0.9) for _ in range(3))
    shares = [0.0, *inner, 1.0]
    if habit.scale == "log":
        values = [worst * (best / worst) ** share for share in shares]
    else:
        values = [worst + (best - worst) * share for share in shares]
    heights = [share**bend for share in shares]
    points = [FLOOR + (CEILING - FLOOR) * height for height in heights]
    return tuple(sorted(zip(values, points, strict=True)))


class _Mood:
    """How one shop's habits go on from day to day."""

    def __init__(self, roll: Random, shop: SimulatedShop, drift: float) -> None:
        self._roll, self._shop, self._drift = roll, shop, drift
        self._wander = dict.fromkeys(HABITS, 0.0)
        self._jump = dict.fromkeys(HABITS, 0.0)

    def next(self) -> dict[str, float]:
        found = {}
        for name, habit in HABITS.items():
            roll = self._roll
            self._wander[name] = 0.97 * self._wander[name] + self._drift * roll.gauss(0, 0.06)
            jumps, size = roll.random() < 0.025, roll.gauss(0, 0.8)
            self._jump[name] = 0.88 * self._jump[name] + (self._drift * size if jumps else 0.0)
            bent = habit.bent(self._shop.habits[name]) + self._wander[name] + self._jump[name]
            found[name] = habit.straight(bent)
        return found

    def orders(self, day: int) -> int:
        quiet = 0.8 if (day + 3) % 7 == 6 else 1.0  # of a Sunday
        return max(1, round(self._shop.orders_a_day * quiet * math.exp(self._roll.gauss(0, 0.15))))

    def refuses(self) -> bool:
        """Whether an invoice is refused today."""
        return self._roll.random() < 0.006 * self._drift


# ---------------------------------------------------------------- moments

_DAY = 86_400
_EAST = 28_800


def _day(date: datetime.date) -> int:
    return (date - datetime.date(1970, 1, 1)).days


def moment(date: datetime.date, hour: float = 0) -> int:
    """Return an hour of a day, by the shops' clock, in UTC seconds."""
    return _day(date) * _DAY - _EAST + round(hour * 3600)


def _printed_at(day: int) -> int:
    return day * _DAY - _EAST + 11 * 3600
