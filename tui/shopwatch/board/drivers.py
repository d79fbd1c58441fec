"""What moved a score, in parts that add up."""

from shopwatch.board.values import Value


class Turned(Value, frozen=True):
    """How the rows behind some points turned over: those that entered the window, that left it, and that
    changed in it. They add up to `delta_points`; None where the rows weren't looked at."""

    delta_points: float
    entered: float | None = None
    left: float | None = None
    changed: float | None = None


class Slice(Turned, frozen=True, kw_only=True):
    by: str
    key: str


class Driver(Turned, frozen=True, kw_only=True):
    """One indicator's part (or a pseudo-part: stage, ledger, clamp, anchor) in a change. The slices add up to
    it."""

    indicator: str
    slices: tuple[Slice, ...] = ()


class LongDrivers(Value, frozen=True, rename={"week": "7d", "month": "30d"}):
    """The parts of the longer changes, as `Board.drivers` has them of the day's."""

    week: tuple[Driver, ...] = ()
    month: tuple[Driver, ...] = ()
