"""What the section of a live marketplace must say beside what every one of them has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopwatch.config.problems import Findings

LIVE = frozenset({"gateway", "lookback", "rate", "timeout", "overlap", "leave_out"})
CAN_BE_LEFT_OUT = {
    "doudian": ("aftersales", "tickets", "official", "traces", "details"),
    "taobao": ("refunds", "rates", "votes", "traces", "refund details"),
    "kuaishou": ("refunds", "comments", "score"),
}
"""All that a marketplace is asked for but the orders themselves, by the names that its platform gives."""
KEYS = {
    "taobao": LIVE | {"app_key", "app_secret", "session", "sign_method", "agents"},
    "kuaishou": LIVE
    | {"app_key", "app_secret", "sign_secret", "sign_method", "access_token", "refresh_token"},
}

Values = Mapping[str, Any]


def left_out(source: Values, key: str, findings: Findings) -> None:
    """Find what is left out of a marketplace that doesn't have it."""
    known = CAN_BE_LEFT_OUT[source["kind"]]
    for number, name in enumerate(source.get("leave_out", ())):
        if name not in known:
            findings.unknown_name(f"{key}.leave_out.{number}", name, known)


def taobao(source: Values, key: str, findings: Findings) -> None:
    """Find what a seller's access to TOP lacks."""
    _ = findings.translate
    shown = _("what open.taobao.com shows of the app, best as env:NAME")
    _needed(source, key, ("app_key", "app_secret"), shown, findings)
    given = _("the access token that the seller's authorisation gave, best as env:NAME")
    _needed(source, key, ("session",), given, findings)
    _sign_method(source, key, ("md5", "hmac", "hmac-sha256"), findings)


def kuaishou(source: Values, key: str, in_shop: bool, findings: Findings) -> None:
    """Find what a shop's access to Kuaishou lacks."""
    _ = findings.translate
    shown = _("what open.kwaixiaodian.com shows of the app, best as env:NAME")
    _needed(source, key, ("app_key", "app_secret", "sign_secret"), shown, findings)
    given = _("what the shop's authorisation gave, best as env:NAME")
    _needed(source, key, ("access_token", "refresh_token"), given, findings)
    if not in_shop:
        findings.missing(f"{key}.shop", _("the source inside its [[shop]]: Kuaishou tells no shop's id"))
    _sign_method(source, key, ("MD5", "HMAC_SHA256"), findings)


def _needed(source: Values, key: str, names: Sequence[str], right: str, findings: Findings) -> None:
    for name in names:
        if not source.get(name):
            findings.missing(f"{key}.{name}", right)


def _sign_method(source: Values, key: str, known: Sequence[str], findings: Findings) -> None:
    if (name := source.get("sign_method")) is not None and name not in known:
        findings.unknown_name(f"{key}.sign_method", name, known)
