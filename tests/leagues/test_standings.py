"""League tables out of a real warehouse: files in, the feed's tables and orders out."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.test_monitor import SHANGHAI, config, running, until
from shopwatch.board.leagues import LeagueBoard, LeagueTable
from shopwatch.config import Config, SourceSection

CARRIERS = ("中通快递", "圆通速递", "顺丰速运")
DAY = datetime.timedelta(days=1)
FIRST = datetime.datetime(2026, 10, 25, 9, tzinfo=SHANGHAI)


def records() -> dict[str, list[dict[str, Any]]]:
    """Twenty days of forty orders each. ZTO picks up six hours late and lets every fifth parcel lie for four days; every
    fourth mug breaks; Li leaves every third round of a chat unanswered; 顺丰 has but one order a day."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for day in range(20):
        for n in range(40):
            _add(tables, day, n)
    return tables


def _add(tables: dict[str, list[dict[str, Any]]], day: int, n: int) -> None:
    number = f"69{day:02}{n:04}"
    carrier = CARRIERS[2] if n == 0 else CARRIERS[n % 2]
    product = "马克杯" if n % 5 == 1 else f"毛巾{n % 5}"
    paid = FIRST + day * DAY + datetime.timedelta(minutes=5 * n)
    slow = carrier == CARRIERS[0]
    picked = paid + datetime.timedelta(hours=9 if slow else 3, minutes=7 * n % 60)
    stands = slow and n % 10 == 2
    arrives = picked + (5 if stands else 2) * DAY
    tables["orders"].append(
        {
            "order_id": number,
            "created_at": paid,
            "paid_at": paid,
            "product_id": product,
            "product_name": product,
            "province": "广东省" if n % 3 else "浙江省",
        }
    )
    tables["parcels"].append(
        {
            "parcel_id": f"P{number}",
            "order_id": number,
            "carrier": carrier,
            "waybill_at": paid,
            "picked_up_at": picked,
            "delivered_at": arrives,
            "promised_delivery_at": picked + 3 * DAY,
        }
    )
    for kind, moment in (("pickup", picked), ("transit", picked + DAY / 2), ("delivered", arrives)):
        tables["scans"].append({"parcel_id": f"P{number}", "scanned_at": moment, "kind": kind})
    if product == "马克杯" and n % 20 == 1:
        tables["aftersales"].append(
            {
                "aftersale_id": f"A{number}",
                "order_id": number,
                "kind": "refund",
                "first_reason": "商品破损",
                "reason_class": "damage",
                "applied_at": arrives,
            }
        )
    agent = "小李" if n % 4 == 0 else "小王"
    tables["chats"].append(
        {
            "chat_id": f"C{number}",
            "order_id": number,
            "agent": agent,
            "started_at": paid,
            "ended_at": paid + DAY / 24,
            "human": True,
            "rounds": 3,
            "reply_seconds": 40 + n % 7,
            "unanswered": 1 if agent == "小李" else 0,
            "stars": 5,
        }
    )


TABLES = ("orders", "parcels", "scans", "aftersales", "chats")


def watching(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> Config:
    """Write a file a table, and return a configuration that reads them."""
    sources = []
    for table, rows in tables.items():
        if not rows:
            continue
        file = folder / f"{table}.ndjson"
        file.write_text(
            "".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows), "utf-8"
        )
        fields = dict.fromkeys(name for row in rows for name in row)
        sources.append(
            SourceSection(
                kind="files",
                name=table,
                path=file.name,
                records=table,
                shop="'shop'",
                map={name: name for name in fields},
                every=0.2,
            )
        )
    made = config(folder, source=tuple(sources))
    return msgspec.structs.replace(
        made, shop=tuple(msgspec.structs.replace(shop, source=()) for shop in made.shop)
    )


