"""How a call to a marketplace fails, and so what is done about it.

LiveError              a sentence for a person; what is none of the below ends the poll
├─ RetryError          comes right by itself: asked again, after `wait` seconds where the server says how long
├─ ExpiredError        the token has run out: renewed once, and asked once more
├─ ReauthoriseError    a person must authorise the app for the shop anew
├─ UnavailableError    this app may not ask this, or the marketplace has closed it: left out, and said
├─ TooManyError        more rows than paging reaches: a shorter stretch of time is asked for
└─ RefusedError        the call, the configuration or this machine's clock is wrong
"""

from __future__ import annotations

from shopwatch.sources import SourceError


class LiveError(SourceError):
    """A call that failed."""


class RetryError(LiveError):
    """wait: the seconds that the server asks for. silent: it gave no answer at all, as one that is down."""

    def __init__(self, sentence: str, *, wait: float | None = None, silent: bool = False) -> None:
        super().__init__(sentence)
        self.wait, self.silent = wait, silent


class ExpiredError(LiveError):
    """The access token is not taken any more."""


class ReauthoriseError(LiveError):
    """Nothing but a person's leave mends it."""


class UnavailableError(LiveError):
    """Not for this app, or not any more."""


class TooManyError(LiveError):
    """More rows than can be paged through."""


class RefusedError(LiveError):
    """Asking again changes nothing."""
