"""What several tables of a configuration are checked for: a figure's bounds, names that differ, a timezone, an address."""

from __future__ import annotations

import difflib
import ipaddress
import urllib.parse
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings
from shopwatch.config.structs import Secret

Values = Mapping[str, Any]
"""The good values of a table: a key that was wrong is absent, and has been told."""


def between(section: Values, name: str, key: str, least: float, most: float, findings: Findings) -> None:
    if (value := section.get(name)) is not None and not least <= value <= most:
        _ = findings.translate
        right = _("a number from {least} to {most}").format(least=f"{least:.9g}", most=f"{most:.9g}")
        findings.wrong(key, value, right)


def unique(key: str, names: Sequence[str | None], field: str, findings: Findings) -> None:
    """Find names that two tables of one list share."""
    _ = findings.translate
    first: dict[str, int] = {}
    for n, name in enumerate(names):
        if name is not None and first.setdefault(name, n) != n:
            right = _("another {field}: {other} has this one").format(
                field=field, other=f"{key}[{first[name]}]"
            )
            findings.wrong(f"{key}[{n}].{field}", name, right)


def timezone(section: Values, key: str, findings: Findings) -> None:
    name = section.get("timezone")
    if name is None:
        return
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        _ = findings.translate
        near = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), 1)
        findings.wrong(key, name, near[0] if near else _("a timezone such as Asia/Shanghai"))


def address(url: str, key: str, findings: Findings) -> None:
    """Plain http only to this machine: records and credentials must not cross a network in the open."""
    _ = findings.translate
    right = _("an address that starts with https://, or http:// on this machine")
    found: object = url
    try:
        parts = urllib.parse.urlsplit(url)
        good = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        )
        if not isinstance(url, Secret) and parts.hostname:
            found = f"{parts.scheme}://{parts.hostname}"  # the rest may hold a key
        good = good and parts.port != 0
    except ValueError:
        good = False
    if not good:
        findings.wrong(key, found, right)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
