"""Secrets planted everywhere, servers that repeat whatever they are told: nothing that is written holds one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from running import Place
from wire import Asked, Fault, Wire

NAMES = [
    "HEADER",
    "QUERY",
    "BODY",
    "DATABASE",
    "TOP_SECRET",
    "SESSION",
    "KS_SECRET",
    "KS_SIGN",
    "KS_ACCESS",
    "KS_REFRESH",
]
SECRETS = {name: f"pL4nted-{name.lower()}-Zq8" for name in NAMES}
CONFIGURATION = """
[[shop]]
id = "s1"
  [[shop.source]]
  kind = "taobao"
  name = "taobao"
  gateway = "{url}/top"
  app_key = "1"
  app_secret = "env:TOP_SECRET"
  session = "{SESSION}"
  [[shop.source]]
  kind = "kuaishou"
  name = "kuaishou"
  gateway = "{url}/ks"
  app_key = "1"
  app_secret = "file:ks.secret"
  sign_secret = "env:KS_SIGN"
  access_token = "{KS_ACCESS}"
  refresh_token = "env:KS_REFRESH"
  [[shop.source]]
  kind = "http"
  name = "http"
  method = "POST"
  url = "{url}/erp?key={QUERY}"
  headers = {{ Authorization = "{HEADER}" }}
  body = {{ key = "{BODY}" }}
  records = "orders"
  [[shop.source]]
  kind = "sql"
  name = "sql"
  url = "postgresql://erp:{DATABASE}@127.0.0.1:9/erp"
  records = "orders"
  query = "SELECT 1 AS order_id"
"""


def repeating(asked: Asked) -> Any:
    """Answer with an error that repeats all of the call, where each interface says what went wrong."""
    told = json.dumps([asked.query, asked.form, asked.headers])
    every = " ".join([*asked.query.values(), *asked.form.values()])
    if asked.path == "/top":
        return {
            "error_response": {"code": 41, "msg": told, "sub_code": asked.form["session"], "sub_msg": every}
        }
    if "refresh_token" in asked.path:
        return {"result": 2, "code": asked.form["refresh_token"], "error_msg": every}
    if asked.path.startswith("/ks"):
        return {
            "result": 2,
            "sub_code": asked.query["access_token"],
            "error_msg": f"access_token 已过期 {every}",
        }
    return {"error": told}


@pytest.fixture
def wire() -> Iterator[Wire]:
    running = Wire(repeating)
    yield running
    running.close()


def written(place: Place) -> Iterator[tuple[Path, bytes]]:
    for path in place.folder.rglob("*"):
        if path.is_file() and path.name not in ("shopwatch.toml", "ks.secret") and "tokens" not in path.parts:
            yield path, path.read_bytes()


@pytest.mark.parametrize(
    "fault", [None, Fault(500, body=b"x"), Fault(302, {"Location": "https://evil.example/"})]
)
def test_nothing_that_is_written_holds_a_secret(tmp_path: Path, wire: Wire, fault: Fault | None) -> None:
    place = Place(tmp_path)
    place.write("shopwatch.toml", CONFIGURATION.format(url=wire.url, **SECRETS))
    place.write("ks.secret", SECRETS["KS_SECRET"]).chmod(0o600)
    if fault is not None and fault.status == 302:
        wire.fault = lambda _asked: fault
    elif fault is not None:
        wire.fault = lambda asked: fault if asked.path == "/erp" else None
    for arguments in (("check",), ("status", "--json"), ("status",)):
        ran = place.run(*arguments, "--state", tmp_path / "state", **SECRETS)
        said = ran.out + ran.err
        assert "Traceback" not in said
        assert [name for name, secret in SECRETS.items() if secret in said] == []
        assert ran.code in (2, 3)
    assert len(wire.asked) >= 3
    leaks = [
        (path, name)
        for path, text in written(place)
        for name, secret in SECRETS.items()
        if secret.encode() in text
    ]
    assert leaks == []
