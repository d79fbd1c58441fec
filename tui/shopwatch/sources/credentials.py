"""What of a request is secret: a server may repeat it, and then no record may hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_NAMES = re.compile(r"key|token|secret|sign|pass|pwd|auth|session|cookie|credential", re.IGNORECASE)
"""Of headers, query and body: what is said under such a name is no word of the records."""


def secrets_of(url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> list[str]:
    """Return them; of `Bearer …` and the like, what comes after the blank, too."""
    parts = urlsplit(url)
    named = [*headers.items(), *parse_qsl(parts.query), *_texts(body), ("password", parts.password or "")]
    found = [value for name, value in named if _NAMES.search(name)]
    return [*found, *(value.rpartition(" ")[2] for value in found if " " in value)]


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner_name, inner in value.items():
            yield from _texts(inner, str(inner_name))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, name)
    elif isinstance(value, str):
        yield name, value
