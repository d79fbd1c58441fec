"""`shopwatch backtest`: what it prints where, in both languages, and its exit codes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest

from running import Place

DAYS = 120
FIRST = datetime.datetime(2026, 7, 1, 10)
CONFIG = """
[monitor]
now = "2026-10-29T09:00:00+08:00"
[[shop]]
id = "a"
  [[shop.source]]
  name = "orders"
  kind = "files"
  path = "orders.csv"
  records = "orders"
    [shop.source.map]
    order_id = "no"
    paid_at = "paid"
  [[shop.source]]
  name = "parcels"
  kind = "files"
  path = "orders.csv"
  records = "parcels"
    [shop.source.map]
    parcel_id = "no"
    order_id = "no"
    picked_up_at = "picked"
    delivered_at = "delivered"
    promised_delivery_at = "promise"
"""


def orders() -> Iterator[str]:
    """Three orders a day, picked up on the next day but one, or three days later from August's middle to its end."""
    yield "no,paid,picked,delivered,promise"
    for day in range(DAYS):
        for number in range(3):
            paid = FIRST + datetime.timedelta(days=day, hours=number)
            picked = paid + datetime.timedelta(days=5 if 45 <= day < 60 else 2)
            delivered, promise = paid + datetime.timedelta(days=6), paid + datetime.timedelta(days=7)
            yield f"{day}-{number},{paid},{picked},{delivered},{promise}"


@pytest.fixture
def shop(place: Place) -> Place:
    place.write("orders.csv", "\n".join(orders()) + "\n")
    place.write("shopwatch.toml", CONFIG)
    return place


def found(place: Place, *arguments: str) -> Any:
    ran = place.run("backtest", "--json", *arguments)
    ran.ended(0)
    return json.loads(ran.out)


def test_the_object(shop: Place) -> None:
    read = found(shop, "--from", "2026-08-10", "--to", "2026-09-20", "--every", "3d")
    assert {
        name: read[name] for name in ("schema", "from", "to", "every_days", "starts", "shops", "band")
    } == {
        "schema": 1,
        "from": "2026-08-10",
        "to": "2026-09-18",
        "every_days": 3,
        "starts": 14,
        "shops": 1,
        "band": 0.8,
    }
    forecasts = {(one["item"], one["days"]): one for one in read["forecasts"]}
    week = forecasts["pickup_hours", 7]
    assert week["n"] == 14
    assert week["mae"] < week["mae_no_change"]  # it sees the late ones come, and go
    assert week["gain"] == pytest.approx(1 - week["mae"] / week["mae_no_change"])
    on_time = forecasts["on_time_delivery", 7]
    assert (on_time["mae"], on_time["mae_no_change"], on_time["gain"]) == (0, 0, None)
    assert {days for item, days in forecasts if item == "pickup_hours"} == {1, 3, 7, 14}


def test_the_table_in_both_languages(shop: Place) -> None:
    asked = ["backtest", "--from", "2026-08-10", "--to", "2026-09-20"]
    english, chinese = shop.run(*asked), shop.run(*asked, LANG="zh_CN.UTF-8")
    for ran in (english, chinese):
        ran.ended(0)
        assert ran.err == ""
    assert "1 shops, 9 start days from 2026-08-10 to 2026-09-19" in english.out
    assert "in the 80% band" in english.out
    assert "Pickup" in english.out
    assert "1 家店,2026-08-10 至 2026-09-19 共 9 个起始日" in chinese.out
    assert "落在 80% 区间内" in chinese.out
    assert "平均揽收" in chinese.out


def test_the_chances_are_held_against_what_came(shop: Place) -> None:
    read = found(shop, "--from", "2026-08-20", "--to", "2026-10-10", "--every", "1d")
    (deliver,) = [one for one in read["chances"] if one["clock"] == "deliver"]
    assert (deliver["missed"], deliver["auc"]) == (0, None)  # none ever came late
    assert deliver["n"] > 100
    assert deliver["brier"] < 0.05
    assert sum(tenth["n"] for tenth in deliver["tenths"]) == deliver["n"]
    assert [one["clock"] for one in read["chances"]] == ["deliver"]  # no order has a promised shipping time


def test_the_chances_in_both_languages(shop: Place) -> None:
    asked = ["backtest", "--from", "2026-08-20", "--to", "2026-10-10", "--every", "5d"]
    english, chinese = shop.run(*asked).out, shop.run(*asked, LANG="zh_CN.UTF-8").out
    assert "Chances of a miss, douyin@2026-09-08" in english
    assert "missed of the first 10%" in english
    assert "超时概率,douyin@2026-09-08" in chinese
    assert "前 10% 的超时率" in chinese


def test_without_dates_it_is_the_last_half_year_of_the_records(shop: Place) -> None:
    read = found(shop)
    first, last = (datetime.date.fromisoformat(read[name]) for name in ("from", "to"))
    assert last - first == datetime.timedelta(days=175)
    assert last >= datetime.date(2026, 10, 20)
    assert {one["days"] for one in read["forecasts"]} == {1, 3, 7, 14}


def test_no_poll_uses_what_is_stored(shop: Place) -> None:
    before = found(shop, "--from", "2026-09-01", "--to", "2026-09-10")
    (shop.folder / "orders.csv").unlink()
    assert found(shop, "--from", "2026-09-01", "--to", "2026-09-10", "--no-poll") == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "yesterday"], "yesterday is no day; write one such as 2026-11-11"),
        (["--every", "7"], "7 should be days, such as 1d or 7d"),
        (["--every", "0d"], "0d should be days, such as 1d or 7d"),
        (["--from", "2026-09-10", "--to", "2026-09-01"], "--to 2026-09-01 is before --from 2026-09-10."),
        (["--shops", "-1"], "-1 should be a whole number, 0 or more"),
        (["--shop", "b"], "There is no shop b"),
    ],
)
def test_usage(shop: Place, arguments: list[str], words: str) -> None:
    ran = shop.run("backtest", *arguments)
    ran.ended(2, words)
    assert ran.out == ""


def test_a_history_too_short_to_tell(shops: Place) -> None:
    ran = shops.run("backtest")
    ran.ended(0, "There is no past to hold a forecast against")


def test_a_source_that_fails_is_told_and_the_rest_is_tested(shop: Place) -> None:
    shop.write("shopwatch.toml", CONFIG.replace('path = "orders.csv"', 'path = "absent/orders.csv"', 1))
    ran = shop.run("backtest", "--json", "--from", "2026-09-01", "--to", "2026-09-10")
    ran.ended(3, "absent/orders.csv")
