"""The facts that a shop gives in its configuration: what each may be, by what its scorecard asks for."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shopwatch.config.problems import Findings
from shopwatch.i18n import Translate
from shopwatch.scoring.assessment import OPENED, TARGET, TARGETS_OF_TRIAL, opened_month
from shopwatch.scoring.scorecard import Scorecard


class Asked(NamedTuple):
    """Whether a value will do, and in words what would."""

    will_do: Callable[[Any], bool]
    right: str


def check(given: Mapping[str, Any], key: str, cards: Sequence[Scorecard], findings: Findings) -> None:
    """Find the facts that no version of the scorecard asks for, and those that are no such fact."""
    if not cards:
        return
    asked: dict[str, list[Asked]] = {}
    for name, one in itertools.chain.from_iterable(_asked(card, findings.translate) for card in cards):
        asked.setdefault(name, []).append(one)
    for name, value in given.items():
        if name not in asked:
            findings.unknown_key(f"{key}.{name}", asked)
        elif not any(one.will_do(value) for one in asked[name]):
            findings.wrong(f"{key}.{name}", value, asked[name][0].right)


def _asked(card: Scorecard, _: Translate) -> Iterator[tuple[str, Asked]]:
    yes_or_no = Asked(lambda value: isinstance(value, bool), _("true or false"))
    number = Asked(is_number, _("a number"))
    share = Asked(lambda value: is_number(value) and 0 <= value <= 1, _("a share from 0 to 1, such as 0.17"))
    for bonus in card.bonus:
        yield bonus.id, yes_or_no if bonus.given == "flag" else share
    for rule in card.indicator:
        if not rule.counted:
            yield rule.id, {"ratio": share, "rank": share, "yes": yes_or_no}.get(rule.unit, number)
    for one in card.exclusion:
        if one.unless is not None:
            yield one.unless, yes_or_no
    if card.assessment is not None:
        checks = card.assessment.trial_checks
        words = _("yuan at the trial's months {months}, none below the one before")
        yield OPENED, Asked(_is_month, _('the month it opened, such as "2025-06"'))
        yield TARGET, Asked(lambda value: is_number(value) and value >= 0, _("yuan, 0 or above"))
        yield (
            TARGETS_OF_TRIAL,
            Asked(lambda value: _rise(value, len(checks)), words.format(months="/".join(map(str, checks)))),
        )


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_month(value: Any) -> bool:
    return isinstance(value, str | datetime.date) and opened_month({OPENED: value}) is not None


def _rise(value: Any, wanted: int) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == wanted
        and all(is_number(one) and one >= 0 for one in value)
        and all(low <= high for low, high in itertools.pairwise(value))
    )
