"""The installed command, as a person or a script runs it: what it prints where, and its exit codes."""

from __future__ import annotations

import datetime
import http.server
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import shopwatch
from running import COMMAND, ORDERS, SHOPS, Place, on_terminal
from until import PATIENCE

# ---------------------------------------------------------------- usage


def test_version(place: Place) -> None:
    ran = place.run("--version")
    ran.ended(0)
    assert ran.out == f"shopwatch {shopwatch.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["stats"], "there is no stats; did you mean status?"),
        (["everything"], "invalid choice: 'everything'"),
        (["--stte", "d"], "invalid choice: 'd'"),
        (["status", "--jsn"], "there is no --jsn; did you mean --json?"),
        (["status", "--js"], "there is no --js; did you mean --json?"),
        (["status", "--risk=3"], "there is no --risk=3; did you mean --risks?"),
        (["status", "--nothing"], "unrecognized arguments: --nothing"),
        (["status", "now"], "unrecognized arguments: now"),
        (["rules", "shwo", "douyin"], "there is no shwo; did you mean show?"),
        (["rules", "list", "--confg", "a"], "there is no --confg; did you mean --config?"),
        (["status", "--risks", "-1"], "-1 should be a whole number, 0 or more"),
        (["status", "--risks", "many"], "many should be a whole number, 0 or more"),
        (["status", "--risks", "9" * 5000], "999999999… is too large"),
        (["demo", "--speed", "0"], "0 should be a number above 0"),
        (["demo", "--speed", "nan"], "nan should be a number above 0"),
        (["demo", "--shops", "0"], "0 should be a whole number, 1 or more"),
        (["demo", "--shops", "1000"], "The demo has at most"),
        (["demo"], "The demo needs a terminal."),
        (["rules"], "required"),
        (["rules", "show"], "required: ID"),
    ],
)
def test_usage(place: Place, arguments: list[str], words: str) -> None:
    ran = place.run(*arguments)
    ran.ended(2, words)
    assert ran.out == ""


def test_usage_in_chinese(place: Place) -> None:
    place.run("status", "--risks", "x", LANG="zh_CN.UTF-8").ended(2, "参数 --risks", "应为不小于 0 的整数")
    assert "退出码" in place.run("--help", LANG="zh_CN.UTF-8").out


def test_a_terminal_that_speaks_no_chinese_ends_nothing(place: Place) -> None:
    ran = place.run("rules", "list", PYTHONIOENCODING="ascii")
    ran.ended(0)
    assert "douyin@2026-09-08" in ran.out


# ---------------------------------------------------------------- no configuration


@pytest.mark.parametrize("arguments", [[], ["status"], ["check"], ["status", "--json"]])
def test_without_a_configuration_the_ways_are_named(place: Place, arguments: list[str]) -> None:
    ran = place.run(*arguments)
    ran.ended(2, "There is no configuration yet", "`shopwatch demo`", "shopwatch.toml", "--config FILE")
    assert ran.out == ""
    assert not (place.folder / "shopwatch.toml").exists()


def test_a_configuration_named_by_the_environment(shops: Place) -> None:
    elsewhere = shops.folder / "shopwatch.toml"
    shops.run("status", SHOPWATCH_CONFIG=str(shops.folder / "none.toml")).ended(2, "none.toml doesn't exist")
    elsewhere.rename(shops.folder / "other.toml")
    shops.run("status", SHOPWATCH_CONFIG="other.toml").ended(0)


# ---------------------------------------------------------------- status


def test_status_is_the_promised_object(shops: Place) -> None:
    status = shops.status()
    assert status["schema"] == 1
    assert status["as_of"] == "2026-11-20T09:00:00+08:00"
    assert [shop["id"] for shop in status["shops"]] == ["a", "b"]
    shop = status["shops"][0]
    assert shop["scorecard"] == "douyin@2026-09-08"
    assert {risk["order_id"] for risk in shop["risks"]} == {"1001", "1002"}
    assert shop["stage"] == "growth"
    assert shop["score"]["value"] == 70, "what a shop in its growth stage has"
    assert {one["state"] for dimension in shop["dimensions"] for one in dimension["indicators"]} == {
        "unavailable"
    }
    assert [source["state"] for source in shop["sources"]] == ["ok"]


