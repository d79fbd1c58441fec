"""An operator's worked cases (Asia/Shanghai, douyin@2026-09-08 and tmall@2026-03-16), from files to what the
command prints.

All shops are polled once; every case is then asked for at its own moment of the past.
"""

from __future__ import annotations

import asyncio
import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import worked_shops
from shopwatch.board import ActionBoard
from shopwatch.config import load
from shopwatch.formats import left
from shopwatch.i18n import translation
from shopwatch.monitor import Monitor, open_monitor
from until import PATIENCE

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVENING = "2026-11-20T20:00:00+08:00"
NIGHT = "2026-11-21T02:00:00+08:00"
NOON = "2026-11-21T13:18:00+08:00"
LATER = "2026-11-22T10:00:01+08:00"

Found = dict[str, Any]


class World:
    """The files, and what `shopwatch status` says of them."""

    def __init__(self, folder: Path) -> None:
        """Write the files."""
        self.folder = folder
        self.configuration = worked_shops.write_all(folder)
        self._printed: dict[tuple[str, ...], str] = {}

    def shops(self, moment: str) -> dict[str, Found]:
        printed = json.loads(self._status(moment, "--json", "--risks", "0"))
        assert printed["as_of"] == moment
        return {shop["id"]: shop for shop in printed["shops"]}

    def text(self, moment: str) -> dict[str, list[str]]:
        """The lines of each shop."""
        shops = self._status(moment, "--risks", "0").split("━━ ")[1:]
        return {shop.split(" ·")[0].rpartition("(")[2].rstrip(")"): shop.splitlines() for shop in shops}

    def _status(self, *words: str) -> str:
        """Ask once for each moment; the first polls the files, and the warehouse answers the rest."""
        if words not in self._printed:
            self._printed[words] = self._asked(*words, *["--no-poll"] * bool(self._printed))
        return self._printed[words]

    def _asked(self, moment: str, *words: str) -> str:
        command = [str(Path(sys.executable).with_name("shopwatch")), "status", "--as-of", moment, *words]
        command += ["--config", str(self.configuration), "--state", str(self.folder / "state")]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env={**os.environ, "LANG": "zh_CN.UTF-8", "LC_ALL": "", "LANGUAGE": "", "PYTHONUTF8": "1"},
        )
        assert done.returncode == 1, done.stderr  # one of the shops is always under a line
        assert not done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("worked"))


def indicator(shop: Found, name: str) -> Found:
    return next(one for d in shop["dimensions"] for one in d["indicators"] if one["id"] == name)


def risk(shop: Found, subject: str) -> Found:
    return next(one for one in shop["risks"] if one["subject_id"] == subject)


def line(shop: Found, name: str) -> Found:
    return next(one for one in shop["lines"] if one["id"] == name)


def row(lines: list[str], *words: str) -> str:
    return next(one for one in lines if all(word in one for word in words))


def time_left(found: Found) -> str:
    return left(found["seconds_left"], translation("zh_CN"))


# ---------------------------------------------------------------- the means


def test_t1_pickup_counts_from_six_for_what_was_paid_in_the_night(world: World) -> None:
    mean = indicator(world.shops(LATER)["t1"], "pickup_hours")
    assert mean["denominator"] == 5
    assert mean["numerator"] == pytest.approx(15 + 1 / 3600 + 4 * 3.0)
    assert "5.4小时" in row(world.text(LATER)["t1"], "平均揽收")


def test_t3_audit_counts_from_eight_for_what_was_applied_in_the_night(world: World) -> None:
    mean = indicator(world.shops(LATER)["t3"], "audit_hours")
    assert mean["denominator"] == 4
    assert mean["numerator"] == pytest.approx(1.25 + 1 / 3 + 9.5 + 1 / 3600)
    assert "2.8小时" in row(world.text(LATER)["t3"], "售后审核")


def test_t3_what_the_night_brought_shows_when_it_begins_to_count(world: World) -> None:
    night = risk(world.shops(NIGHT)["t3"], "night")
    assert night["starts_at"] == "2026-11-21T08:00:00+08:00"
    refused = risk(world.shops(NIGHT)["t3"], "refused")
    assert (refused["starts_at"], refused["started"]) == (None, "2026-11-20T22:50:00+08:00")
    text = world.text(NIGHT)["t3"]
    assert "08:00起算" in row(text, "night")
    assert "3:10" in row(text, "refused")


