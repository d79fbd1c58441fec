"""Real orders of a real marketplace, every seller a shop, through the installed command.

The figures are worked out a second time here from the raw files, in plain Python, by the populations that
the design promises; the two must agree.
"""

from __future__ import annotations

import collections
import csv
import datetime
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from shared_data import shared
from two_engines import differences

AS_OF = datetime.datetime(2018, 6, 1, 9, tzinfo=datetime.UTC)
TODAY = AS_OF.date()
WINDOW = (TODAY - datetime.timedelta(days=30), TODAY - datetime.timedelta(days=1))


def configuration(folder: Path) -> str:
    orders, items, reviews = (
        shared(f"olist/olist_{name}_dataset.csv.gz") for name in ("orders", "order_items", "order_reviews")
    )
    sellers = (
        "(SELECT order_id, any_value(seller_id) AS seller_id, max(shipping_limit_date) AS promised,"
        f" sum(price) AS price FROM read_csv('{items}') GROUP BY order_id)"
    )
    return f'''
[defaults]
timezone = "UTC"
discover = true

[[source]]
kind = "files"
name = "orders"
records = "orders"
query = """
SELECT seller_id AS shop, o.order_id, order_purchase_timestamp AS created_at, order_approved_at AS paid_at,
    promised AS promised_ship_at, CAST(round(price * 100) AS BIGINT) AS amount
FROM read_csv('{orders}') o JOIN {sellers} i USING (order_id)
"""

[[source]]
kind = "files"
name = "parcels"
records = "parcels"
query = """
SELECT seller_id AS shop, o.order_id AS parcel_id, o.order_id, order_delivered_carrier_date AS picked_up_at,
    order_delivered_customer_date AS delivered_at, order_estimated_delivery_date AS promised_delivery_at
FROM read_csv('{orders}') o JOIN {sellers} i USING (order_id)
"""

[[source]]
kind = "files"
name = "reviews"
records = "reviews"
query = """
SELECT seller_id AS shop, review_id || '-' || order_id AS review_id, order_id,
    review_creation_date AS created_at, review_score AS product_stars
FROM read_csv('{reviews}') r JOIN {sellers} i USING (order_id)
"""
'''


def status(folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("shopwatch")), "status", "--json",
            "--as-of", AS_OF.isoformat(),
            "--config", str(folder / "shopwatch.toml"), "--state", str(folder / "state"),
        ],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("olist")
    (folder / "shopwatch.toml").write_text(configuration(folder), encoding="utf-8")
    return folder, status(folder)


class Sold(NamedTuple):
    seller: str
    paid: datetime.datetime | None
    handed_over: datetime.datetime | None
    delivered: datetime.datetime | None
    promised: datetime.datetime


