"""What must hold of [alerts] and [[alert]] beyond the types of their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings

TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
ANY = frozenset({"id", "on", "level", "title", "shops", "scorecards", "hold_minutes", "repeat_hours", "off"})
KEYS_OF = {
    "line": {"lines", "states"},
    "crossing": {"lines", "days"},
    "drop": {"days", "points"},
    "indicator": {"indicator", "above", "below"},
    "orders": {"most"},
    "deduction": {"hours"},
    "official": {"by"},
    "due": {"clocks", "hours", "seconds"},
    "waited": {"clocks", "hours", "seconds"},
    "cause": {"least"},
    "sudden": {"least"},
    "source": {"states"},
}
STATES_OF = {"line": ("bad", "near"), "source": ("stale", "failing")}
NEEDED = {
    "indicator": ("indicator",),
    "orders": ("most",),
    "due": ("clocks", "hours | seconds"),
    "waited": ("clocks", "hours | seconds"),
}

Values = Mapping[str, Any]


def check(section: Values, alerts: Sequence[Values], findings: Findings) -> None:
    """Find what is wrong with when to speak, and of what."""
    _ = findings.translate
    quiet_hours(section.get("quiet"), "alerts.quiet", findings)
    for n, channel in enumerate(section.get("channel", ())):
        if "url" in channel and "://" not in channel["url"]:
            findings.wrong(
                f"alerts.channel[{n}].url", channel["url"], _("an address as Apprise writes it: feishu://…")
            )
    names = [channel.get("name") for channel in section.get("channel", ())]
    for n, name in enumerate(names):
        if name is not None and name in names[:n]:
            findings.wrong(f"alerts.channel[{n}].name", name, _("a name of its own"))
    known = _shipped() if alerts else {}
    for n, alert in enumerate(alerts):
        _alert(alert, f"alert[{n}]", known, findings)


def quiet_hours(quiet: Sequence[str] | None, key: str, findings: Findings) -> None:
    _ = findings.translate
    if quiet is not None and (len(quiet) not in (0, 2) or not all(map(TIME_OF_DAY.fullmatch, quiet))):
        findings.wrong(key, list(quiet), _('two local times such as ["23:00", "08:00"], or [] for none'))


def _shipped() -> dict[str, str]:
    """Return what each shipped alert is on, by its id."""
    from shopwatch.alerts.rules import shipped  # which reads a file: only where somebody changes one

    return {rule.id: rule.on or "line" for rule in shipped()}


def _alert(alert: Values, key: str, known: Mapping[str, str], findings: Findings) -> None:
    _ = findings.translate
    own = alert.get("id") not in known
    on = alert.get("on") or known.get(alert.get("id", ""))
    if on is None:
        right = _("what it is on: {kinds}; or the id of a shipped alert: {ids}")
        findings.missing(f"{key}.on", right.format(kinds=" | ".join(KEYS_OF), ids=" | ".join(known)))
        return
    for name in alert:
        if name not in ANY | KEYS_OF[on]:
            others = [f'"{other}"' for other, keys in KEYS_OF.items() if name in keys]
            right = _("absent: it belongs to on = {kinds}").format(kinds=" | ".join(others))
            findings.wrong(f"{key}.{name}", alert[name], right)
    for state in alert.get("states", ()):
        if state not in STATES_OF.get(on, ()):
            findings.unknown_name(f"{key}.states", state, STATES_OF.get(on, ()))
    if "by" in alert and not TIME_OF_DAY.fullmatch(alert["by"]):
        findings.wrong(f"{key}.by", alert["by"], _('a time of day such as "12:00"'))
    if on == "drop" and alert.get("days") not in (None, 1, 7):
        findings.wrong(f"{key}.days", alert["days"], "1 | 7")
    if own:
        _complete(alert, on, key, findings)


def _complete(alert: Values, on: str, key: str, findings: Findings) -> None:
    """One of one's own has nothing to fall back on."""
    _ = findings.translate
    for needed in NEEDED.get(on, ()):
        if not any(name in alert for name in needed.split(" | ")):
            findings.missing(
                f"{key}.{needed.split(' | ')[0]}", _("needed for on = {kind}").format(kind=f'"{on}"')
            )
    if on == "indicator" and not {"above", "below"} & alert.keys():
        findings.missing(f"{key}.above", _("above or below which value"))
