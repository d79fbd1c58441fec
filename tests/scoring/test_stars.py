from __future__ import annotations

import pytest

from score_cases import scorecard
from shopwatch.scoring.stars import consumer_stars

# 商家体验分规范 2026-09-08, §3.3, row by row: first and last whole score, stars.
TABLE = [
    (97, 100, 5.0),
    (93, 96, 4.9),
    (89, 92, 4.8),
    (85, 88, 4.7),
    (81, 84, 4.6),
    (77, 80, 4.5),
    (73, 76, 4.4),
    (69, 72, 4.3),
    (65, 68, 4.2),
    (61, 64, 4.1),
    *((60 - i, 60 - i, round(4.0 - i / 10, 1)) for i in range(10)),
    (0, 50, 3.0),
]


@pytest.mark.parametrize(("first", "last", "stars"), TABLE)
def test_every_row_of_the_table(first: int, last: int, stars: float) -> None:
    shown = {consumer_stars(score, scorecard().stars) for score in range(first, last + 1)}
    assert shown == {stars}


def test_the_table_leaves_no_score_out() -> None:
    rows = [score for first, last, _ in TABLE for score in range(first, last + 1)]
    assert sorted(rows) == list(range(101))


@pytest.mark.parametrize(
    ("score", "stars"), [(60.49, 4.0), (60.5, 4.1), (64.4, 4.1), (64.5, 4.2), (81.4, 4.6)]
)
def test_a_score_is_rounded_first(score: float, stars: float) -> None:
    assert consumer_stars(score, scorecard().stars) == stars


def test_no_score_has_no_stars() -> None:
    assert consumer_stars(None, scorecard().stars) is None
    assert consumer_stars(80, ()) is None