@pytest.mark.parametrize(
    ("pinned", "as_of", "version"),
    [
        (None, "2026-09-08T00:00:00+08:00", "2026-09-08"),
        (None, "2026-09-07T23:59:59+08:00", "2026-07-14"),
        (None, "2026-07-13", "2026-05-07"),
        ("douyin@2026-09-08", "2026-07-13", "2026-09-08"),
    ],
)
def test_a_past_day_is_scored_by_its_own_rules_unless_pinned(
    shops: Place, pinned: str | None, as_of: str, version: str
) -> None:
    shops.write("orders.csv", ORDERS.replace("2026-11-", "2026-06-"))
    if pinned:
        path = shops.folder / "shopwatch.toml"
        shops.write("shopwatch.toml", f'{path.read_text("utf-8")}\n[defaults]\nscorecard = "{pinned}"\n')
    status = shops.status("--as-of", as_of)
    assert {shop["scorecard"] for shop in status["shops"]} == {f"douyin@{version}"}


def test_status_in_words(shops: Place) -> None:
    ran = shops.run("status")
    ran.ended(0)
    for words in ("As of 2026-11-20 09:00:00+08:00", "━━ a", "━━ b", "1001", "unavailable", "orders"):
        assert words in ran.out
    assert "待救订单" in shops.run("status", LANG="zh_CN.UTF-8").out


def test_places_before_and_after_the_command(shops: Place) -> None:
    path = shops.folder / "shopwatch.toml"
    moved = path.rename(shops.folder / "moved.toml")
    for arguments in (
        ["--config", str(moved), "--state", "one", "status"],
        ["status", "--config", str(moved), "--state", "two"],
        ["--config", "none.toml", "status", "--config", str(moved), "--state", "three"],
    ):
        shops.run(*arguments).ended(0)
    assert {folder.name for folder in shops.folder.iterdir()} >= {"one", "two", "three"}


def test_one_shop_alone(shops: Place) -> None:
    assert [shop["id"] for shop in shops.status("--shop", "b")["shops"]] == ["b"]


def test_a_shop_that_is_not_there(shops: Place) -> None:
    shops.write("orders.csv", ORDERS.replace(",b,", ",flagship,"))
    shops.run("status", "--shop", "flagshp").ended(2, "There is no shop flagshp; did you mean flagship?")
    shops.run("status", "--shop", "zzz").ended(2, "There is no shop zzz; did you mean a | flagship?")


def test_risks(shops: Place) -> None:
    assert len(shops.status("--risks", "1")["shops"][0]["risks"]) == 1
    assert len(shops.status("--risks", "0")["shops"][0]["risks"]) == 2


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-18T09:59:59", "2026-11-18T09:59:59+08:00"),
        ("2026-11-18", "2026-11-18T00:00:00+08:00"),
        ("2026-11-18T01:59:59Z", "2026-11-18T01:59:59+00:00"),
    ],
)
def test_as_of(shops: Place, text: str, read: str) -> None:
    """Before its payment an order isn't there; a naive moment is read in the default timezone."""
    status = shops.status("--as-of", text)
    moment = datetime.datetime.fromisoformat(status["as_of"])
    assert moment == datetime.datetime.fromisoformat(read)
    assert not any(shop["risks"] for shop in status["shops"])


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31T23:59:59", ""])
def test_an_as_of_that_is_no_moment(shops: Place, text: str) -> None:
    shops.run("status", "--as-of", text).ended(2, f"--as-of {text} is no moment")


def test_no_poll_uses_what_is_stored(shops: Place) -> None:
    assert shops.status("--no-poll")["shops"] == []
    shops.status()
    (shops.folder / "orders.csv").unlink()
    stored = shops.status("--no-poll")["shops"]
    assert len(stored) == 2
    source = stored[0]["sources"][0]
    assert (source["state"], source["records"], source["last_success"]) == ("paused", 3, None), "nobody asked"


