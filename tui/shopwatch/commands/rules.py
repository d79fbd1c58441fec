"""The scorecards: listed, shown, and one against another."""

from __future__ import annotations

from shopwatch.commands.here import OK, CommandError, Here, now, scorecards_of


def run(here: Here) -> int:
    from shopwatch.reports.scorecards import differences, listing, shown
    from shopwatch.rulebook import ScorecardError, choose

    _ = here.translate
    today = now().date()
    cards = scorecards_of(here)
    arguments = here.arguments
    try:
        if arguments.action == "list":
            print(listing(cards, today, here.language, _))
        elif arguments.action == "show":
            print(shown(choose(arguments.id, today, cards, _=_), here.language, _))
        else:
            old, new = (choose(name, today, cards, _=_) for name in (arguments.a, arguments.b))
            print(differences(old, new, here.language, _))
    except ScorecardError as error:
        raise CommandError(str(error)) from None
    return OK
