"""League tables: carriers, products, agents and provinces beside the shop's mean."""

import datetime

from shopwatch.board.values import Value


class LeagueCell(Value, frozen=True):
    """A row's place in a column; verdict: `worse`, `better`, `usual`, `thin` or `unjudged`.

    part: the points of the total that its distance from the mean gives or costs; None where none rest on the column.
    low, high: where its true value lies, 99 in 100.
    """

    value: float
    cases: float
    verdict: str
    part: float | None = None
    low: float | None = None
    high: float | None = None


class LeagueRow(Value, frozen=True):
    """cells: in the order of the columns, None where it has no case. part: of all columns. worse: in so many columns
    it is worse than the mean beyond chance; advice: what to do about it, in words."""

    key: str
    cells: tuple[LeagueCell | None, ...]
    part: float | None = None
    worse: int = 0
    advice: str = ""


class LeagueColumn(Value, frozen=True):
    """mean: of all rows together. indicator: of the scorecard, on which points rest; empty where the figure is only for
    comparing. first, last: the days that count."""

    id: str
    name: str
    short: str
    unit: str
    better: str
    mean: float
    first: datetime.date
    last: datetime.date
    indicator: str = ""


class LeagueTable(Value, frozen=True):
    """rows: the one that costs most first; others: how many more there are. lacking: the columns that nothing is known
    of."""

    id: str
    name: str
    by: str
    columns: tuple[LeagueColumn, ...]
    rows: tuple[LeagueRow, ...]
    others: int = 0
    lacking: tuple[str, ...] = ()

    def row(self, key: str) -> LeagueRow | None:
        return next((one for one in self.rows if one.key == key), None)


class LeagueBoard(Value, frozen=True):
    """enough: cases from which a row is judged."""

    tables: tuple[LeagueTable, ...]
    enough: int

    def table(self, id_: str) -> LeagueTable | None:
        return next((one for one in self.tables if one.id == id_), None)


class LeagueOrder(Value, frozen=True):
    """One order behind a row. why: the column's short name and what it adds there."""

    order_id: str
    at: datetime.datetime
    why: str
