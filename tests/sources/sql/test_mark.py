"""How far a table was read, through the cursor and back."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.sources.sql.mark import Mark, begin_of, is_time, mark_of

BEIJING = datetime.timezone(datetime.timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "begin"),
    [
        (datetime.datetime(2026, 11, 20, 0, 5), datetime.datetime(2026, 11, 19, 23, 55)),
        (
            datetime.datetime(2026, 11, 20, 10, tzinfo=BEIJING),
            datetime.datetime(2026, 11, 20, 9, 50, tzinfo=BEIJING),
        ),
        (datetime.date(2026, 11, 20), datetime.date(2026, 11, 19)),
        ("2026-11-20 00:05:00", "2026-11-19 23:55:00"),
        ("2026-11-20T00:05:00.250+08:00", "2026-11-19T23:55:00.250+08:00"),
        (1795140000, 1795139400),
        (1795140000000, 1795139400000),
        (Decimal("1795140000.5"), Decimal("1795139400.5")),
        (41, 41),
        ("A-17", "A-17"),
    ],
)
def test_a_time_is_asked_again_ten_minutes_before(value: Any, begin: Any) -> None:
    mark = mark_of(value)
    assert mark is not None
    again = msgspec.json.decode(msgspec.json.encode(mark), type=Mark)
    assert begin_of(again, 600) == begin
    assert is_time(mark) is (value not in (41, "A-17"))


@pytest.mark.parametrize("value", [None, True, b"x", [1]])
def test_what_has_no_order_is_no_mark(value: Any) -> None:
    assert mark_of(value) is None


@given(
    st.one_of(
        st.datetimes(datetime.datetime(2001, 1, 1), datetime.datetime(2090, 1, 1)),
        st.dates(datetime.date(2001, 1, 1), datetime.date(2090, 1, 1)),
        st.integers(),
        st.decimals(allow_nan=False, allow_infinity=False, places=6),
        st.text(),
    )
)
def test_where_a_long_reading_stopped_it_goes_on_exactly(value: Any) -> None:
    mark = mark_of(value, between=True)
    assert mark is not None
    assert begin_of(mark, 600) == value
