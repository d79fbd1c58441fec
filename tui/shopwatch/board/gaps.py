"""Where a shop stands beside its competitors."""

import datetime

from shopwatch.board.values import Basis, Published, Value


class GapDeltas(Value, frozen=True, rename={"week": "7d", "month": "30d", "quarter": "90d"}):
    """The gap now less the gap 7, 30 and 90 days ago."""

    week: float | None = None
    month: float | None = None
    quarter: float | None = None


class GapBoard(Value, frozen=True):
    """One figure beside a competitor's. id: total, `consumer` (the stars that buyers see), a dimension's id, or an
    indicator's. unit: of an indicator; empty: points. own: as the board has it now, of `basis`. published: what
    the marketplace printed of the competitor last. gap: own less theirs, None where either isn't known, or theirs
    is too old to stand. series: the gap on each of the last 90 days and today."""

    id: str
    name: str
    short: str
    own: float | None
    basis: Basis | None
    published: Published | None
    gap: float | None
    unit: str = ""
    better: str = "higher"
    deltas: GapDeltas = GapDeltas()
    series: tuple[float | None, ...] = ()


class CompetitorBoard(Value, frozen=True):
    """Another shop beside this one; what isn't published of it has no `published`."""

    name: str
    figures: tuple[GapBoard, ...]

    @property
    def published_at(self) -> datetime.datetime | None:
        """When the newest of its figures was printed."""
        return max((one.published.at for one in self.figures if one.published), default=None)