def test_a_source_that_fails_is_told_and_the_rest_is_printed(shops: Place) -> None:
    shops.write(
        "shopwatch.toml", SHOPS + '[[source]]\nname = "erp"\nkind = "http"\nurl = "http://127.0.0.1:9/x"\n'
    )
    ran = shops.run("status", "--json")
    ran.ended(3, "erp")
    assert [shop["id"] for shop in json.loads(ran.out)["shops"]] == ["a", "b"]


def official(folder: Path, total: float, product: float = 90) -> str:
    """Return a configuration of one shop whose page said this today."""
    at = "2026-11-20 08:30:00"
    rows = "\n".join(f"{at},{item},{points}" for item, points in (("total", total), ("product", product)))
    (folder / "page.csv").write_text(f"printed,what,points\n{rows}\n", encoding="utf-8")
    return """
[monitor]
now = "2026-11-20T09:00:00+08:00"
[[shop]]
id = "a"
  [[shop.source]]
  kind = "files"
  path = "page.csv"
  records = "official"
    [shop.source.map]
    published_at = "printed"
    item = "what"
    points = "points"
"""


@pytest.mark.parametrize(
    ("total", "product", "alert_at", "code"),
    [
        (82, 90, None, 0),
        (69, 90, None, 1),
        (82, 64, None, 1),
        (82, 90, 85, 1),
        (69, 90, 60, 0),
        (60, 90, 60, 0),
    ],
)
def test_exit_1_under_an_alert_line(
    place: Place, total: float, product: float, alert_at: float | None, code: int
) -> None:
    text = official(place.folder, total, product)
    if alert_at is not None:
        text = text.replace('id = "a"\n', f'id = "a"\nalert_at = {alert_at}\n')
    place.write("shopwatch.toml", text)
    place.run("status", "--json").ended(code)


def test_a_failed_source_goes_before_an_alert(place: Place) -> None:
    text = (
        official(place.folder, 50) + '[[source]]\nname = "erp"\nkind = "http"\nurl = "http://127.0.0.1:9/x"\n'
    )
    place.write("shopwatch.toml", text)
    place.run("status").ended(3, "erp")


