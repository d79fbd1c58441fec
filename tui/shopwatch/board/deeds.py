"""Who did what of the checklist."""

import datetime

from shopwatch.board.values import Value


class Deed(Value, frozen=True):
    """One thing that somebody did of the checklist. kind: tick, undo, note, snooze or owner; words: the note, or who
    sees to it; until: by when, or until when it is put off."""

    at: datetime.datetime
    action: str
    title: str
    kind: str
    by: str
    words: str = ""
    until: datetime.datetime | None = None
