"""Any value of a type that goes between the two processes."""

from __future__ import annotations

import datetime
import functools
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from hypothesis import strategies as st

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: datetime.timezone(datetime.timedelta(minutes=m)))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5),
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False).filter(lambda one: not math.isnan(one)),
    type(None): st.none(),
    datetime.date: st.dates(),
    datetime.datetime: st.datetimes(
        datetime.datetime(1971, 1, 1), datetime.datetime(2200, 1, 1), timezones=ZONES
    ),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Return what makes values of a struct, or of a type that one has for its fields."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if origin is Literal:
        return st.sampled_from(parts)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(any_of, parts))
    if origin is tuple and parts[1:] == (...,):
        return st.lists(any_of(parts[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, parts))
    if origin in (dict, Mapping):
        return st.dictionaries(*map(any_of, parts), max_size=2)
    assert isinstance(kind, type), kind
    assert issubclass(kind, msgspec.Struct), kind
    return _any_struct(kind)


@functools.cache
def _any_struct(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Of a struct that holds others of its own kind, too."""
    hints = typing.get_type_hints(kind)
    names = [one.name for one in msgspec.structs.fields(kind)]
    return st.deferred(lambda: st.builds(kind, **{name: any_of(hints[name]) for name in names}))
