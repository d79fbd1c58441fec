"""What moved a score and what leaves its windows, as `status --json` has it: the parts add up, always."""

from __future__ import annotations

import datetime
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from running import Place

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
CONFIG = """
[monitor]
now = "2026-11-22T09:00:00+08:00"
[defaults]
language = "{language}"
[[shop]]
id = "a"
  [shop.weights]
  product = 0
  logistics = 1
  service = 0
  pickup_hours = 1
  on_time_delivery = 0
  breakage = 0
[[source]]
name = "parcels"
kind = "files"
path = "parcels.csv"
records = "parcels"
shop = "store"
  [source.map]
  parcel_id = "parcel"
  order_id = "parcel"
  carrier = "carrier"
  province = "province"
  picked_up_at = "picked"
[[source]]
name = "orders"
kind = "files"
path = "parcels.csv"
records = "orders"
shop = "store"
  [source.map]
  order_id = "parcel"
  paid_at = "paid"
"""


def parcels(carriers: dict[str, tuple[float, float]]) -> str:
    """Return 52 days of parcels, four a day and carrier: each picked up at 17:00, before and since November
    10 after so many hours. Those of October 23 took 31."""
    lines = ["parcel,store,carrier,province,paid,picked"]
    for back in range(1, 53):
        day = datetime.datetime(2026, 11, 22, 17) - datetime.timedelta(days=back)
        for carrier, (before, since) in carriers.items():
            hours = 31.0 if (day.month, day.day) == (10, 23) else since if back < 13 else before
            paid = day - datetime.timedelta(hours=hours)
            lines += [f"{carrier}{back}-{n},a,{carrier},广东,{paid},{day}" for n in range(4)]
    return "\n".join(lines) + "\n"


def shop_of(place: Place, carriers: dict[str, tuple[float, float]], language: str = "zh_CN") -> Any:
    place.write("parcels.csv", parcels(carriers))
    place.write("shopwatch.toml", CONFIG.format(language=language))
    (shop,) = place.status()["shops"]
    return shop


def spans(shop: Any) -> dict[str, Any]:
    return {"1d": shop["drivers"], **shop["drivers_over"]}


def assert_adds_up(shop: Any) -> None:
    for span, drivers in spans(shop).items():
        whole = shop["deltas"][span]
        assert abs(math.fsum(part["delta_points"] for part in drivers) - (whole or 0.0)) < 1e-9
        for driver in drivers:
            for split in (driver["slices"], *([one] for one in driver["slices"])):
                if split:
                    turned = [one[side] for one in split for side in ("entered", "left", "changed")]
                    points = [one["delta_points"] for one in split]
                    assert abs(math.fsum(turned) - math.fsum(points)) < 1e-9
            if driver["slices"]:
                total = math.fsum(one["delta_points"] for one in driver["slices"])
                assert abs(total - driver["delta_points"]) < 1e-9
            if driver["entered"] is not None:
                turned = [driver[side] for side in ("entered", "left", "changed")]
                assert abs(math.fsum(turned) - driver["delta_points"]) < 1e-9


def pickup(shop: Any) -> Any:
    return next(i for d in shop["dimensions"] for i in d["indicators"] if i["id"] == "pickup_hours")


def test_the_carrier_that_got_slow_moved_the_score(place: Place) -> None:
    shop = shop_of(place, {"中通": (6, 32), "顺丰": (6, 6)})
    assert_adds_up(shop)
    for span, drivers in spans(shop).items():
        (driver,) = drivers
        assert (driver["indicator"], driver["slices"][0]["by"]) == ("pickup_hours", "carrier")
        slow = driver["slices"][0]
        assert slow["key"] == "中通"
        assert slow["delta_points"] < 0
        assert slow["entered"] < 0
        assert abs(driver["delta_points"] - shop["deltas"][span]) < 1e-9
    assert shop["deltas"]["1d"] > shop["deltas"]["7d"] > shop["deltas"]["30d"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", "明天 8单偏慢出窗,平均揽收 -0.8h"),
        ("en", "tomorrow 8 orders slower than the mean will leave the window: Pickup -0.8h"),
    ],
)
def test_what_leaves_tomorrow_is_said(place: Place, language: str, words: str) -> None:
    shop = shop_of(place, {"中通": (6, 10), "顺丰": (6, 6)}, language)
    gone = pickup(shop)["rolls_off"]
    assert (gone["day"], gone["rows"], gone["worse"], gone["words"]) == ("2026-10-23", 8, 8, words)
    # the value without them, of the sums that the board shows
    left = (pickup(shop)["numerator"] - 8 * 31) / (pickup(shop)["denominator"] - 8)
    assert gone["delta"] == pytest.approx(left - pickup(shop)["value"])
    assert gone["delta_points"] == pytest.approx(-gone["delta"] * 1.5)


def test_many_slices_are_shown_as_the_largest_and_the_rest(place: Place) -> None:
    many = {f"快递{n}": (6.0, 7.0 + n) for n in range(5)} | {f"小快递{n}": (6.0, 6.1) for n in range(20)}
    shop = shop_of(place, many)
    assert_adds_up(shop)
    slices = shop["drivers"][0]["slices"] or shop["drivers_over"]["7d"][0]["slices"]
    assert len(slices) == 21
    assert slices[-1]["key"] == "其余 5 项"


def test_the_example_adds_up(place: Place) -> None:
    shutil.copy(EXAMPLE, place.folder / "shopwatch.toml")
    ran = place.run("status", "--json")
    assert ran.code in (0, 1)
    shops = {shop["id"]: shop for shop in json.loads(ran.out)["shops"]}
    for shop in shops.values():
        assert_adds_up(shop)
    seen = {part["indicator"] for shop in shops.values() for over in spans(shop).values() for part in over}
    assert {"anchor", "stage"} < seen
    by = {s["by"] for over in spans(shops["qinghe"]).values() for part in over for s in part["slices"]}
    assert by == {"carrier", "product_id", "agent"}


def test_other_moments_add_up_as_well(place: Place) -> None:
    place.write("parcels.csv", parcels({"中通": (6, 30), "顺丰": (6, 7)}))
    place.write("shopwatch.toml", CONFIG.format(language="zh_CN"))
    for day in ("2026-11-10T00:00:00+08:00", "2026-11-12T17:30:00+08:00", "2026-11-21T23:59:59+08:00"):
        (shop,) = place.status("--as-of", day)["shops"]
        assert shop["deltas"]["7d"] is not None
        assert_adds_up(shop)
