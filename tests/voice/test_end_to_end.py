"""The voice from files to the screen: reviews, after-sales and tickets are read, stored, sorted, and shown by `v`."""

from __future__ import annotations

import asyncio
import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from textual.pilot import Pilot

from at_work import at_work
from monitor.test_monitor import config
from screens.driving import Seconds
from shopwatch.app import ShopwatchApp
from shopwatch.board import Board
from shopwatch.config import Config, SourceSection
from shopwatch.hearing import Ear
from shopwatch.monitor import Monitor, open_monitor
from shopwatch.records import Batch, Poll
from shopwatch.warehouse import Brought
from shopwatch.warehouse.complaints import Complained
from until import PATIENCE
from voice.test_sudden import DAY, NOW, REASONS, days_of_orders, warehouse_of, watched
from warehouse_cases import SHANGHAI

AT = datetime.datetime.fromtimestamp(NOW, SHANGHAI)
SAID = (
    "快递太慢了，等了一个星期才到",
    "盒子破了，里面的杯子碎成两半",
    "客服一直不回复，态度很差",
    "收到的颜色和图片完全不一样，色差太大",
)


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def watching(folder: Path, tables: dict[str, tuple[str, tuple[str, ...]]]) -> Config:
    """Return a configuration with a source a table: its files, and its fields by their own names."""
    sources = tuple(
        SourceSection(
            kind="files",
            name=table,
            path=path,
            records=table,
            shop="'shop'",
            map={field: field for field in fields},
            every=0.2,
        )
        for table, (path, fields) in tables.items()
    )
    made = config(folder, source=sources)
    return msgspec.structs.replace(
        made, shop=tuple(msgspec.structs.replace(shop, source=()) for shop in made.shop)
    )


class Counting(Monitor):
    """Writes down when after-sales were taken in, and what was sudden by each refresh begun since."""

    def __init__(self, made: Config, state: Path) -> None:
        super().__init__(made, state, clock=lambda: AT, language="zh_CN")
        self.taken = 0
        self.since: list[int] = []
        self.looked = asyncio.Event()

    async def _take(self, source: str, poll: Poll) -> Brought:
        brought = await super()._take(source, poll)
        self.taken += any(batch.table == "aftersales" for batch in poll.batches)
        return brought

    async def _made_of_changed(self, learn: bool) -> list[Board]:
        taken = self.taken
        boards = await super()._made_of_changed(learn)
        if taken > 1:
            self.since.append(sum(len(board.sudden) for board in boards))
            self.looked.set()
        return boards


async def board_with(monitor: Monitor, records: int) -> Board:
    """Wait for the first board that rests on so many records."""
    async with asyncio.timeout(PATIENCE):
        while True:
            board = monitor.boards.get("shop")
            if board is not None and sum(one.records for one in board.sources) == records:
                return board
            await asyncio.sleep(0.02)


