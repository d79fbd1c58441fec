"""config.example.toml through the installed command: it works as it stands, on any day."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = str(Path(sys.executable).with_name("shopwatch"))
EXAMPLE = Path(__file__).parents[1] / "config.example.toml"


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    command = [
        COMMAND, "status", "--json", "--risks", "0", "--config", str(EXAMPLE),
        "--state", str(tmp_path_factory.mktemp("state")),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return {shop["id"]: shop for shop in json.loads(ran.stdout)["shops"]}


def indicators(shop: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {i["id"]: i for dimension in shop["dimensions"] for i in dimension["indicators"]}


def test_one_shop_has_all_nine_indicators_and_something_to_save(shops: dict[str, Any]) -> None:
    shop = shops["qinghe"]
    assert len(indicators(shop)) == 9
    assert all(i["state"] in ("ok", "thin") for i in indicators(shop).values())
    assert shop["score"]["basis"] == "anchored"
    assert {"ship", "pickup", "return", "refund", "reply", "evidence"} <= {r["clock"] for r in shop["risks"]}
    assert any(risk["seconds_left"] is not None and risk["seconds_left"] < 0 for risk in shop["risks"])


def test_exports_alone_say_what_they_cannot_know(shops: dict[str, Any]) -> None:
    shop = shops["shanye"]
    unavailable = {i["id"]: i["value"] for i in indicators(shop).values() if i["state"] == "unavailable"}
    assert unavailable == {"product_rating": None, "pickup_hours": None, "on_time_delivery": None}
    assert indicators(shop)["reply_seconds"]["state"] == "approximate"
    assert shop["score"]["basis"] == "estimated"
    assert shop["score"]["why"]


def test_a_pasted_page_is_enough_to_begin_with(shops: dict[str, Any]) -> None:
    assert shops["lanting"]["score"]["published"]["value"] == 79
    assert shops["lanting"]["score"]["value"] == pytest.approx(79)


def test_only_the_unreadable_row_is_rejected(shops: dict[str, Any]) -> None:
    rejected = {source["name"]: source["rejected"] for shop in shops.values() for source in shop["sources"]}
    assert {name: count for name, count in rejected.items() if count} == {"青禾·后台导出": 1}
    assert {source["state"] for shop in shops.values() for source in shop["sources"]} == {"ok"}