def moment(text: str) -> datetime.datetime | None:
    """Read a moment, which as of the test's own moment may still be to come."""
    if not text:
        return None
    read = datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)
    return read if read <= AS_OF else None


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(shared(f"olist/olist_{name}_dataset.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def hours_from_payment(paid: datetime.datetime, picked_up: datetime.datetime) -> float:
    """Count from payment; one of the night of 18:00 to 06:00 from 06:00."""
    start = paid
    if paid.hour >= 18:
        start = (paid + datetime.timedelta(days=1)).replace(hour=6, minute=0, second=0)
    elif paid.hour < 6:
        start = paid.replace(hour=6, minute=0, second=0)
    return max(0.0, (picked_up - start).total_seconds() / 3600)


def in_window(at: datetime.datetime) -> bool:
    return WINDOW[0] <= at.date() <= WINDOW[1]


def expected() -> tuple[dict[str, dict[str, tuple[float, int]]], collections.Counter[str]]:
    """Return (numerator, denominator) by seller and indicator, and how many records each seller has."""
    seller_of = {row["order_id"]: row["seller_id"] for row in rows("order_items")}
    sums: dict[str, dict[str, list[float]]] = collections.defaultdict(
        lambda: collections.defaultdict(lambda: [0.0, 0])
    )
    count: collections.Counter[str] = collections.Counter()
    order_ids = set()

    def add(seller: str, indicator: str, value: float) -> None:
        sums[seller][indicator][0] += value
        sums[seller][indicator][1] += 1

    for row in rows("orders"):
        if (seller := seller_of.get(row["order_id"])) is None:
            continue
        order_ids.add(row["order_id"])
        count[seller] += 2
        paid = moment(row["order_approved_at"])
        handed_over = moment(row["order_delivered_carrier_date"])
        delivered = moment(row["order_delivered_customer_date"])
        promised = datetime.datetime.fromisoformat(row["order_estimated_delivery_date"]).replace(
            tzinfo=datetime.UTC
        )
        if handed_over and paid and in_window(handed_over):
            add(seller, "pickup_hours", hours_from_payment(paid, handed_over))
        visible = handed_over or delivered or paid
        if in_window(promised) and visible:
            add(seller, "on_time_delivery", float(delivered is not None and delivered <= promised))
    for row in rows("order_reviews"):
        if (seller := seller_of.get(row["order_id"])) is None:
            continue
        count[seller] += 1
        created = moment(row["review_creation_date"])
        if created and in_window(created):
            add(seller, "product_rating", float(row["review_score"]))
    return (
        {seller: {i: (n, int(d)) for i, (n, d) in found.items()} for seller, found in sums.items()},
        count,
    )


def test_the_twenty_largest_sellers_agree_with_a_second_working_out(
    olist: tuple[Path, dict[str, Any]],
) -> None:
    _folder, found = olist
    wanted, count = expected()
    shops = {shop["id"]: shop for shop in found["shops"]}
    compared = 0
    for seller, _records in count.most_common(20):
        indicators = {i["id"]: i for d in shops[seller]["dimensions"] for i in d["indicators"]}
        for name in ("pickup_hours", "on_time_delivery", "product_rating"):
            numerator, denominator = wanted.get(seller, {}).get(name, (0.0, 0))
            got = indicators[name]
            if not denominator:
                assert got["state"] == "unavailable"
                continue
            assert got["denominator"] == denominator
            assert got["numerator"] == pytest.approx(numerator, rel=1e-9, abs=1e-9)
            assert got["value"] == pytest.approx(numerator / denominator, rel=1e-9, abs=1e-9)
            assert got["window"] == {"from": WINDOW[0].isoformat(), "to": WINDOW[1].isoformat()}
            compared += 1
    assert compared > 40  # most of the twenty sold something in that month


def test_every_seller_with_a_record_by_then_is_a_shop(olist: tuple[Path, dict[str, Any]]) -> None:
    _folder, found = olist
    assert len(found["shops"]) > 1000
    assert all(shop["scorecard"] == "douyin@2026-09-08" for shop in found["shops"])


def test_what_the_files_cannot_tell_is_unavailable_and_never_nought(
    olist: tuple[Path, dict[str, Any]],
) -> None:
    _folder, found = olist
    for shop in found["shops"]:
        indicators = {i["id"]: i for d in shop["dimensions"] for i in d["indicators"]}
        for name in ("quality_returns", "breakage", "audit_hours", "reply_seconds", "platform_help"):
            assert indicators[name]["value"] is None
            assert indicators[name]["state"] == "unavailable"


def test_no_row_is_kept_aside_and_a_second_poll_reads_nothing_again(
    olist: tuple[Path, dict[str, Any]],
) -> None:
    folder, found = olist
    first = {source["name"]: source for source in found["shops"][0]["sources"]}
    assert set(first) == {"orders", "parcels", "reviews"}
    assert all(source["rejected"] == 0 and source["records"] > 40_000 for source in first.values())
    begin = time.perf_counter()
    again = {source["name"]: source for source in status(folder)["shops"][0]["sources"]}
    print(f"status of the whole fleet, nothing new to read: {time.perf_counter() - begin:.1f} s")
    assert {name: source["records"] for name, source in again.items()} == {
        name: source["records"] for name, source in first.items()
    }


def test_the_zone_of_the_test_is_the_zone_of_the_data() -> None:
    assert ZoneInfo("UTC").utcoffset(AS_OF) == datetime.timedelta(0)


SCORED = ("id", "score", "deltas", "trend", "dimensions", "ledger", "lines", "drivers", "forecast")
"""All that rests on every record. The chance of a miss rests on a sample of a large shop's past, which each engine
draws by a hash of its own."""


def test_clickhouse_works_out_the_same_scores(olist: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    pytest.importorskip("chdb")
    store = f'[store]\nwarehouse = "chdb://{tmp_path}/engine"\n'
    (tmp_path / "shopwatch.toml").write_text(store + configuration(tmp_path), encoding="utf-8")
    ducked, clicked = (
        [{name: shop[name] for name in SCORED} for shop in found["shops"]]
        for found in (olist[1], status(tmp_path))
    )
    assert len(ducked) > 1_000
    assert not [*differences(ducked, clicked)]
