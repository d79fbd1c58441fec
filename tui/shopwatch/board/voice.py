"""What buyers complain of, this month beside the last."""

import datetime

from shopwatch.board.values import Value


class Problem(Value, frozen=True):
    """What buyers complained of in a month so far, and to the same day of the month before.

    topic: a topic of the voice; word: what a cluster inside it shares, empty for the whole topic. share: of all
    complaints, each of which counts under every topic that it names. examples: what buyers wrote, without what
    would tell who they are. products, carriers: with their counts, the most first.
    """

    topic: str
    name: str
    count: int
    before: int
    share: float
    examples: tuple[str, ...]
    orders: tuple[str, ...]
    products: tuple[tuple[str, int], ...]
    carriers: tuple[tuple[str, int], ...]
    word: str = ""
    sudden: bool = False
    parts: tuple["Problem", ...] = ()

    @property
    def id(self) -> str:
        return f"{self.topic}/{self.word}" if self.word else self.topic


class VoiceBoard(Value, frozen=True):
    """What buyers complain of. first: the first day of the month; before: complaints to the same day of the last.

    days: where it isn't of a month but of the last days, how many; before them as many.
    """

    first: datetime.date
    total: int
    before: int
    problems: tuple[Problem, ...]
    days: int | None = None

    def problem(self, id_: str) -> Problem | None:
        every = (one for problem in self.problems for one in (problem, *problem.parts))
        return next((one for one in every if one.id == id_), None)
