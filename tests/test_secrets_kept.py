"""Secrets planted everywhere, servers that repeat whatever they are told: nothing that is written holds one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from postgres import PASSWORD, running_postgres
from running import Place, Watched
from until import PATIENCE
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
    "DD_SECRET",
    "DD_ACCESS",
    "DD_REFRESH",
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
  kind = "doudian"
  name = "doudian"
  gateway = "{url}/dd"
  app_key = "1"
  app_secret = "env:DD_SECRET"
  access_token = "env:DD_ACCESS"
  refresh_token = "{DD_REFRESH}"
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
    if asked.path.startswith("/dd"):
        token = asked.query.get("access_token", "")
        expired = {"code": 40003, "sub_code": "isv.access-token-expired", "sub_msg": every}
        return expired if "order" in asked.path else {"code": 1, "sub_msg": every + told, "log_id": token}
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


def put(place: Place, wire: Wire) -> None:
    """Write the configuration, its secrets where it looks for them."""
    place.write("shopwatch.toml", CONFIGURATION.format(url=wire.url, **SECRETS))
    place.write("ks.secret", SECRETS["KS_SECRET"]).chmod(0o600)
    place.environment |= SECRETS


def leaks(place: Place, *said: str) -> list[str]:
    """The secrets that were said or written anywhere, each with where."""
    found = [(str(path), text) for path, text in written(place)]
    found += [(f"said {number}", words.encode()) for number, words in enumerate(said)]
    return [
        f"{name}: {where}"
        for where, text in found
        for name, secret in SECRETS.items()
        if secret.encode() in text
    ]


@pytest.mark.parametrize(
    "fault", [None, Fault(500, body=b"x"), Fault(302, {"Location": "https://evil.example/"})]
)
def test_nothing_that_is_written_holds_a_secret(tmp_path: Path, wire: Wire, fault: Fault | None) -> None:
    place = Place(tmp_path)
    put(place, wire)
    if fault is not None and fault.status == 302:
        wire.fault = lambda _asked: fault
    elif fault is not None:
        wire.fault = lambda asked: fault if asked.path == "/erp" else None
    for arguments in (("check",), ("status", "--json"), ("status",)):
        ran = place.run(*arguments, "--state", tmp_path / "state")
        assert "Traceback" not in ran.out + ran.err
        assert leaks(place, ran.out, ran.err) == []
        assert ran.code in (2, 3)
    assert len(wire.asked) >= 3


AT = "2026-11-20 09:00:00"


def quoting(asked: Asked) -> Any:
    """Answer with records that repeat the call."""
    told = json.dumps([asked.query, asked.form, asked.headers])
    if asked.path == "/top":
        trade = {"tid": 77, "created": AT, "modified": AT, "status": "WAIT_BUYER_PAY", "payment": "1.00"}
        line = {"oid": 1, "title": told + asked.form["session"], "num_iid": 5, "num": 1, "payment": "1.00"}
        return {"trades": [trade | {"orders": [line]}], "has_next": False, "total_results": 1}
    if asked.path.startswith("/ks"):
        base = {"oid": 78, "createTime": 1_795_136_400_000, "updateTime": 1_795_136_400_000, "totalFee": 1}
        order = {"orderBaseInfo": base, "orderItemInfo": {"itemTitle": asked.query["access_token"]}}
        return {"result": 1, "data": {"orderList": [order], "cursor": "nomore", "totalSize": 1}}
    if asked.path.startswith("/dd"):
        order = {
            "order_id": "79",
            "create_time": 1_795_136_400,
            "update_time": 1_795_136_400,
            "order_status": 1,
        }
        line = {"product_name": asked.query["access_token"], "pay_amount": 1}
        data = {"shop_order_list": [order | {"sku_order_list": [line]}], "total": 1}
        return {"code": 10000, "data": data}
    row = {"order_id": "80", "created_at": "2026-11-20T09:00:00+08:00", "product_name": told}
    return {"records": {"orders": [row]}}


def test_no_record_holds_a_secret_that_a_server_repeats(tmp_path: Path) -> None:
    place, wire = Place(tmp_path), Wire(quoting)
    put(place, wire)
    text = (tmp_path / "shopwatch.toml").read_text().replace('  records = "orders"\n  [[', "  [[")
    place.write("shopwatch.toml", text)
    ran = place.run("status", "--json", "--state", tmp_path / "state")
    assert leaks(place, ran.out, ran.err) == []
    with duckdb.connect(str(tmp_path / "state/warehouse.duckdb")) as connection:
        kept = dict(connection.execute("SELECT order_id, product_name FROM orders").fetchall())
    assert sorted(kept) == ["77", "78", "79", "80"]
    assert all("•••" in name for name in kept.values())
    wire.close()


@pytest.mark.parametrize("answer", [repeating, quoting])
def test_a_running_monitor_shows_and_writes_no_secret(tmp_path: Path, answer: Callable[[Asked], Any]) -> None:
    place, wire = Place(tmp_path), Wire(answer)
    put(place, wire)
    with Watched(place, "--state", "state") as run:
        run.until(b"s1")
        deadline = time.monotonic() + PATIENCE
        while len({asked.path.split("/")[1] for asked in wire.asked}) < 4 and time.monotonic() < deadline:
            run.wait(0.5)
        run.wait(2.0)
        run.press(b"S")
        run.wait(1.0)
        run.press(b"\x1b")
        run.wait(0.5)
        run.press(b"q")
        code, seen = run.end()
    assert len({asked.path.split("/")[1] for asked in wire.asked}) == 4
    assert (code, b"Traceback" in seen) == (0, False)
    assert leaks(place, seen.decode(errors="replace")) == []
    wire.close()


AWKWARD = ["pL4nted@Zq8tail", "pL4nted/Zq8tail", "pL4nted#Zq8tail", "pL4nted?Zq8tail", "pL4nted[Zq8tail",
    "pL4nted:Zq8tail", "pL4nted%40Zq8tail", "pL4nted%20@x@Zq8tail"]  # fmt: skip


@pytest.mark.parametrize("password", AWKWARD)
@pytest.mark.parametrize(
    "where", ["postgresql://erp:{}@127.0.0.1:9/erp", "postgresql://127.0.0.1:9/erp?password={}"]
)
def test_no_part_of_a_databases_password_is_shown_however_it_is_written(
    tmp_path: Path, where: str, password: str
) -> None:
    place = Place(tmp_path)
    source = (
        f'[[shop.source]]\nkind = "sql"\nrecords = "orders"\nquery = "SELECT 1 AS order_id"\nurl = "{where}"'
    )
    place.write("shopwatch.toml", f'[[shop]]\nid = "s1"\n{source.format(password)}\n')
    for arguments in (("check",), ("status", "--json")):
        ran = place.run(*arguments, "--state", tmp_path / "state")
        said = [ran.out.encode(), ran.err.encode(), *(text for _path, text in written(place))]
        assert not [text for text in said if b"pL4nted" in text or b"Zq8tail" in text]
        assert "Traceback" not in ran.out + ran.err
        assert "a mistake of shopwatch" not in ran.out + ran.err
        assert ran.code in (2, 3)


def test_a_server_that_repeats_the_password_is_hushed(tmp_path: Path) -> None:
    """A real one refuses it, then repeats it in what it says and in what it keeps."""
    place = Place(tmp_path)
    with running_postgres() as server:
        server.run(
            "CREATE FUNCTION told() RETURNS text LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION 'the password is {PASSWORD}'; END $$"
        )
        encoded = PASSWORD.replace("-", "%2D")
        sources = {
            "refused": (server.url.replace(PASSWORD, "pL4nted%2DZq8tail"), "SELECT 1 AS order_id"),
            "repeated": (server.url.replace(PASSWORD, encoded), "SELECT told() AS order_id"),
            "kept": (server.url, f"SELECT 'o1' AS order_id, 'is {PASSWORD}' AS product_name"),
        }
        sections = [
            f'[[shop.source]]\nkind = "sql"\nname = "{name}"\nrecords = "orders"\nurl = "{url}"\nquery = "{query}"'
            for name, (url, query) in sources.items()
        ]
        place.write("shopwatch.toml", '[[shop]]\nid = "s1"\n' + "\n".join(sections))
        for arguments in (("check",), ("status", "--json")):
            ran = place.run(*arguments, "--state", tmp_path / "state")
            said = [ran.out.encode(), ran.err.encode(), *(text for _path, text in written(place))]
            for secret in (PASSWORD, encoded, "Zq8tail"):
                assert not [text for text in said if secret.encode() in text]
            assert "password authentication failed" in ran.out + ran.err
            assert "the password is •••" in ran.out + ran.err
            assert ran.code == 3