def test_a_reader_that_goes_away(shops: Place) -> None:
    shops.write("orders.csv", ORDERS + "".join(f"{n},shop-{n},2026-11-19 12:00,\n" for n in range(300)))
    run = subprocess.run(
        ["bash", "-c", f'"{COMMAND}" status | head -n 1; echo "${{PIPESTATUS[0]}}"'],
        cwd=shops.folder,
        env=shops.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert run.stderr == ""
    assert run.stdout.splitlines()[-1] in ("141", "0")


def test_beside_a_running_monitor(shops: Place) -> None:
    """The warehouse lets in one process: the other prints the last boards, and says what needs it."""
    import duckdb

    shops.status("--state", "state")
    with duckdb.connect(str(shops.folder / "state" / "warehouse.duckdb")):
        ran = shops.run("status", "--json", "--state", "state")
        ran.ended(0, "Another shopwatch is running")
        assert [shop["id"] for shop in json.loads(ran.out)["shops"]] == ["a", "b"]
        shops.run("status", "--state", "state", "--as-of", "2026-11-19").ended(
            3, f"The warehouse is open in another process ({os.getpid()})"
        )


# ---------------------------------------------------------------- check


@pytest.fixture
def secret_server() -> Iterator[str]:
    """An address that refuses every key."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/orders"
    server.shutdown()
    server.server_close()
    thread.join()


def test_check_tries_every_source(shops: Place) -> None:
    ran = shops.run("check")
    ran.ended(0)
    assert "the configuration is right" in ran.out
    assert "✓ orders: " in ran.out
    assert ran.err == ""


def test_check_of_a_named_file(shops: Place) -> None:
    shops.write("other.toml", "colour = 1\n")
    shops.run("check", "other.toml").ended(2, "other.toml", "colour")
    shops.run("check", "none.toml").ended(2, "none.toml doesn't exist")


def test_check_says_what_fails_and_never_the_key(shops: Place, secret_server: str) -> None:
    source = f'[[source]]\nname = "erp"\nkind = "http"\nurl = "{secret_server}"\n'
    shops.write("shopwatch.toml", SHOPS + source + 'headers = { Authorization = "env:ERP_TOKEN" }\n')
    ran = shops.run("check", ERP_TOKEN="s3cr3t")
    ran.ended(3, "✗ erp: ")
    assert "✓ orders: " in ran.out
    assert "s3cr3t" not in ran.err + ran.out


# ---------------------------------------------------------------- rules


def test_rules_list(place: Place) -> None:
    ran = place.run("rules", "list")
    ran.ended(0)
    assert "* douyin@2026-09-08" in ran.out


@pytest.mark.parametrize("language", ["zh_CN", "en_US"])
def test_rules_show_every_fact_with_its_certainty(place: Place, language: str) -> None:
    from shopwatch.rulebook import scorecards
    from shopwatch.scoring.scorecard import cited

    card = scorecards()["douyin@2026-09-08"]
    ran = place.run("rules", "show", "douyin", LANG=f"{language}.UTF-8")
    ran.ended(0)
    parts: tuple[Any, ...] = (
        *card.dimension,
        *card.indicator,
        *card.rate,
        *card.line,
        *card.clock,
        *card.bonus,
        *card.deduction,
    )
    for part in parts:
        assert part.name.of(language) in ran.out
    for fact in parts[len(card.dimension) :]:
        for words in re.split(r": |:", cited(fact.source, language), maxsplit=1):
            assert words in ran.out
    for mark in {
        "zh_CN": ("规则原文", "我们的理解", "缺省"),
        "en_US": ("by the rule", "our reading", "our default"),
    }[language]:
        assert mark in ran.out


def test_rules_diff(place: Place) -> None:
    ran = place.run("rules", "diff", "douyin@2026-07-14", "douyin")
    ran.ended(0)
    assert "→ 抖音电商" not in ran.out
    assert "+ added: Mean pickup time (pickup_hours)" in ran.out
    assert "- dropped: Mean pickup points (pickup_points)" in ran.out
    assert "-3, at most -15 in 30 days → -2, at most -10 in 30 days" in ran.out
    chinese = place.run("rules", "diff", "douyin@2026-07-14", "douyin", LANG="zh_CN.UTF-8")
    assert "+ 新增 平均揽收时长 (pickup_hours)" in chinese.out
    place.run("rules", "diff", "douyin", "doyin").ended(
        2, "There is no scorecard doyin; did you mean douyin?"
    )
    place.run("rules", "diff", "douyin").ended(2, "required: B")


def test_rules_show_of_an_unknown_one(place: Place) -> None:
    place.run("rules", "show", "duoyin").ended(2, "There is no scorecard duoyin; did you mean douyin?")


# ---------------------------------------------------------------- on a terminal


def test_a_first_start_offers_the_demo_or_a_configuration(place: Place) -> None:
    code, seen = on_terminal(place, keys=b"q", until=b"Leave")
    assert code == 0
    assert b"Traceback" not in seen
    assert not (place.folder / "shopwatch.toml").exists()


def test_the_configuration_of_a_first_start_is_right(place: Place) -> None:
    code, _seen = on_terminal(place, keys=b"w", until=b"Leave")
    assert code == 0
    (place.folder / "exports").mkdir()
    place.run("status").ended(0)


def test_the_monitor_opens_and_leaves(shops: Place) -> None:
    code, seen = on_terminal(shops, "--state", "state", keys=b"q", until=b"Orders to save")
    assert code == 0
    assert b"Traceback" not in seen
    assert list(shops.temporary.iterdir()) == []


@pytest.mark.parametrize(("language", "words"), [("zh_CN", "旗舰"), ("en_US", "Qingyan")])
def test_the_demo_opens_and_leaves_nothing(place: Place, language: str, words: str) -> None:
    place.environment["LANG"] = f"{language}.UTF-8"
    code, seen = on_terminal(place, "demo", keys=b"q", until=words.encode())
    assert code == 0
    assert b"Traceback" not in seen
    assert [path.name for path in place.folder.iterdir()] == ["tmp"]
    assert list(place.temporary.iterdir()) == []
