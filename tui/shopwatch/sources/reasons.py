"""Why a row could not be used, in words."""

from __future__ import annotations

from shopwatch.i18n import Translate
from shopwatch.records import Field, Kind
from shopwatch.sources.cleaning import shown


def empty(field: Field, _: Translate) -> str:
    return _("{field} is empty").format(field=field.name)


def unreadable(field: Field, value: object, _: Translate) -> str:
    """Say what the value is, and what the field would take."""
    return _WORDS[field.kind](_, field).format(field=field.name, value=shown(value, 60))


def not_taken(field: Field, value: object, _: Translate) -> str:
    """Say what the field's own expression could not take."""
    return _("{field}: its expression can't take {value}").format(field=field.name, value=shown(value, 60))


def _moment(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is no time such as 2026-11-20 10:00:00, with or without an offset")


def _day(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is no date such as 2026-11-20")


def _fen(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is not whole fen; give fen: yuan(price), or price * 100 of a number")


def _id(_: Translate, field: Field) -> str:
    if field.name == "shop":
        return _("{field}: {value} is no shop id (letters, digits, `_`, `.` and `-`, at most 64)")
    return _("{field}: {value} was kept as a number and has lost digits; export it as text")


def _choice(_: Translate, field: Field) -> str:
    return _("{field}: {value} is none of {choices}").replace("{choices}", ", ".join(field.choices))


def _count(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is no whole number from 0 on")


def _real(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is no number; percent(x) reads a percentage")


def _bool(_: Translate, _field: Field) -> str:
    return _("{field}: {value} is neither true nor false")


def _text(_: Translate, _field: Field) -> str:
    return _("{field}: {value} can't be read")


_WORDS = {
    Kind.MOMENT: _moment,
    Kind.PROMISE: _moment,
    Kind.DAY: _day,
    Kind.FEN: _fen,
    Kind.ID: _id,
    Kind.CHOICE: _choice,
    Kind.COUNT: _count,
    Kind.REAL: _real,
    Kind.BOOL: _bool,
    Kind.TEXT: _text,
}