def test_t4_an_unanswered_round_is_ten_minutes(world: World) -> None:
    mean = indicator(world.shops(LATER)["t4"], "reply_seconds")
    assert (mean["numerator"], mean["denominator"]) == (40 + 20 + 15 + 600, 4)
    assert "168.8秒" in row(world.text(LATER)["t4"], "飞鸽平响")


# ---------------------------------------------------------------- orders to save


def test_t2_the_order_of_rescue(world: World) -> None:
    shop = world.shops(EVENING)["t2"]
    mean = indicator(shop, "pickup_hours")
    assert (mean["numerator"], mean["denominator"]) == (pytest.approx(5_600), 1_000)
    assert [one["subject_id"] for one in shop["risks"]] == ["C", "A", "B"]
    saved = [one["points_at_risk"] for one in shop["risks"]]
    assert saved == pytest.approx([12 / 1001 * 0.4, 12 / 1001 * 0.4, 3 / 1001 * 0.4], abs=1e-9)
    assert [round(points, 4) for points in saved] == [0.0048, 0.0048, 0.0012]
    text = world.text(EVENING)["t2"]
    assert "5.6小时" in row(text, "平均揽收")
    for name, time in (("C", "1天14时"), ("A", "1天21时"), ("B", "1天03时")):
        assert time in row(text, f"  {name}  待发货")


def test_t2_the_chance_says_what_it_goes_by(world: World) -> None:
    shop = world.shops(EVENING)["t2"]
    oldest, youngest = risk(shop, "C"), risk(shop, "A")  # all orders before were picked up within 5.6 hours
    assert 0 < oldest["p_miss"] < 0.01
    assert 0 < youngest["p_miss"] < 0.01
    assert oldest["p_basis"].startswith("周五 · 待发货 10h · 同类 <1% 超时(本店 ")


def test_t5_ten_hours_late_owes_nothing_and_two_days_late_is_out_of_stock(world: World) -> None:
    shop = world.shops(EVENING)["t5"]
    late = risk(shop, "late-300")
    assert time_left(late) == "逾期 10:00"
    assert (late["yuan_now"], late["yuan_at_risk"]) == (0, 3)
    assert late["yuan_at"] == "2026-11-22T10:00:00+08:00"
    assert "38 小时后缺货赔付 ¥3.00" in late["why"]
    assert "逾期 10:00" in row(world.text(EVENING)["t5"], "late-300")
    assert risk(shop, "late-72-10")["yuan_now"] == 3
    assert risk(shop, "late-72-60")["yuan_now"] == 9
    later = world.shops(LATER)["t5"]
    assert [risk(later, f"late-{yuan}")["yuan_now"] for yuan in (300, 120, 6_000)] == [3, 2, 50]


def test_t6_a_waybill_without_a_pickup(world: World) -> None:
    shop = world.shops(NOON)["t6"]
    waiting = risk(shop, "W-300")
    assert (time_left(waiting), waiting["stage"]) == ("00:42:00", "待揽收")
    assert (waiting["yuan_now"], waiting["yuan_at_risk"]) == (0, 75)
    assert waiting["yuan_at"] == "2026-11-22T14:00:00+08:00"
    assert [risk(shop, f"W-{yuan}")["yuan_at_risk"] for yuan in (10, 900)] == [5, 100]
    waiting_still = {
        one["subject_id"] for one in world.shops(LATER)["t6"]["risks"] if one["clock"] == "pickup"
    }
    assert waiting_still == {"W-10", "W-900"}  # the third was picked up at 13:59


def test_t5_on_tmall_a_second_past_48_hours_owes_and_three_days_later_it_is_out_of_stock(
    world: World,
) -> None:
    shop = world.shops(LATER)["t5-tmall"]
    assert (risk(shop, "48h")["yuan_now"], risk(shop, "48h")["yuan_at_risk"]) == (15, 30)
    assert risk(shop, "48h")["yuan_at"] == "2026-11-25T10:00:00+08:00"
    assert (risk(shop, "just")["yuan_now"], risk(shop, "just")["yuan_at_risk"]) == (0, 15)
    assert risk(shop, "120h")["yuan_now"] == 30
    assert risk(shop, "sooner")["yuan_now"] == 15
    assert risk(shop, "presale")["yuan_now"] == 30
    assert "¥15.00" in row(world.text(LATER)["t5-tmall"], "48h", "延迟发货赔付")


def test_t6_on_tmall_a_day_without_a_pickup_owes(world: World) -> None:
    shop = world.shops(NOON)["t6-tmall"]
    assert (risk(shop, "W-over")["yuan_now"], risk(shop, "W-over")["yuan_at_risk"]) == (15, None)
    waiting = risk(shop, "W-open")
    assert (time_left(waiting), waiting["yuan_now"], waiting["yuan_at_risk"]) == ("00:42:00", 0, 15)


