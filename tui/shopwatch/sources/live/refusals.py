"""What a marketplace says instead of an answer: what is done about it, and a sentence for a person.

A platform's table of errors comes to a `Remedy`; what is said of each is the same everywhere, but for the names of the
keys to look at. What the marketplace itself said is repeated only without the secrets, which it may have quoted.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

from shopwatch.i18n import Translate
from shopwatch.sources.cleaning import hushed, shown
from shopwatch.sources.live.errors import (
    ExpiredError,
    LiveError,
    ReauthoriseError,
    RefusedError,
    RetryError,
    TooManyError,
    UnavailableError,
)

Remedy = Literal[
    "wait", "retry", "expired", "authorise", "unauthorised", "unavailable", "closed", "many", "signature", "app", "token",
    "clock", "address", "call",
]  # fmt: skip
"""wait: asked too often. retry: a fault of the server's. expired: the token has run out. authorise: the shop's leave has
ended; unauthorised: it was never given. unavailable: this app may not ask this; closed: nobody may. many: more rows than
paging reaches. signature, app, token, clock, address: what the configuration or this machine has wrong. call: the call."""

SKEW = 60.0
"""Seconds between two clocks that explain a refusal."""


@dataclasses.dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818
    """told: codes, and words where they are known to be harmless. wait: the seconds that it asks for. log: what the
    marketplace's support wants to know."""

    remedy: Remedy
    told: str
    wait: float | None = None
    log: str = ""


class ContractError(Exception):
    """An answer that lacks what its method promises; it must not pass for an empty page."""


class Keys(NamedTuple):
    """What the configuration calls what may be wrong. token: none where the app gets its tokens by itself."""

    app: str
    signature: str
    token: str


class Marketplace(Protocol):
    """Whose refusals they are. name: as people call it."""

    name: str
    keys: Keys


_ERRORS: dict[Remedy, type[LiveError]] = {
    "expired": ExpiredError,
    "authorise": ReauthoriseError,
    "unauthorised": ReauthoriseError,
    "unavailable": UnavailableError,
    "closed": UnavailableError,
    "many": TooManyError,
}


def error_of(
    refusal: Refusal, method: str, of: Marketplace, skew: float | None, secrets: Sequence[str], _: Translate
) -> LiveError:
    """Return what a refusal calls for. skew: by how many seconds this machine's clock is ahead, where that is known."""
    words = _words(refusal, of, skew, _).format(
        name=of.name,
        method=method,
        told=shown(hushed(refusal.told, *secrets), 80),
        keys=getattr(of.keys, refusal.remedy, of.keys.token),
        minutes=f"{abs(skew or 0) / 60:.0f}",
        log=shown(hushed(refusal.log, *secrets), 40),
    )
    if refusal.remedy in ("wait", "retry"):
        return RetryError(words, wait=refusal.wait)
    return _ERRORS.get(refusal.remedy, RefusedError)(words)


def _words(refusal: Refusal, of: Marketplace, skew: float | None, _: Translate) -> str:
    match refusal.remedy:
        case "wait":
            return _("{name} limits how often it may be asked ({told}); lower `rate`")
        case "retry":
            return _("{name} has a fault of its own ({told}); it is asked again at the next poll")
        case "expired" | "authorise":
            return _authorise(of, _)
        case "unauthorised":
            return _(
                "the shop hasn't authorised the app ({told}); authorise it in {name}, and check `shop_id`"
            )
        case "unavailable":
            return _("{method}: this app may not ask it ({told}); apply for its permission package in {name}")
        case "closed":
            return _("{method} is closed by the marketplace ({told}); its figures stay unknown")
        case "many":
            return _("{method} has more rows than can be paged through ({told})")
        case _:
            return _mistaken(refusal, skew, _)


def _authorise(of: Marketplace, _: Translate) -> str:
    if of.keys.token:
        return _("{name} no longer accepts {keys} ({told}); authorise the app again and put in the new one")
    return _(
        "{name} no longer accepts the shop's authorisation ({told}); authorise the app again for the shop"
    )


def _mistaken(refusal: Refusal, skew: float | None, _: Translate) -> str:
    """What the configuration, this machine or shopwatch has wrong."""
    match refusal.remedy:
        case "signature":
            return _("{name} refuses the signature ({told}); check {keys}")
        case "app":
            return _("{name} knows no such app ({told}); check {keys}")
        case "token":
            return _("the token isn't of this app ({told}); check {keys}")
        case "clock":
            return _clock(skew, _)
        case "address":
            return _("{name} doesn't know this machine's address ({told}); add it to the app's IP whitelist")
    if refusal.log:
        return _("{name} refuses {method} ({told}); the log number for its support is {log}")
    return _("{name} refuses {method} ({told})")


def _clock(skew: float | None, _: Translate) -> str:
    if skew is None or abs(skew) < SKEW:
        return _("{name} refuses the time of the call ({told}); check this machine's clock")
    if skew > 0:
        return _("this machine's clock is {minutes} min ahead ({told}); set it right")
    return _("this machine's clock is {minutes} min behind ({told}); set it right")


def listed(data: Any, name: str) -> list[dict[str, Any]]:
    """Return the list of that name, which is there even where it is empty; raises ContractError."""
    found = data.get(name) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise ContractError
    return [one for one in found if isinstance(one, dict)]


def within(data: Any, name: str) -> dict[str, Any]:
    """Return the object of that name; raises ContractError."""
    found = data.get(name) if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise ContractError
    return found
