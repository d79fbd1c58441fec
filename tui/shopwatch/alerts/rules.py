"""The rules by which boards are judged: those that are shipped, changed and added to by a configuration."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

import msgspec
import tomli

from shopwatch.config.structs import AlertSection, Section
from shopwatch.risk import Watch

FOLDER, FILE = "alerts", "default.toml"


class Rules(Section, frozen=True):
    """The shipped file."""

    alert: tuple[AlertSection, ...]


def shipped() -> tuple[AlertSection, ...]:
    """Return the rules that come with the package."""
    file = resources.files("shopwatch") / "rules" / FOLDER / FILE
    return msgspec.convert(tomli.loads(file.read_text(encoding="utf-8")), Rules).alert


def rules_of(configured: Iterable[AlertSection]) -> tuple[AlertSection, ...]:
    """Return what is judged by: the shipped rules with what a configuration says of them, and its own."""
    found = {rule.id: rule for rule in shipped()}
    for rule in configured:
        found[rule.id] = _changed(found[rule.id], rule) if rule.id in found else rule
    return tuple(rule for rule in found.values() if not rule.off)


def watched(rules: Iterable[AlertSection]) -> dict[str, Watch]:
    """Return what the rules look at, by clock."""
    found: dict[str, Watch] = {}
    for rule in rules:
        span = rule.span
        watch = Watch(within=span) if rule.on == "due" else Watch(waited=span)
        for clock in rule.clocks or ():
            found[clock] = found.get(clock, Watch()) | watch
    return found


def _changed(before: AlertSection, by: AlertSection) -> AlertSection:
    said = {name: value for name in by.__struct_fields__ if (value := getattr(by, name)) is not None}
    return msgspec.structs.replace(before, **said)
