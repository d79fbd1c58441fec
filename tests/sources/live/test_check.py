"""What `shopwatch check` says of credentials, clock, permission and network, platform by platform."""

from __future__ import annotations

import contextlib
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from live_run import DAY, PLATFORMS
from running import ROOT, Place
from shopwatch.simulator.server import Market
from shopwatch.simulator.truth import told

CREDENTIALS = {"doudian": "app_secret", "taobao": "app_secret", "kuaishou": "sign_secret"}
CLOSED = {
    "doudian": "afterSale.List",
    "taobao": "taobao.refunds.receive.get",
    "kuaishou": "open.seller.order.refund.pcursor.list",
}
WRONG = {
    "credentials": ("✗", "refuses the signature", "check `"),
    "clock": ("✗", "this machine's clock is 20 min behind", "set it right"),
    "permission": ("✓", "", "apply for its permission package"),
    "network": ("✗", "127.0.0.1 can't be reached", "check the network"),
    "right": ("✓", "orders ", ""),
}
NOTHING_TO_MEND = {"doudian": "is closed by the marketplace"}
"""Doudian says of a closed method that nobody may ask it."""


def section(name: str, kind: str, url: str, **keys: object) -> str:
    given = {"kind": kind, "name": name, "gateway": url, "lookback": 2, **PLATFORMS[kind].keys, **keys}
    return "[[shop.source]]\n" + "\n".join(
        f"{key} = {msgspec.json.encode(value).decode()}" for key, value in given.items()
    )


def ahead(seconds: float) -> Callable[[], float]:
    return lambda: time.time() + seconds


@pytest.mark.parametrize("kind", PLATFORMS)
def test_each_trouble_is_a_sentence_that_says_how_to_mend_it(tmp_path: Path, kind: str) -> None:
    truth = told(4, int(time.time()) - DAY, DAY // 2, 5, 1)
    shut = PLATFORMS[kind].wire(truth)
    shut.closed.add(CLOSED[kind])
    with contextlib.ExitStack() as ending:
        right, late, closed = (
            Market(wire, now)
            for wire, now in (
                (PLATFORMS[kind].wire(truth), time.time),
                (PLATFORMS[kind].wire(truth), ahead(1200)),
                (shut, time.time),
            )
        )
        for market in (right, late, closed):
            ending.callback(market.close)
        sections = [
            section("credentials", kind, right.url, **{CREDENTIALS[kind]: "wrong"}),
            section("clock", kind, late.url),
            section("permission", kind, closed.url),
            section("network", kind, "http://127.0.0.1:9"),
            section("right", kind, right.url),
        ]
        place = Place(tmp_path)
        place.write("shopwatch.toml", '[[shop]]\nid = "s1"\n' + "\n".join(sections))
        ran = place.run("check", "--state", tmp_path / "state")
    assert "Traceback" not in ran.out + ran.err
    assert ran.code == 3
    lines = {line.split(":")[0].rpartition(" ")[2]: line for line in (ran.out + ran.err).splitlines()}
    for name, (sign, says, mend) in WRONG.items():
        line = lines.get(name) or lines[f"s1/{name}"]
        assert line.startswith(sign), line
        assert says in line
        assert mend in line or NOTHING_TO_MEND.get(kind, "-") in line, line
        assert not [secret for secret in PLATFORMS[kind].secrets if str(PLATFORMS[kind].keys[secret]) in line]


@pytest.mark.parametrize("document", ["README.md", "README.zh-CN.md"])
@pytest.mark.parametrize("kind", PLATFORMS)
def test_what_the_documents_tell_a_newcomer_to_write_works(tmp_path: Path, document: str, kind: str) -> None:
    """The configuration as it stands there, but for the address."""
    blocks = (ROOT / document).read_text("utf-8").split("```toml\n")[1:]
    [block] = [one.split("```")[0] for one in blocks if f'kind = "{kind}"' in one.split("```")[0]]
    keys: dict[str, str] = tomllib.loads(block)["shop"][0]["source"][0]
    secrets = dict.fromkeys((*PLATFORMS[kind].keys, "app_key", "shop_id"), "planted-secret")
    given = {
        name: keys[name] if not keys[name].startswith("env:") else secrets[name]
        for name in PLATFORMS[kind].keys
    }
    market = Market(PLATFORMS[kind].wire(told(4, int(time.time()) - DAY, DAY // 2, 5, 1), **given), time.time)
    place = Place(tmp_path)
    place.environment |= {value.removeprefix("env:"): "planted-secret" for value in map(str, keys.values())}
    place.write("shopwatch.toml", block + f'\n  gateway = "{market.url}"\n  lookback = 2\n')
    ran = place.run("check", "--state", tmp_path / "state")
    market.close()
    ran.ended(0)
    assert "orders " in ran.out
