"""The worked cases' shops as files: what an operator would drop in, and the configuration beside it."""

from __future__ import annotations

import csv
import datetime
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from export_layouts import DOUDIAN_AFTERSALE, DOUDIAN_ORDERS_74, FEIGE_AGENT_DAY

RESTED = 1_795_000_000  # a file that was just written is left for the next poll

# 物流 falls by 2.0 points an hour of mean pickup and has a weight of 0.20; nothing else of it is weighed.
CURVE = """
weights = { product = 0.4, logistics = 0.2, service = 0.4, on_time_delivery = 0, breakage = 0 }
curves = { pickup_hours = [[0, 100], [25, 50]] }
"""


def at(text: str) -> str:
    """`11-20 20:00`, with seconds or without, as exported files write it."""
    return datetime.datetime.fromisoformat(f"2026-{text}").isoformat(sep=" ")


class Shop:
    """One shop: its rows by canonical table. keys: more of its [[shop]]."""

    def __init__(self, name: str, keys: str = "") -> None:
        """Begin without a row."""
        self.name, self.keys = name, keys
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, **fields: Any) -> None:
        self.tables.setdefault(table, []).append({"shop": self.name, **fields})

    def order(
        self,
        name: str,
        paid: str,
        promised: str | None = None,
        *,
        yuan: float = 300,
        picked_up: str | None = None,
        **more: Any,
    ) -> None:
        due = at(promised) if promised else None
        amount = round(yuan * 100)
        self.add("orders", order_id=name, paid_at=at(paid), promised_ship_at=due, amount=amount, **more)
        if picked_up is not None:
            self.add("parcels", parcel_id=f"P-{name}", order_id=name, picked_up_at=at(picked_up))

    def known_elsewhere(self) -> None:
        """Let the official page carry what these records don't hold, so that there is a modelled total."""
        for item, value in (("product_rating", 4.6), ("reply_seconds", 60.0)):
            self.add("official", item=item, value=value, published_at=at("11-01 11:00"))

    def thousand_picked_up(self) -> None:
        """1,000 orders of 5.6 hours each: Σ 5,600 h."""
        for n in range(1_000):
            day = datetime.date(2026, 10, 24) + datetime.timedelta(days=n % 25)
            noon = f"{day:%m-%d}"
            self.order(f"{self.name}-{n}", f"{noon} 10:00", picked_up=f"{noon} 15:36")


def write(folder: Path, *shops: Shop) -> str:
    """Write their rows as canonical records, a file a table; return the configuration that reads them."""
    text = "".join(f'\n[[shop]]\nid = "{shop.name}"\n{shop.keys}\n' for shop in shops)
    for table in dict.fromkeys(table for shop in shops for table in shop.tables):
        rows = [row for shop in shops for row in shop.tables.get(table, ())]
        path = folder / f"{table}.ndjson"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        os.utime(path, (RESTED, RESTED))
        text += f'\n[[source]]\nkind = "files"\npath = "{path.name}"\nrecords = "{table}"\n'
    return text


