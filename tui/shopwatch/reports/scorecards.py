"""The scorecards in words: which there are, one whole with how certain each fact is, and two side by side."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from shopwatch.i18n import Translate
from shopwatch.reports.facts import Fact, Item, Section, certainty, sections
from shopwatch.scoring.scorecard import Scorecard, cited

ONE_LINE = 60  # characters of the old and the new
ONE_BY_ONE = 10  # items that only one version has are named up to so many


def listing(cards: Mapping[str, Scorecard], today: datetime.date, language: str, _: Translate) -> str:
    """Return a line a scorecard; `*` marks the versions in force today."""
    in_force = {card.id: card for card in _by_date(cards) if card.version <= today and not card.obsolete}
    lines = []
    for key, card in sorted(cards.items()):
        mark = "*" if in_force.get(card.id) is card else " "
        words = [card.name.of(language), card.score_name.of(language)]
        words.append(_("{n} indicators").format(n=len(card.indicator)))
        words += [_("obsolete")] if card.obsolete else []
        words += [_("a model of our own")] if card.house else []
        lines.append(f"{mark} {key}  {' · '.join(words)}")
    return "\n".join([*lines, "", _("* in force today")])


def _by_date(cards: Mapping[str, Scorecard]) -> list[Scorecard]:
    return sorted(cards.values(), key=lambda card: card.version)


def shown(card: Scorecard, language: str, _: Translate) -> str:
    """Return the whole scorecard for an operator to read."""
    return "\n".join(_whole(card, language, _))


def _whole(card: Scorecard, language: str, _: Translate) -> Iterator[str]:
    yield _title(card, language)
    yield _("Version of {day}.").format(day=card.version.isoformat())
    if card.obsolete is not None:
        since = f" ({card.obsolete.since.isoformat()})" if card.obsolete.since else ""
        words = _("Obsolete{since}: {instead}")
        yield words.format(since=since, instead=card.obsolete.replaced_by.of(language))
    if card.house:
        yield _("No marketplace's rule: a model of our own.")
    yield from ("", _("How certain each fact is:"))
    for name, words in (
        ("official", _("the rule's own text")),
        ("observed", _("seen on a page of the marketplace")),
        ("reading", _("our reading of an unclear text")),
        ("default", _("not published: our stand-in, which your configuration overrides")),
        *([("house", _("no marketplace's rule, but a model"))] if card.house else []),
    ):
        yield "- " + _("{label}: {text}").format(label=certainty(name, _), text=words)
    for section in sections(card, language, _):
        yield from _section(section, _)
    yield from _listed(_("Notes"), [note.of(language) for note in card.notes])
    yield from _listed(_("References"), [cited(one, language) for one in card.sources])


def _section(section: Section, _: Translate) -> Iterator[str]:
    """Every item with its facts; a line each where they are many that all rest on the same."""
    facts = [fact for item in section.items for fact in item.facts]
    if len(section.items) == len(facts) > ONE_BY_ONE and len({fact.aside for fact in facts}) == 1:
        yield from ("", f"## {section.title} ({facts[0].aside})")
        row = _("{label}: {text}")
        yield from ("- " + row.format(label=item.name, text=item.facts[0].text) for item in section.items)
        return
    yield from ("", f"## {section.title}")
    for item in section.items:
        yield _named(item)
        for fact in item.facts:
            yield _told(fact, _) + (f" ({fact.aside})" if fact.aside else "")


def _told(fact: Fact, _: Translate) -> str:
    return "    " + _("{label}: {text}").format(label=fact.label, text=fact.text)


def _named(item: Item) -> str:
    return f"- {item.name}" if item.name == item.id else f"- {item.name} ({item.id})"


def _listed(title: str, rows: list[str] | tuple[str, ...]) -> Iterator[str]:
    if rows:
        yield from ("", f"## {title}", *(f"- {row}" for row in rows))


def _title(card: Scorecard, language: str) -> str:
    return f"{card.name.of(language)} · {card.score_name.of(language)} · {card.key}"


# ---------------------------------------------------------------- two side by side


def differences(old: Scorecard, new: Scorecard, language: str, _: Translate) -> str:
    """Return what the newer one adds, drops and changes, each change with the old and the new."""
    rows = list(_changes(old, new, language, _))
    body = rows or ["", _("They say the same.")]
    return "\n".join([_title(old, language), f"→ {_title(new, language)}", *body])


def _changes(old: Scorecard, new: Scorecard, language: str, _: Translate) -> Iterator[str]:
    before = {section.title: section for section in sections(old, language, _)}
    after = {section.title: section for section in sections(new, language, _)}
    for title in dict.fromkeys((*before, *after)):
        nothing = Section(title, ())
        rows = list(_between(before.get(title, nothing), after.get(title, nothing), _))
        if rows:
            yield from ("", f"## {title}", *rows)
    told = {note.zh for note in old.notes}
    yield from _listed(
        _("Notes that are new"), [note.of(language) for note in new.notes if note.zh not in told]
    )


def _between(old: Section, new: Section, _: Translate) -> Iterator[str]:
    before, after = {item.id: item for item in old.items}, {item.id: item for item in new.items}
    added = [item for item in new.items if item.id not in before]
    dropped = [item for item in old.items if item.id not in after]
    for item in new.items:
        if item.id in before:
            yield from _changed(before[item.id], item, _)
    if len(added) > ONE_BY_ONE and not before:
        yield _("+ added: {n} entries").format(n=len(added))
    else:
        for item in added:
            yield _("+ added: {name}").format(name=_named(item)[2:])
            yield from (_told(fact, _) for fact in item.facts)
    if len(dropped) > ONE_BY_ONE and not after:
        yield _("- dropped: {n} entries").format(n=len(dropped))
    else:
        for item in dropped:
            yield _("- dropped: {name}").format(name=_named(item)[2:])


def _changed(old: Item, new: Item, _: Translate) -> Iterator[str]:
    before, after = {fact.label: fact for fact in old.facts}, {fact.label: fact for fact in new.facts}
    rows = []
    if old.name != new.name:
        rows.append("    " + _("{label}: {text}").format(label=_("called"), text=f"{old.name} → {new.name}"))
    for label in dict.fromkeys((*before, *after)):
        then, now = before.get(label), after.get(label)
        if _same(then, now):
            continue
        told = [_worded(then, now, _), _worded(now, then, _)]
        if sum(map(len, told)) <= ONE_LINE and not any("→" in text for text in told):
            rows.append("    " + _("{label}: {text}").format(label=label, text=" → ".join(told)))
        else:
            rows += ["    " + _("{label}: {text}").format(label=label, text=told[0]), f"      → {told[1]}"]
    if rows:
        yield from (_("~ changed: {name}").format(name=_named(new)[2:]), *rows)


def _same(then: Fact | None, now: Fact | None) -> bool:
    if then is None or now is None:
        return not any(fact.compared for fact in (then, now) if fact is not None)
    return then.told_by == now.told_by or not then.compared


def _worded(fact: Fact | None, other: Fact | None, _: Translate) -> str:
    """Return a fact's words, and how certain it is where the other is otherwise: a stand-in of ours that
    changes is no change of the rule."""
    if fact is None:
        return _("none")
    told = fact.certain and not (
        other is not None and other.certain == fact.certain == certainty("official", _)
    )
    return f"{fact.text} ({fact.certain})" if told else fact.text
