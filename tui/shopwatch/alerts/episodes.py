"""From what is found now and what was known before to what is to be told: pure.

An episode begins when something is found, is told once it has held long enough and the hours allow it, told again
while nobody takes note of it, and ends once it hasn't been found for a while. Through the quiet hours only what is
urgent is told; the rest waits, and is told in one digest when they end.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from shopwatch.alerts.judging import Finding, Judged
from shopwatch.board.alerts import Level

SETTLED = 120  # seconds that something must be away for to be over: figures on a limit go back and forth
ORDER: Mapping[Level, int] = {"urgent": 0, "warning": 1, "notice": 2}

Why = Literal["new", "still", "over"]


class Episode(msgspec.Struct, frozen=True):
    """One trouble from its beginning to its end; moments in UTC epoch seconds. hushed: it was there when the shop
    was first looked at, and is no news."""

    id: str
    rule: str
    shop: str
    shop_name: str
    name: str
    level: Level
    words: str
    opens: str
    since: int
    seen_at: int
    told_at: int | None = None
    told_level: Level | None = None
    times: int = 0
    hushed: bool = False
    acknowledged_at: int | None = None
    acknowledged_by: str | None = None
    ended_at: int | None = None
    over_told: bool = False


class Policy(NamedTuple):
    """quiet: from and until which local time only what is urgent is told. repeat: seconds after which it is told
    again, None: never."""

    quiet: tuple[datetime.time, datetime.time] | None = None
    repeat: float | None = None

    def silent(self, local: datetime.datetime) -> bool:
        """Whether it is a quiet hour."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        now = local.time()
        return begin <= now < end if begin <= end else now >= begin or now < end


class Telling(NamedTuple):
    """One thing to tell, and why."""

    episode: Episode
    why: Why


class Step(NamedTuple):
    """changed: episodes as they are now, where that is otherwise than before."""

    changed: tuple[Episode, ...]
    tellings: tuple[Telling, ...]


def step(
    judged: Mapping[str, Judged],
    known: Mapping[str, Episode],
    seen_before: Collection[str],
    now: datetime.datetime,
    policy: Policy,
) -> Step:
    """Return what changes. judged: by shop; of another shop nothing is known now. seen_before: the shops that have
    been looked at before. now: with the offset that the quiet hours are meant in."""
    at, quiet = int(now.timestamp()), policy.silent(now)
    changed: list[Episode] = []
    tellings: list[Telling] = []
    for shop, found in judged.items():
        findings = {finding.id: finding for finding in found.findings}
        for finding in findings.values():
            before = known.get(finding.id)
            after, telling = _found(finding, before, at, quiet, policy.repeat, shop not in seen_before)
            changed += [after] if after != before else []
            tellings += [telling] if telling else []
        for before in known.values():
            if before.shop != shop or before.id in findings or before.rule in found.unsure:
                continue
            after, telling = _missing(before, at, quiet)
            changed += [after] if after != before else []
            tellings += [telling] if telling else []
    return Step(tuple(changed), tuple(sorted(tellings, key=_place)))


def _place(telling: Telling) -> tuple[bool, int, str]:
    return telling.why == "over", ORDER[telling.episode.level], telling.episode.shop


def _found(
    finding: Finding, before: Episode | None, at: int, quiet: bool, repeat: float | None, first_look: bool
) -> tuple[Episode, Telling | None]:
    if before is None or before.ended_at is not None:
        episode = Episode(
            id=finding.id, rule=finding.rule, shop=finding.shop, shop_name=finding.shop_name, name=finding.name,
            level=finding.level, words=finding.words, opens=finding.opens, since=at, seen_at=at,
            hushed=first_look and finding.level == "notice",
        )  # fmt: skip
    else:
        episode = msgspec.structs.replace(
            before, level=finding.level, words=finding.words, opens=finding.opens,
            shop_name=finding.shop_name, name=finding.name, seen_at=at,
        )  # fmt: skip
    why = _why(episode, finding, at, repeat)
    if why is None or (quiet and finding.level != "urgent"):
        return episode, None
    told = msgspec.structs.replace(episode, told_at=at, told_level=finding.level, times=episode.times + 1)
    return told, Telling(told, why)


def _why(episode: Episode, finding: Finding, at: int, repeat: float | None) -> Why | None:
    if episode.hushed or at - episode.since < finding.hold:
        return None
    if episode.told_at is None or episode.told_level is None:
        return "new"
    if ORDER[finding.level] < ORDER[episode.told_level]:
        return "new"
    wait = finding.repeat if finding.repeat is not None else repeat
    if finding.level == "notice" or wait is None or wait <= 0 or episode.acknowledged_at is not None:
        return None
    return "still" if at - episode.told_at >= wait else None


def _missing(before: Episode, at: int, quiet: bool) -> tuple[Episode, Telling | None]:
    ended = before
    if before.ended_at is None:
        if at - before.seen_at < SETTLED:
            return before, None
        ended = msgspec.structs.replace(before, ended_at=at)
    if ended.over_told or (ended.told_at is None and not ended.hushed):
        return ended, None
    if quiet and ended.level != "urgent":
        return ended, None
    told = msgspec.structs.replace(ended, over_told=True)
    return told, Telling(told, "over")


def acknowledged(known: Iterable[Episode], ids: Collection[str], at: int, by: str) -> Sequence[Episode]:
    """Return the open ones of these as taken note of."""
    return [
        msgspec.structs.replace(one, acknowledged_at=at, acknowledged_by=by)
        for one in known
        if one.id in ids and one.ended_at is None
    ]
