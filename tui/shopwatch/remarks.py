"""What people say of an order or an action: a note, "not before then", and who sees to it.

Only shopwatch knows these, so they live in the journal. What could tell who the buyer is doesn't get there.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping

import msgspec

from shopwatch.board import ActionBoard, Board, Risk

LONGEST = 200
DAYS = 90
"""How long what was said of an order is looked at: no order is open for longer."""

_GAP = r"[-.\s\u2010-\u2015\u2212\u00b7]{0,3}"
_COUNTRY = rf"(?:\((?:\+|00)?86\)|(?<!\d)(?:\+|00)?86){_GAP}"
_AREA = r"(?:10|2\d|[3-9]\d\d)"
# As words, since Python compiles them for 4 ms: not before somebody writes a note.
# Between digits it is a part of an order's number; so is a landline's with seven more behind a hyphen.
_TELLING = (
    rf"(?:{_COUNTRY}|(?<!\d))0?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"
    rf"|(?:{_COUNTRY}{_AREA}|(?:{_COUNTRY})?(?:\(0{_AREA}\)|(?<!\d)0{_AREA}))"
    rf"{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d|-\d{{7}}(?!\d))"
    rf"|(?<!\d)[48]00{_GAP}(?:\d{{3}}{_GAP}\d{{4}}|\d{{4}}{_GAP}\d{{3}})(?!\d)"
    r"|[\w.+-]{1,64}@[\w-]+\.[\w.]+"
)
HIDDEN = "***"


class Remark(msgspec.Struct, frozen=True):
    """One note; `at` in UTC epoch seconds."""

    at: int
    by: str
    words: str


class Remarks(msgspec.Struct, frozen=True):
    """All that is said of one order or action. owner: who sees to it, or nobody, and by when (due). until: when it
    comes back to the list."""

    notes: tuple[Remark, ...] = ()
    owner: str = ""
    until: int | None = None
    due: int | None = None


NONE = Remarks()


def scrubbed(words: str) -> str:
    """Return words as they may be kept: one line, without a telephone number or an address of electronic mail."""
    plain = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    kept, end = "", 0
    for found in re.finditer(_TELLING, "".join(map(_folded, plain))):
        kept += plain[end : found.start()] + HIDDEN
        end = found.end()
    return (kept + plain[end:])[:LONGEST].strip()


def _folded(letter: str) -> str:
    """Return 1 for its full-width twin and the like; always one letter, so that places stay where they are."""
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter


def said(board: Board, remarks: Mapping[str, Remarks]) -> Board:
    """Return a board with what people said of its orders and actions."""
    if not remarks or board.as_of is None:
        return board
    now = board.as_of
    return msgspec.structs.replace(
        board,
        risks=tuple(
            risk if (of := remarks.get(risk.order_id or risk.subject_id)) is None else _with(risk, of, now)
            for risk in board.risks
        ),
        actions=tuple(
            action if (of := remarks.get(of_action(action.id))) is None else _with_action(action, of, now)
            for action in board.actions
        ),
    )


def of_action(action: str) -> str:
    """Return under which name an action is spoken of among the orders."""
    return f"action:{action}"


def _with_action(action: ActionBoard, remarks: Remarks, now: datetime.datetime) -> ActionBoard:
    def moment(at: int | None) -> datetime.datetime | None:
        return None if at is None else datetime.datetime.fromtimestamp(at, now.tzinfo)

    until = moment(remarks.until)
    return msgspec.structs.replace(
        action,
        owner=remarks.owner or None,
        due_at=moment(remarks.due) if remarks.owner else None,
        notes=len(remarks.notes),
        note=remarks.notes[-1].words if remarks.notes else None,
        snoozed_until=until if until is not None and until > now else None,
    )


def _with(risk: Risk, remarks: Remarks, now: datetime.datetime) -> Risk:
    until = None if remarks.until is None else datetime.datetime.fromtimestamp(remarks.until, now.tzinfo)
    return msgspec.structs.replace(
        risk,
        owner=remarks.owner or None,
        notes=len(remarks.notes),
        note=remarks.notes[-1].words if remarks.notes else None,
        snoozed_until=until if until is not None and until > now else None,
    )