async def asked(
    folder: Path, tables: dict[str, list[dict[str, Any]]], **monitored: Any
) -> tuple[LeagueBoard, Any]:
    made = watching(folder, tables)
    made = msgspec.structs.replace(made, monitor=msgspec.structs.replace(made.monitor, **monitored))
    async with running(made, folder / "state") as monitor:
        count = sum(map(len, tables.values()))
        await until(monitor, lambda board: sum(one.records for one in board.sources) == count)
        await monitor.refresh()
        board = await monitor.leagues("shop")
        assert board is not None
        orders = {
            (table, row): await monitor.league_orders("shop", table, row)
            for table, row in (("carriers", "中通快递"), ("products", "马克杯"), ("agents", "小李"))
        }
        return board, orders


def figures(table: LeagueTable, key: str) -> dict[str, Any]:
    row = table.row(key)
    assert row is not None
    return {column.id: cell for column, cell in zip(table.columns, row.cells, strict=True)}


async def test_who_stands_out_is_told_with_its_part_and_its_orders(tmp_path: Path) -> None:
    board, orders = await asked(tmp_path, records())
    carriers, products, agents, provinces = board.tables
    assert [one.name for one in board.tables] == ["快递排行", "商品排行", "客服排行", "省份排行"]

    zto = figures(carriers, "中通快递")
    assert {name: cell.verdict for name, cell in zto.items()} == {
        "pickup": "worse",
        "delivery": "worse",
        "breakage": "better",
        "stalls": "worse",
        "complaints": "better",
    }
    assert zto["pickup"].value == pytest.approx(9.47, abs=0.05)
    assert (zto["stalls"].value, zto["stalls"].cases) == (pytest.approx(4 / 19, abs=1e-9), 380)
    assert zto["pickup"].part < 0 < figures(carriers, "圆通速递")["pickup"].part
    assert figures(carriers, "顺丰速运")["pickup"].verdict == "thin"
    row = carriers.row("中通快递")
    assert row is not None
    assert row == carriers.rows[0]
    assert row.worse == 3
    assert "后备快递" in row.advice
    found = orders["carriers", "中通快递"]
    assert {"配送达成率 · 停滞率"} == {one.why for one in found if "停滞率" in one.why}
    assert any(one.why.startswith("平均揽收 9.") for one in found)
    assert not {one.order_id for one in found} & {f"69{day:02}0001" for day in range(20)}

    pickups = [figures(carriers, key)["pickup"].part for key in CARRIERS]
    assert sum(pickups) == pytest.approx(0, abs=1e-9)  # on one straight piece of its curve

    mug = figures(products, "马克杯")
    assert mug["complaints"].verdict == "worse"
    assert mug["complaints"].value == pytest.approx(2 / 8)
    assert {one.why for one in orders["products", "马克杯"]} == {"投诉率"}
    assert len(orders["products", "马克杯"]) == 40
    assert "品退率" not in {column.short for column in products.columns} or mug["quality"].value == 0

    li = figures(agents, "小李")
    assert li["unanswered"].value == pytest.approx(1 / 3)
    assert (li["unanswered"].verdict, li["reply"].verdict) == ("worse", "worse")
    assert agents.rows[0].key == "小李"
    assert len(provinces.rows) == 2
    assert {cell.verdict for row in provinces.rows for cell in row.cells if cell} == {"usual"}


async def test_the_cases_a_row_is_judged_from_are_the_owners_to_say(tmp_path: Path) -> None:
    board, _orders = await asked(tmp_path, records(), league_cases=10)
    assert board.enough == 10
    few = figures(board.tables[0], "顺丰速运")["pickup"]
    assert (few.cases, few.verdict) == (20, "better")


async def test_what_no_source_tells_is_named_and_no_row_is_made_up(tmp_path: Path) -> None:
    tables = records()
    board, _orders = await asked(tmp_path, {**tables, "scans": [], "chats": []})
    carriers, products, provinces = board.tables
    assert carriers.lacking == ("停滞率",)
    assert products.lacking == ("综合评分",)
    assert [one.id for one in (carriers, products, provinces)] == ["carriers", "products", "provinces"]
