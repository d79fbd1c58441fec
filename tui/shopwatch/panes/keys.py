"""What each key does, in words: the one list from which the key bar, the help and the palette are made."""

from __future__ import annotations

from typing import NamedTuple

from shopwatch.i18n import Translate


class Deed(NamedTuple):
    """short: for the bar. long: a sentence for the help."""

    short: str
    long: str


def deeds(_: Translate) -> dict[str, Deed]:
    """Return what every binding does, by the binding's id."""
    return {
        "open": Deed(_("open"), _("Open what this is made of, down to one order's timeline")),
        "back": Deed(_("back"), _("Back to where you came from; clear a filter")),
        "up": Deed(_("up"), _("One row up")),
        "down": Deed(_("down"), _("One row down")),
        "page_up": Deed(_("page up"), _("One page up")),
        "page_down": Deed(_("page down"), _("One page down")),
        "top": Deed(_("top"), _("The first row")),
        "bottom": Deed(_("bottom"), _("The last row")),
        "next_pane": Deed(_("next pane"), _("The next pane")),
        "previous_pane": Deed(_("previous pane"), _("The pane before")),
        "collapse": Deed(_("collapse"), _("Close a cause")),
        "expand": Deed(_("expand"), _("Open a cause onto its orders")),
        "filter": Deed(_("filter"), _("Show only rows with these words; !word leaves out those with it")),
        "sort": Deed(_("sort"), _("Sort by the next thing")),
        "tick": Deed(_("tick"), _("Tick an action off, or take the tick back")),
        "copy": Deed(_("copy"), _("Copy the order number; on a cause or an action all of them")),
        "note": Deed(_("note"), _("Keep a note on the order; on a cause on all of its orders")),
        "snooze": Deed(_("snooze"), _("Out of the list until a time; nothing typed brings it back")),
        "assign": Deed(_("assign"), _("Say who sees to it")),
        "refresh": Deed(_("refresh"), _("Ask every source now")),
        "pause": Deed(_("pause"), _("Stop polling, or go on; ages go on counting")),
        "official": Deed(_("enter official"), _("Enter or paste the figures of the official page")),
        "competitors": Deed(_("competitors"), _("Other shops' printed scores beside one's own, and the gap")),
        "goal": Deed(_("goal"), _("What takes the shop to a target score; there, type another target")),
        "voice": Deed(_("voice"), _("What buyers complain of this month, and what is suddenly more")),
        "leagues": Deed(
            _("league tables"), _("Carriers, products, agents and provinces against the shop's mean")
        ),
        "next_table": Deed(_("next table"), _("The next table")),
        "previous_table": Deed(_("previous table"), _("The table before")),
        "care": Deed(_("order care"), _("Which buyers to tell something today, with the text ready")),
        "stock": Deed(_("stock"), _("How long the stock of each product lasts, and what waits for it")),
        "history": Deed(_("history"), _("Who ticked, noted, put off and gave away which action")),
        "told": Deed(_("told"), _("This buyer has been told; once more takes it back")),
        "export": Deed(_("into a file"), _("Write the list with its texts into a table")),
        "send": Deed(_("send"), _("To the configured webhook, each once; asks before it does")),
        "alerts": Deed(_("alerts"), _("What is wrong now in any shop, and what was until lately")),
        "sources": Deed(
            _("sources"), _("Which sources answer, what they brought, what was kept aside and why")
        ),
        "rules": Deed(_("rules"), _("The rules in force, fact by fact, and how certain each is")),
        "wall": Deed(_("wall"), _("Large figures to be read across a room, shop after shop")),
        "next_shop": Deed(_("next shop"), _("On the wall: the next shop, which stays for a minute")),
        "previous_shop": Deed(_("shop before"), _("On the wall: the shop before, which stays for a minute")),
        "reports": Deed(_("report"), _("Write the hand-over, the abnormal orders or the review into a file")),
        "acknowledge": Deed(_("take note"), _("Take note of an alert: it isn't told again")),
        "hour_back": Deed(_("an hour back"), _("The whole monitor as it stood an hour before")),
        "hour_on": Deed(_("an hour on"), _("An hour later; past now it is live again")),
        "day_back": Deed(_("a day back"), _("The whole monitor as it stood a day before")),
        "day_on": Deed(_("a day on"), _("A day later; past now it is live again")),
        "replay": Deed(_("another moment"), _("Show a past moment by its date; nothing typed shows now")),
        "keep": Deed(_("keep to it"), _("Keep to this goal from today on; once more: keep to it no longer")),
        "fleet": Deed(_("shops"), _("Go to the list of shops")),
        "help": Deed(_("help"), _("All keys and what the signs mean")),
        "palette": Deed(_("commands"), _("Find a command by its name")),
        "save": Deed(_("save"), _("Keep these figures")),
        "switch": Deed(_("other split"), _("Split by the next column")),
        "amend": Deed(_("correct"), _("Correct the figures under the cursor, or take them out")),
        "earlier": Deed(_("entered before"), _("Correct figures that were entered before, or take them out")),
        "span": Deed(_("other span"), _("The last 7, 30 or 90 days")),
        "quit": Deed(_("quit"), _("Leave; the terminal is restored")),
    }


def shops_deed(_: Translate) -> Deed:
    """What 1–9 do, which stay what they are."""
    return Deed(_("shop"), _("Show the first to the ninth shop"))


SPELLED = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "at": "@",
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "⇧Tab",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def spell(key: str, _: Translate) -> str:
    """Return a key as it is printed on the keyboard."""
    if key == "space":
        return _("space")
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return SPELLED.get(key, key)
