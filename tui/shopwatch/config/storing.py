"""Where the records are kept, and for how long."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any

from shopwatch.config.problems import Findings
from shopwatch.config.structs import Secret

SCHEMES = ("clickhouse", "clickhouses", "chdb")
LONGEST_KEPT = 36_500  # days


def check(store: Mapping[str, Any], findings: Findings) -> None:
    _ = findings.translate
    days, address = store.get("keep_days"), store.get("warehouse")
    if days is not None and not 1 <= days <= LONGEST_KEPT:
        right = _("a number from {least} to {most}").format(least=1, most=LONGEST_KEPT)
        findings.wrong("store.keep_days", days, right)
    if address is not None and not _is_address(address):
        findings.wrong(
            "store.warehouse", Secret(str(address)), _("clickhouse://user:password@host:8123/database")
        )


def _is_address(address: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(address)
        _port = parts.port
    except ValueError:
        return False
    if parts.scheme == "chdb":
        return bool(parts.path)
    name = parts.path.strip("/")
    return parts.scheme in SCHEMES and bool(parts.hostname) and (not name or name.replace("_", "").isalnum())