def test_t9_on_tmall_every_indicator_has_its_own_window(world: World) -> None:
    shop = world.shops("2026-11-24T08:00:00+08:00")["t5-tmall"]
    windows = {one["id"]: one["window"] for d in shop["dimensions"] for one in d["indicators"]}
    assert windows["platform_help"] == {"from": "2026-10-25", "to": "2026-11-23"}
    assert windows["chat_satisfaction"] == {"from": "2026-10-23", "to": "2026-11-21"}
    assert windows["pickup_48h"] == {"from": "2026-10-22", "to": "2026-11-20"}
    assert windows["arrival_hours"] == {"from": "2026-10-15", "to": "2026-11-13"}
    pickups = indicator(shop, "pickup_48h")
    assert (pickups["numerator"], pickups["denominator"]) == (1, 5)  # the presale of 11-15 among them


def test_a_tmall_shop_s_assessment_is_told(world: World) -> None:
    shop = world.shops(EVENING)["assessed"]
    assert (shop["score"]["value"], shop["score"]["basis"]) == (4.66, "official")
    assert "分档线与权重只在千牛后台可见" in shop["score"]["why"]
    standing = shop["assessment"]
    assert (standing["phase"], standing["month"], standing["begins"]) == ("trial", 6, "2026-06-01")
    assert (standing["failed"], standing["left"], standing["level"]) == (1, 1, "unknown")
    assert [one["met"] for one in standing["months"]] == [True, False, None, True, True]
    assert standing["sales"] == {
        "by": "2026-11-30", "month": 6, "target": 24_000, "sold": 19_000, "complete": True, "met": None
    }  # fmt: skip
    assert standing["last_sales"]["met"] is True
    text = world.text(EVENING)["assessed"]
    assert row(text, "试考期第 6 个月(2026-06 至 2027-05)")
    assert row(text, "不达标 1 个月,还可失 1 个月", "缺月末当天的官方分:2026-08")
    assert row(text, "成交额 ¥19,000 / 目标 ¥24,000,截至 11-30 · 还差 ¥5,000")
    assert row(text, "无成交的整月 0 个,最多 3 个")


# ---------------------------------------------------------------- lines and the stage


def test_t7_a_line_is_a_set_of_conditions_and_the_actions_aim_at_the_tightest(world: World) -> None:
    shop = world.shops(EVENING)["t7"]
    assert shop["score"]["value"] == pytest.approx(71.4)
    alliance = line(shop, "alliance")
    assert (alliance["met"], alliance["tightest"], alliance["words"]) == (False, "product", "还差1.0 商品")
    aimed = shop["actions"][0]
    assert aimed["dimension"] == "product"
    assert aimed["evidence"].startswith("精选联盟 还差1.0 商品 · ")


def test_t7_a_shop_may_say_the_figure_of_its_category(world: World) -> None:
    alliance = line(world.shops(EVENING)["t7-60"], "alliance")
    assert (alliance["met"], alliance["tightest"], alliance["words"]) == (True, "total", "高出1.4")
    assert [part["at"] for part in alliance["parts"]] == [70, 60]
    fruit = line(world.shops(EVENING)["t7-fruit"], "alliance")
    assert (fruit["met"], fruit["words"]) == (False, "还差6.0 商品")
    assert [part["at"] for part in fruit["parts"]] == [72, 70]


@pytest.mark.parametrize(
    ("name", "valid", "stage", "score"),
    [("t7-29", 29, "growth", 70), ("t7-bad", 29, "growth", 60), ("t7-30", 30, "formal", None)],
)
def test_t7_lucky_bags_keep_a_shop_in_its_growth_stage(
    world: World, name: str, valid: int, stage: str, score: float | None
) -> None:
    shop = world.shops(EVENING)[name]
    assert (shop["valid_orders"], shop["stage"], shop["score"]["value"]) == (valid, stage, score)


def test_t8_a_daily_rate_near_its_limit_is_a_warning(world: World) -> None:
    near = line(world.shops(EVENING)["t8-230"], "late_shipping_shop")
    assert (near["level"], near["met"]) == ("near", True)
    assert near["words"].startswith("28.75% / 限 30%")


def test_t8_at_the_limit_the_shop_is_stopped(world: World) -> None:
    struck = line(world.shops(EVENING)["t8-240"], "late_shipping_shop")
    assert (struck["level"], struck["met"], struck["alert"]) == ("bad", False, True)
    assert "限 0 单/日·7 天" in struck["effect"]