def written_csv(path: Path, header: Sequence[str], *rows: dict[str, str]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([row.get(cell, "") for cell in header] for row in rows)
    os.utime(path, (RESTED, RESTED))


def pickup_times(folder: Path) -> str:
    """T1, from a file of one's own with a map."""
    paid = ("11-20 17:59:59", "11-20 18:00:00", "11-20 19:30", "11-21 05:59:59", "11-21 06:00:00")
    rows = [
        {"单号": f"A{n}", "付款时间": at(one), "揽收时间": at("11-21 09:00")} for n, one in enumerate(paid)
    ]
    written_csv(folder / "t1" / "mine.csv", ("单号", "付款时间", "揽收时间"), *rows)
    return """
[[shop]]
id = "t1"
  [[shop.source]]
  kind = "files"
  path = "t1/mine.csv"
  records = "orders"
  map = { order_id = '"单号"', paid_at = '"付款时间"' }
  [[shop.source]]
  kind = "files"
  path = "t1/mine.csv"
  records = "parcels"
  map = { parcel_id = '"单号"', order_id = '"单号"', picked_up_at = '"揽收时间"' }
"""


def rescue() -> Shop:
    """T2: three orders to save, over a thousand picked up."""
    shop = Shop("t2", CURVE)
    shop.known_elsewhere()
    shop.thousand_picked_up()
    shop.order("A", "11-20 17:40", "11-22 17:40")
    shop.order("B", "11-20 18:10", "11-21 23:59:59")
    shop.order("C", "11-20 10:00", "11-22 10:00")
    return shop


def audits() -> Shop:
    """T3."""
    shop = Shop("t3")
    counted: dict[str, Any] = {"kind": "refund", "shipped": True, "succeeded": True}
    for name, applied, audited, more in (
        ("night", "11-20 23:30", "11-21 09:15", {}),
        ("evening", "11-20 22:50", "11-20 23:10", {}),
        ("last", "11-20 22:59:59", "11-21 08:30", {"kind": "return"}),
        ("first", "11-20 23:00:00", "11-20 23:40", {}),
        ("unshipped", "11-20 02:00", "11-21 08:00", {"shipped": False}),
    ):
        fields = {**counted, **more, "applied_at": at(applied), "audited_at": at(audited)}
        shop.add("aftersales", aftersale_id=name, finished_at=at("11-21 12:00"), **fields)
    refused = {**counted, "succeeded": False, "applied_at": at("11-20 22:50")}
    shop.add("aftersales", aftersale_id="refused", finished_at=at("11-21 12:00"), **refused)
    return shop


def chats() -> Shop:
    """T4."""
    shop = Shop("t4")
    for name, started, human, rounds, seconds, unanswered in (
        ("late", "11-20 22:59:50", True, 2, 60, 0),
        ("morning", "11-20 10:00", True, 2, 15, 1),
        ("night", "11-20 23:00:00", True, 1, 500, 0),
        ("machine", "11-20 11:00", False, 3, 900, 2),
    ):
        shop.add(
            "chats", chat_id=name, started_at=at(started), ended_at=at("11-20 23:30"), human=human,
            rounds=rounds, reply_seconds=seconds, unanswered=unanswered,
        )  # fmt: skip
    return shop


def late_orders() -> Shop:
    """T5."""
    shop = Shop("t5")
    for yuan in (120, 300, 6_000):
        shop.order(f"late-{yuan}", "11-18 10:00", "11-20 10:00", yuan=yuan)
    shop.order("late-72-10", "11-17 10:00", "11-20 10:00")
    shop.order("late-72-60", "11-15 08:00", "11-18 08:00")
    return shop


def waybills() -> Shop:
    """T6."""
    shop = Shop("t6")
    for yuan in (10, 300, 900):
        shop.add("orders", order_id=f"O-{yuan}", paid_at=at("11-20 13:00"), amount=yuan * 100)
        picked_up = at("11-21 13:59") if yuan == 300 else None
        shop.add(
            "parcels", parcel_id=f"W-{yuan}", order_id=f"O-{yuan}", waybill_at=at("11-20 14:00"),
            picked_up_at=picked_up,
        )  # fmt: skip
    return shop


TMALL = 'scorecard = "tmall"'


def tmall_late() -> Shop:
    """T5 on Tmall: paid 48 h and a second before LATER's second, and three days earlier; one promised sooner."""
    shop = Shop("t5-tmall", TMALL)
    shop.order("known", "11-01 10:00", picked_up="11-01 12:00")
    for name, paid in (("48h", "11-20 10:00:00"), ("just", "11-20 10:00:01"), ("120h", "11-17 10:00:00")):
        shop.order(name, paid)
    shop.order("sooner", "11-21 10:00", "11-22 04:00")
    shop.order("presale", "11-15 10:00", "11-22 10:00", presale=True)
    return shop


def tmall_waybills() -> Shop:
    """T6 on Tmall."""
    shop = Shop("t6-tmall", TMALL)
    for name, uploaded in (("over", "11-20 13:17:59"), ("open", "11-20 14:00")):
        shop.add("orders", order_id=name, paid_at=at("11-20 13:00"), amount=30_000)
        shop.add("parcels", parcel_id=f"W-{name}", order_id=name, waybill_at=at(uploaded))
    return shop


def tmall_assessed() -> Shop:
    """A shop in its trial: one failed month, one without its last day, and sales short of the next check."""
    facts = 'given = { opened = "2026-05", sales_target_trial = [0, 24000, 82500, 165000], sales_target = 330000 }'
    shop = Shop("assessed", f"{TMALL}\n{facts}")
    shop.order("first", "05-20 10:00", yuan=1)
    for month in ("06", "07", "08", "09", "10"):
        shop.order(f"of-{month}", f"{month}-10 10:00", yuan=4_000, finished_at=at(f"{month}-20 10:00"))
    shop.add("aftersales", aftersale_id="R", order_id="of-10", kind="refund", shipped=True, succeeded=True,
             amount=100_000, applied_at=at("10-21 10:00"), finished_at=at("10-22 10:00"))  # fmt: skip
    printed = {"06-30": 4.5, "07-31": 4.19, "08-30": 4.0, "09-30": 4.2, "10-31": 4.66, "11-20": 4.66}
    for day, points in printed.items():
        shop.add("official", item="total", points=points, published_at=at(f"{day} 11:00"))
    return shop


def product_held_down(name: str, keys: str = "") -> Shop:
    """T7: total 71.4 and product 64, as the page prints them."""
    shop = Shop(name, keys)
    for item, points in (("total", 71.4), ("product", 64.0)):
        shop.add("official", item=item, points=points, published_at=at("11-20 11:00"))
    return shop


def young(name: str, paid: int, bad_address: bool = False) -> Shop:
    """T7: so many paid orders, six of them lucky bags."""
    shop = Shop(name)
    for n in range(paid):
        shop.order(str(n), "11-10 10:00", picked_up="11-10 16:00", excluded=n < 6)
    if bad_address:
        shop.add("events", event_id="E", kind="bad_aftersale_address", happened_at=at("11-15 10:00"))
    return shop


def due_today(name: str, late: int, still_open: int = 0) -> Shop:
    """T8: 800 promised for 11-20; what is still open is due at 23:30."""
    shop = Shop(name)
    for n in range(800 - late - still_open):
        shop.order(f"on-time-{n}", "11-19 10:00", "11-20 15:00", picked_up="11-20 12:00")
    for n in range(late):
        shop.order(f"late-{n}", "11-19 10:00", "11-20 15:00", picked_up="11-20 16:00")
    for n in range(still_open):
        shop.order(f"open-{n}", "11-19 10:00", "11-20 23:30")
    return shop


def batch(picked_up: str | None = None) -> Shop:
    """T9: 37 orders like A of T2, and one of the night."""
    shop = Shop("t9", CURVE)
    shop.known_elsewhere()
    shop.thousand_picked_up()
    for n in range(37):
        shop.order(f"A{n:02}", "11-20 17:40", "11-22 17:40", picked_up=picked_up)
    shop.order("B", "11-20 18:10", "11-21 23:59:59")
    return shop


def exports(folder: Path) -> str:
    """T10: what the marketplace's export buttons give."""
    home = folder / "t10"
    sale = {
        "选购商品": "手机壳", "商品ID": "\t3001", "商品数量": "1", "订单应付金额": "300.00", "收件人": "张**",
        "省": "广东省", "订单状态": "待发货",
    }  # fmt: skip
    days = [f"2026-11-{day:02}" for day in range(1, 20)]
    written_csv(
        home / "orders.csv",
        DOUDIAN_ORDERS_74,
        {
            **sale, "主订单编号": "\t6900000000000000001", "子订单编号": "\t6900000000000000001",
            "订单提交时间": "2026-11-19 09:00:00", "支付完成时间": "2026-11-19 09:00:10",
            "承诺发货时间": "2026-11-21 10:00:00",
        },
        {
            **sale, "主订单编号": "\t6900000000000000002", "子订单编号": "\t6900000000000000002",
            "订单提交时间": "2026-11-18 09:00:00", "支付完成时间": "2026-11-18 09:00:10",
            "承诺发货时间": "2026-11-20 10:00:00", "发货时间": "2026-11-19 15:00:00", "订单状态": "已发货",
        },
    )  # fmt: skip
    written_csv(
        home / "aftersales.csv",
        DOUDIAN_AFTERSALE,
        {
            "售后单号": "\t7001", "订单号": "\t6900000000000000002", "售后类型": "退货退款",
            "商品发货状态": "已发货", "售后状态": "售后完结",
            "售后申请时间": "2026-11-19 10:00:00", "售后原因": "质量问题",
            "同意售后申请时间": "2026-11-19 12:00:00", "售后完结时间": "2026-11-19 18:00:00",
        },
    )  # fmt: skip
    written_csv(
        home / "agents.csv",
        FEIGE_AGENT_DAY,
        *(
            {
                "日期": day, "店铺id": "8001", "店铺名称": "旗舰店", "客服昵称": "小美", "账号名称": "a1",
                "人工已接待会话量": "100", "不满意率": "5%", "3分钟人工回复率 (会话)": "98%",
                "平均响应时长（秒）": "30", "新平均响应时长（秒）": "30",
            }
            for day in days
        ),
    )  # fmt: skip
    return '\n[[shop]]\nid = "t10"\n  [[shop.source]]\n  kind = "files"\n  path = "t10/*.csv"\n'


def write_all(folder: Path) -> Path:
    """Write every shop and the configuration of them all; return its path."""
    shops = (
        rescue(), audits(), chats(), late_orders(), waybills(), product_held_down("t7"),
        product_held_down("t7-60", "lines = { alliance = { product = 60 } }"),
        product_held_down("t7-fruit", 'category = "水果"'), young("t7-29", 35), young("t7-bad", 35, True),
        young("t7-30", 36), due_today("t8-230", 230), due_today("t8-240", 240), due_today("t8-260", 230, 30),
        batch(), tmall_late(), tmall_waybills(), tmall_assessed(),
    )  # fmt: skip
    text = "[defaults]\ndiscover = false\n" + pickup_times(folder) + exports(folder)
    path = folder / "shopwatch.toml"
    path.write_text(text + write(folder, *shops), encoding="utf-8")
    return path
