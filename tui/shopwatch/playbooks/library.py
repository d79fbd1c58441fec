"""The loaded playbooks, and what of them can be settled before any shop is looked at.

A fleet asks for the same actions thousands of times: words, times and the scorecard's part of an action are
made once for each language and scorecard.
"""

from __future__ import annotations

import dataclasses
import datetime
import string
from collections.abc import Iterable

from shopwatch.i18n import Translate
from shopwatch.playbooks.schema import Action, Playbook
from shopwatch.scoring.scorecard import Indicator, Scorecard


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """One action in one language under one scorecard. `rule`: the indicator that it moves there."""

    action: Action
    title: str
    steps: tuple[str, ...]
    template: str
    rule: Indicator | None
    hours: tuple[datetime.time, datetime.time] | None


class Library(tuple[Playbook, ...]):
    """The playbooks, in order."""

    def ready(self, scorecard: Scorecard, language: str, _: Translate) -> tuple[Ready, ...]:
        """Return the actions that this scorecard's marketplace has."""
        made: dict[tuple[int, str], tuple[Scorecard, tuple[Ready, ...]]]
        made = self.__dict__.setdefault("made", {})
        key = id(scorecard), language
        if key not in made:  # the scorecard is kept beside, so that its id stays its own
            made[key] = scorecard, prepare(self, scorecard, language, _)
        return made[key][1]


def prepare(
    playbooks: Iterable[Playbook], scorecard: Scorecard, language: str, _: Translate
) -> tuple[Ready, ...]:
    rules = {indicator.id: indicator for indicator in scorecard.indicator}
    return tuple(
        _ready(action.on(scorecard.id), rules, language, _)
        for book in playbooks
        for action in book.action
        if scorecard.id in (places := action.marketplaces or book.marketplaces) or not places
    )


def _ready(action: Action, rules: dict[str, Indicator], language: str, _: Translate) -> Ready:
    steps = [*action.steps.of(language), _("Done when: {what}").format(what=action.done_when.of(language))]
    if action.side is not None:
        steps.append(_("Mind: {what}").format(what=action.side.of(language)))
    hours = None
    if action.hours is not None:
        start, end = (datetime.time.fromisoformat(text) for text in action.hours)
        hours = start, end
    return Ready(
        action=action,
        title=action.title.of(language),
        steps=tuple(steps),
        template=action.evidence.of(language),
        rule=next((rules[name] for name in action.moves if name in rules), None),
        hours=hours,
    )


def names_in(template: str) -> set[str]:
    """Return the figures that an evidence template names."""
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(template) if name}