async def seen(pilot: Pilot[Any], *words: str) -> str:
    """Wait until the screen shows these words, and return all that it shows."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await pilot.pause(0.05)
            shown = "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())
            if all(word in shown for word in words):
                return shown


async def test_what_buyers_wrote_in_files_is_on_the_screen(tmp_path: Path) -> None:
    orders, reviews, aftersales, tickets = [], [], [], []
    for n in range(60):
        paid = AT - datetime.timedelta(days=n % 15 + 1)
        orders.append({"order_id": f"69{n:04}", "paid_at": paid, "product_id": f"杯子{n % 3}"})
        stars = 1 if n % 4 == 0 else 5
        text = SAID[n // 4 % 4] if stars == 1 else "很好，很喜欢"
        reviews.append(
            {
                "review_id": f"R{n}",
                "order_id": f"69{n:04}",
                "created_at": paid,
                "product_stars": stars,
                "text": text,
            }
        )
        if n % 10 == 0:
            reason = "质量问题" if n % 20 else "七天无理由"
            aftersales.append(
                {"aftersale_id": f"A{n}", "order_id": f"69{n:04}", "applied_at": paid, "first_reason": reason}
            )
    tickets.append({"ticket_id": "T1", "order_id": "690010", "opened_at": AT, "kind": "complaint"})
    tables: dict[str, tuple[str, tuple[str, ...]]] = {}
    found = {"orders": orders, "reviews": reviews, "aftersales": aftersales, "tickets": tickets}
    for table, rows in found.items():
        lines(tmp_path / f"{table}.ndjson", rows)
        tables[table] = (f"{table}.ndjson", tuple(rows[0]))
    monitor = open_monitor(watching(tmp_path, tables), tmp_path / "state", clock=lambda: AT, language="zh_CN")
    app = ShopwatchApp(monitor, language="zh_CN", monotonic=Seconds())
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            await board_with(monitor, sum(map(len, found.values())))
            await monitor.refresh()
            await seen(pilot, "旗舰店", "估算")
            await pilot.press("v")
            shown = await seen(pilot, "上月同期")
            voice = await monitor.voice("shop")
            app.exit()
    finally:
        await monitor.aclose()
    assert voice is not None
    counts = {one.topic: one.count for one in voice.problems}
    # 15 low ratings go round the four texts; 3 after-sales of quality and the ticket on one of them; none changed their mind
    wanted = {"slow": 4, "damage": 4, "service": 4, "description": 3, "quality": 4}
    assert counts.items() >= wanted.items()
    assert voice.total == 15 + 3 + 1
    for words in ("物流慢", "破损变质", "服务态度", "与描述不符", "质量问题"):
        assert words in shown, shown
    slow = voice.problem("slow")
    assert slow is not None
    assert slow.examples == (SAID[0],)
    assert set(slow.orders) == {"690000", "690016", "690032", "690048"}


async def test_a_burst_in_a_file_is_told_by_the_next_refresh_of_the_monitor(tmp_path: Path) -> None:
    sold = days_of_orders(60, 1_000, 0.02, seed=4)
    assert len(sold) > 60_000
    connection = duckdb.connect()
    rows = "o VARCHAR, paid_at BIGINT, carrier VARCHAR, p VARCHAR, r VARCHAR, a BIGINT"
    connection.execute(f"CREATE TABLE s ({rows})")
    kinds = ("VARCHAR", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "BIGINT")
    columns = [list(column) for column in zip(*sold, strict=True)]
    connection.execute(
        f"INSERT INTO s SELECT {', '.join(f'unnest(CAST(? AS {kind}[]))' for kind in kinds)}", columns
    )

    def written(name: str, select: str) -> None:
        connection.execute(f"COPY (SELECT {select}) TO '{tmp_path / name}' (FORMAT parquet)")

    moment = "strftime(to_timestamp({}) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
    written("orders.parquet", f"o AS order_id, {moment.format('paid_at')} AS paid_at, p AS product_id FROM s")
    written(
        "parcels.parquet",
        f"o AS parcel_id, o AS order_id, carrier, {moment.format('paid_at')} AS waybill_at FROM s",
    )
    applied = (
        f"'A' || o AS aftersale_id, o AS order_id, r AS first_reason, {moment.format('a')} AS applied_at"
    )
    written("aftersales-1.parquet", f"{applied} FROM s WHERE a IS NOT NULL")
    steady = sum(one.applied_at is not None for one in sold)
    tables = {
        "orders": ("orders.parquet", ("order_id", "paid_at", "product_id")),
        "parcels": ("parcels.parquet", ("parcel_id", "order_id", "carrier", "waybill_at")),
        "aftersales": ("aftersales-*.parquet", ("aftersale_id", "order_id", "first_reason", "applied_at")),
    }
    async with at_work(Counting(watching(tmp_path, tables), tmp_path / "state")) as monitor:
        board = await board_with(monitor, 2 * len(sold) + steady)
        assert board.sudden == ()
        zto = [one for one in sold if one.carrier == "中通" and one.applied_at is None][:300]
        connection.execute("CREATE TABLE b (o VARCHAR, r VARCHAR, a BIGINT)")
        connection.executemany(
            "INSERT INTO b VALUES (?, ?, ?)",
            [(one.order_id, REASONS[n % 3 + 1], NOW - 60 * n) for n, one in enumerate(zto)],
        )
        written("aftersales-2.parquet", f"{applied} FROM b")
        async with asyncio.timeout(PATIENCE):
            await monitor.looked.wait()
        board = monitor.boards["shop"]
    assert monitor.since[0] == 1
    (cluster,) = board.sudden
    assert "中通" in cluster.words
    assert cluster.count >= 300
    assert {one.order_id for one in zto} <= set(cluster.orders)


def test_two_months_of_complaints_are_read_again_only_when_one_came_in(tmp_path: Path) -> None:
    sold = days_of_orders(60, 200, 0.05, seed=5)
    warehouse = warehouse_of(tmp_path, sold)
    _refresher, shops = watched(tmp_path, warehouse)
    ear = Ear()

    def told(seconds: int) -> tuple[str, ...]:
        now = AT + datetime.timedelta(seconds=seconds)
        return tuple(one.id for one in ear.sudden(warehouse, shops["shop"], now, str, "zh_CN"))

    assert told(0) == ()
    burst = [one for one in sold if one.carrier == "韵达" and one.applied_at is None][:60]
    path = tmp_path / "burst.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT 'shop' AS shop, 0::BIGINT AS known_at, unnest(?) AS aftersale_id, unnest(?) AS order_id,"
        f" '物流停滞' AS first_reason, {NOW - DAY // 2}::BIGINT AS applied_at) TO '{path}' (FORMAT parquet)",
        [[f"B{one.order_id}" for one in burst], [one.order_id for one in burst]],
    )
    fields = ("shop", "known_at", "aftersale_id", "order_id", "first_reason", "applied_at")
    changed = warehouse.ingest("burst", Poll(batches=(Batch("aftersales", fields, path, 60, "burst"),)))
    assert told(60) == (), "what was found is remembered"
    ear.listen(changed)
    (found,) = told(61)
    assert found.startswith("carrier·topic:韵达")
    assert told(24 * 3600) == (), "and it is looked at anew as time passes"


def test_a_fleet_is_asked_once_and_then_those_that_were_complained_of(tmp_path: Path) -> None:
    sold = days_of_orders(60, 100, 0.05, seed=7)
    warehouse = warehouse_of(tmp_path, sold)
    _refresher, shops = watched(tmp_path, warehouse)
    quiet = [msgspec.structs.replace(shops["shop"], id=f"quiet {n}") for n in range(3)]
    looked: list[str] = []
    asked = warehouse.complaints

    def counted(as_of: int, shop: str, since: int) -> list[Complained]:
        looked.append(shop)
        return asked(as_of, shop, since)

    warehouse.complaints = counted  # type: ignore[method-assign]
    for at in (AT, AT + datetime.timedelta(seconds=10), AT + datetime.timedelta(days=90)):
        ear, alone = Ear(), Ear()
        fleet = [shops["shop"], *quiet]
        ear.pass_over(warehouse, [shop.id for shop in fleet], at)
        told = [ear.sudden(warehouse, shop, at, str, "zh_CN") for shop in fleet]
        assert looked == (["shop"] if at.month == AT.month else []), "in three months nobody complained"
        assert told == [alone.sudden(warehouse, shop, at, str, "zh_CN") for shop in fleet]
        looked.clear()


def test_in_the_first_week_of_a_month_it_looks_at_the_last_thirty_days(tmp_path: Path) -> None:
    sold = days_of_orders(70, 100, 0.05, seed=6)
    warehouse = warehouse_of(tmp_path, sold)
    _refresher, shops = watched(tmp_path, warehouse)
    for day, days, first in (("2026-11-07", 30, "2026-10-08"), ("2026-11-08", None, "2026-11-01")):
        now = datetime.datetime.fromisoformat(day).replace(hour=15, tzinfo=SHANGHAI)
        voice = Ear().voice(warehouse, shops["shop"], now, (), "zh_CN")
        begin = datetime.datetime.fromisoformat(first).replace(hour=15 if days else 0, tzinfo=SHANGHAI)
        blamed = {one.order_id: one for one in sold if one.reason and one.reason != "七天无理由"}
        wanted = sum(begin.timestamp() <= (one.applied_at or 0) <= now.timestamp() for one in blamed.values())
        assert (voice.days, voice.first, voice.total) == (days, begin.date(), wanted)
        assert voice.before > 0