def test_t8_what_must_be_saved_tonight_comes_first_even_at_no_points(world: World) -> None:
    shop = world.shops(EVENING)["t8-260"]
    near = line(shop, "late_shipping_shop")
    assert (near["level"], near["words"]) == ("near", "28.75% / 限 30% · 至少救回 21 单")
    first = shop["actions"][0]
    assert (first["id"], first["gain_points"], len(first["orders"])) == ("rescue_late", None, 30)
    assert "至少救回 21 单" in first["evidence"]
    assert [one["subject_id"][:4] for one in shop["risks"][:30]] == ["open"] * 30


# ---------------------------------------------------------------- worth and effect


def test_t9_tonights_pickup_is_worth_the_whole_batch(world: World) -> None:
    shop = world.shops(EVENING)["t9"]
    action = next(one for one in shop["actions"] if one["id"] == "evening_pickup")
    assert action["gain_points"] == pytest.approx(37 * 12 / 1_037 * 0.4, abs=1e-9)
    assert sorted(action["orders"]) == [f"A{n:02}" for n in range(37)]
    assert not action["done"]
    assert "+0.17分" in row(world.text(EVENING)["t9"], action["title"])


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, moment: str) -> None:
        """Put it there."""
        self.put(moment)

    def put(self, moment: str) -> None:
        self.moment = datetime.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)

    def __call__(self) -> datetime.datetime:
        return self.moment


async def until(monitor: Monitor, ready: Callable[[ActionBoard], bool]) -> ActionBoard:
    """Ask again until tonight's pickup is as it should be."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await monitor.refresh()
            board = monitor.boards.get("t9")
            for action in board.actions if board else ():
                if action.id == "evening_pickup" and ready(action):
                    return action
            await asyncio.sleep(0.5)


async def test_t9_a_tick_waits_for_the_pickups(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    shop = worked_shops.write(tmp_path, worked_shops.batch())
    path.write_text("[monitor]\nrefresh = 1\n" + shop, encoding="utf-8")
    clock = Clock("2026-11-20 21:00")
    monitor = open_monitor(load(path), tmp_path / "state", clock=clock, language="zh_CN")
    running = asyncio.create_task(monitor.run())
    try:
        await until(monitor, lambda action: len(action.orders) == 37)
        await monitor.tick("t9", "evening_pickup", True)
        clock.put("2026-11-20 21:30")
        ticked = await until(monitor, lambda action: action.done)
        assert ticked.effect == "已勾选·未见揽收"
        worked_shops.write(tmp_path, worked_shops.batch(picked_up="11-20 21:10"))
        seen = await until(monitor, lambda action: action.effect != ticked.effect)
        assert seen.effect == "还早:最早 11-21 见效 · 12-21 出窗"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await monitor.aclose()


# ---------------------------------------------------------------- exports alone


def test_t10_what_exports_lack_is_said_and_never_guessed(world: World) -> None:
    shop = world.shops(EVENING)["t10"]
    for name, why in (
        ("pickup_hours", "缺揽收"),
        ("on_time_delivery", "缺应达时间"),
        ("product_rating", "缺评价"),
    ):
        one = indicator(shop, name)
        assert (one["value"], one["points"], one["state"]) == (None, None, "unavailable")
        assert why in one["why"]
        assert "不可用" in row(world.text(EVENING)["t10"], one["short"])
    reply = indicator(shop, "reply_seconds")
    assert (reply["value"], reply["state"]) == (30, "approximate")
    assert shop["score"]["basis"] == "estimated"
    assert shop["score"]["why"]


def test_t10_shipped_is_not_picked_up(world: World) -> None:
    shop = world.shops(EVENING)["t10"]
    waiting, shipped = risk(shop, "6900000000000000001"), risk(shop, "6900000000000000002")
    assert time_left(waiting) == "14:00:00"
    assert (shipped["stage"], shipped["proved"], shipped["p_miss"]) == ("已发货·揽收未知", False, None)
    assert "14:00:00" in row(world.text(EVENING)["t10"], "6900000000000000001")


def test_t10_a_bonus_that_nobody_knows_of_asks(world: World) -> None:
    actions = world.shops(EVENING)["t10"]["actions"]
    insurance = next(one for one in actions if one["title"] == "开通退换货运费险")
    assert (insurance["evidence"], insurance["done"]) == ("未知是否开通,请确认 (+2)", False)
    assert not insurance["certain"]
