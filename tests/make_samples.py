"""Writes the shipped sample exports: `python tests/make_samples.py`, the same bytes every time.

The files look as a seller's do, oddities and all: GB18030, ids behind a TAB, one order over several rows,
blanks at the end of a header cell, masked buyers, and one row that can't be read.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
import json
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import export_layouts
from sample_shops import HOME, NOW, TEA, Chat, Life, Order, Shop, Ticket, seen

FOLDER = Path(__file__).parents[1] / "tui/shopwatch/samples"
UNREADABLE = {
    "主订单编号": "\t6970000000000009999", "子订单编号": "\t69700000000000099991", "选购商品": "折叠收纳箱",
    "商品数量": "1", "商品ID": "\t3651180000001000011", "订单应付金额": "79.00", "订单状态": "待发货",
    "订单提交时间": "2026-11-10 20:14:02", "支付完成时间": "2026-13-10 20:14:31",
}  # fmt: skip

Row = Mapping[str, str]


def text(moment: datetime.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def past(moment: datetime.datetime | None) -> str:
    return text(seen(moment))


def state(order: Order) -> str:
    if order.closed:
        return "已关闭"
    if seen(order.finished):
        return "已完成"
    return "已发货" if seen(order.waybill) else "待发货"


def order_rows(shop: Shop) -> list[Row]:
    return [
        {
            "主订单编号": f"\t{order.order_id}",
            "子订单编号": f"\t{line.line_id}",
            "支付方式": "抖音支付",
            "选购商品": line.product.name,
            "商品ID": f"\t{line.product.product_id}",
            "商品数量": str(line.quantity),
            "商品金额": f"{line.yuan}.00",
            "商品单价": f"{line.product.yuan}.00",
            "订单应付金额": f"{line.yuan:,}.00",
            "订单提交时间": text(order.created),
            "支付完成时间": text(order.paid),
            "订单完成时间": past(order.finished),
            "承诺发货时间": text(order.promised),
            "商家备注": "催过网点" if order.picked is None and order.waybill else "",
            "订单状态": state(order),
            "取消原因": "多拍/错拍/不想要" if order.closed else "-",
            "售后状态": "-",
            "订单类型": order.kind,
            "发货时间": past(order.waybill),
            "收件人": "张**",
            "收件人手机号": "138****1234",
            "省": order.province,
            "市": order.city,
            "详细地址": "****",
            "快递信息": f"{order.carrier},{order.parcel_id}" if seen(order.waybill) else "",
            "仓库名称": order.warehouse,
        }
        for order in shop.orders
        for line in order.lines
    ]


def aftersale_rows(shop: Shop) -> list[Row]:
    return [
        {
            "售后单号": f"\t{ticket.ticket_id}",
            "订单号": f"\t{ticket.order.order_id}",
            "商品单号": f"\t{ticket.order.lines[0].line_id}",
            "商品名称": ticket.order.lines[0].product.name,
            "商品ID": f"\t{ticket.order.lines[0].product.product_id}",
            "应付金额（元）": f"{ticket.order.yuan}.00",
            "商品发货状态": "已发货" if ticket.shipped else "未发货",
            "售后类型": ticket.kind,
            "退商品金额（元）": f"¥{ticket.order.yuan:,}.00",
            "售后状态": ticket.status,
            "售后申请时间": text(ticket.applied),
            "售后原因": ticket.reason,
            "自动处理截止时间": text(ticket.deadline) or "-",
            "同意售后申请时间": text(ticket.audited) or "-",
            "商家退货联系人电话": "138****1234",
            "仲裁状态": "仲裁结束" if ticket.arbitrated else "无仲裁",
            "售后完结时间": text(ticket.finished) or "-",
        }
        for ticket in shop.tickets
    ]


def agent_rows(shop: Shop) -> Sequence[Row]:
    dice = random.Random(20261114)
    days: dict[tuple[str, str], list[Chat]] = {}
    for chat in shop.chats:
        days.setdefault((chat.started.strftime("%Y-%m-%d"), chat.agent), []).append(chat)
    rows = []
    for (day, agent), chats in sorted(days.items()):
        answered = sum(chat.rounds - chat.unanswered for chat in chats) or 1
        rows.append(
            {
                "日期": day,
                "店铺id": "66020026",
                "店铺名称": "山野茶铺(示例)",
                "客服昵称": agent,
                "账号名称": f"shanye:{agent}",
                "人工已接待人数": str(len(chats)),
                "人工已接待会话量": str(len(chats)),
                "不满意率": f"{dice.choice((0, 0, 0, 0, 12.5))}%",
                "3分钟人工回复率 (会话)": f"{dice.choice((100, 100, 95))}%",
                "平均响应时长（秒）": f"{sum(chat.reply_seconds for chat in chats) / answered:.1f}",
                "满意率": "-",
            }
        )
    return rows


def parcel_rows(shop: Shop) -> list[Row]:
    return [
        {
            "运单号": order.parcel_id,
            "订单号": f"\t{order.order_id}",
            "快递公司": order.carrier,
            "发货仓": order.warehouse,
            "省份": order.province,
            "上传单号时间": text(order.waybill),
            "揽收时间": past(order.picked),
            "签收时间": past(order.delivered),
            "应达时间": text(order.due),
            "是否破损": "是" if order.damaged else "否",
        }
        for order in shop.orders
        if seen(order.waybill)
    ]


def review_rows(shop: Shop) -> list[Row]:
    return [
        {
            "评价编号": review.review_id,
            "订单编号": f"'{review.order.order_id}",
            "评价时间": text(review.created),
            "商品评分": str(review.stars),
            "评价内容": review.text,
            "回复时间": text(review.replied),
        }
        for review in shop.reviews
    ]


def chat_lines(shop: Shop) -> str:
    def line(chat: Chat) -> str:
        facts = {
            "chat_id": chat.chat_id, "order_id": chat.order_id, "agent": chat.agent, "human": True,
            "started_at": _offset(chat.started), "ended_at": _offset(chat.ended), "rounds": chat.rounds,
            "reply_seconds": chat.reply_seconds, "unanswered": chat.unanswered, "stars": chat.stars,
            "waiting_since": _offset(chat.waiting),
        }  # fmt: skip
        known = {name: fact for name, fact in facts.items() if fact is not None}
        return json.dumps(known, ensure_ascii=False)

    return "".join(f"{line(chat)}\n" for chat in shop.chats)


def _offset(moment: datetime.datetime | None) -> str | None:
    return f"{moment.isoformat()}+08:00" if moment else None


def csv_of(headers: Sequence[str], rows: Iterable[Row], encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([row.get(header.strip(), "") for header in headers] for row in rows)
    return out.getvalue().encode(encoding)


def table(rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    return csv_of(list(dict.fromkeys(header for row in rows for header in row)), rows, encoding)


def xlsx_of(headers: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Return a workbook of one sheet of text; written by hand, so that it is the same to the byte."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": _relationship("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="售后单" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relationship("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": _sheet(
            [list(headers), *([row.get(h, "") for h in headers] for row in rows)]
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            member = zipfile.ZipInfo(name, (2026, 11, 11, 9, 0, 0))
            archive.writestr(member, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')
    return out.getvalue()


def _relationship(kind: str, target: str) -> str:
    namespace = "http://schemas.openxmlformats.org"
    return (
        f'<Relationships xmlns="{namespace}/package/2006/relationships"><Relationship Id="rId1"'
        f' Type="{namespace}/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
    )


def _sheet(rows: Sequence[Sequence[str]]) -> str:
    def cell(column: int, row: int, content: str) -> str:
        letters = chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)
        return f'<c r="{letters}{row}" t="inlineStr"><is><t>{escape(content)}</t></is></c>'

    body = "".join(
        f'<row r="{n}">{"".join(cell(m, n, content) for m, content in enumerate(row) if content)}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData></worksheet>"
    )


def home() -> Shop:
    """The shop of which everything is known; somebody in its chat is waiting."""
    shop = Life(20261111, HOME, 320, prefix="70", flaws=0.25).live()
    waiting = Chat(
        chat_id="887009999999",
        order_id=shop.orders[-1].order_id,
        agent="小青",
        started=NOW - datetime.timedelta(minutes=3),
        ended=None,
        rounds=1,
        reply_seconds=14,
        unanswered=0,
        stars=None,
        waiting=NOW - datetime.timedelta(seconds=92),
    )
    return dataclasses.replace(shop, tickets=(*shop.tickets, *desk(shop)), chats=(*shop.chats, waiting))


def desk(shop: Shop) -> list[Ticket]:
    """After-sales that wait for the seller: nearly due, of last evening, of the night, and fresh."""
    waiting = {ticket.order.order_id for ticket in shop.tickets}
    arrived = [
        o for o in shop.orders if seen(o.delivered) and o.order_id not in waiting and o.kind == "普通订单"
    ]
    opened = (
        ("2026-11-09 10:20:00", "退货退款", "质量问题"),
        ("2026-11-10 21:40:00", "退货退款", "7天无理由退货"),
        ("2026-11-10 23:35:00", "仅退款", "包装/商品破损"),
        ("2026-11-11 08:31:00", "退货退款", "多拍/错拍/不想要"),
    )
    return [
        Ticket(
            ticket_id=f"14700099900000000{n}",
            order=order,
            kind=kind,
            reason=reason,
            shipped=True,
            applied=applied,
            audited=None,
            finished=None,
            deadline=applied + datetime.timedelta(hours=48),
            status="待商家处理",
        )
        for n, (order, (moment, kind, reason)) in enumerate(zip(arrived[-90::20], opened, strict=False))
        for applied in [datetime.datetime.fromisoformat(moment)]
    ]


def tea() -> Shop:
    """The shop of which only what can be exported is known."""
    return Life(20261116, TEA, 120, prefix="71", flaws=0.15).live()


def help_rows(tickets: Sequence[Ticket]) -> list[Row]:
    disputed = [ticket for ticket in tickets if ticket.status == "售后关闭"][:3]
    rows = [
        {
            "工单号": f"55{n:06d}",
            "订单号": f"\t{ticket.order.order_id}",
            "类型": "纠纷" if n else "投诉",
            "创建时间": text(ticket.finished),
            "完结时间": past((ticket.finished or NOW) + datetime.timedelta(hours=20)),
            "判责": "商家" if n == 1 else "非商家",
            "截止时间": text((ticket.finished or NOW) + datetime.timedelta(hours=24)),
        }
        for n, ticket in enumerate(disputed)
    ]
    asked = NOW - datetime.timedelta(hours=18, minutes=40)
    evidence = {
        "工单号": "55900001",
        "订单号": f"\t{tickets[-1].order.order_id}",
        "类型": "举证",
        "创建时间": text(asked),
        "截止时间": text(asked + datetime.timedelta(hours=24)),
    }
    return [*rows, evidence]


def official_rows() -> list[Row]:
    """What the seller typed in each morning: the page's whole scores, and yesterday's indicators."""
    dice = random.Random(20261113)
    scores = {"product": 76.0, "logistics": 89.0, "service": 95.0}
    weights = {"product": 0.4, "logistics": 0.25, "service": 0.35}
    rows: list[Row] = []
    for day in range(30, 0, -1):
        at = datetime.datetime.combine((NOW - datetime.timedelta(days=day)).date(), datetime.time(11, 0, 36))
        for item in scores:
            scores[item] += dice.uniform(-0.6, 0.5)
        total = sum(scores[item] * weight for item, weight in weights.items()) + 2
        row = {"published_at": text(at), "total": f"{total:.0f}", "bonus": "2"}
        rows.append(row | {item: f"{score:.0f}" for item, score in scores.items()})
    return rows


def stock_rows(shop: Shop) -> list[Row]:
    """What the warehouse counted last night: of the first product hardly any, of the last none was counted."""
    products = {line.product.product_id: line.product for order in shop.orders for line in order.lines}
    counted = NOW.replace(hour=0, minute=30)
    left = [1, 46, 180, 25]
    return [
        {
            "商品编码": f"\t{product_id}",
            "商品名称": product.name,
            "可售库存": str(units),
            "盘点时间": text(counted),
        }
        for units, (product_id, product) in zip(left, sorted(products.items()), strict=False)
    ]


def competitor_rows() -> list[Row]:
    """What the seller noted of two others every few days: of one its whole page, of the other what buyers see."""
    dice = random.Random(20261114)
    scores = {"体验分": 83.0, "商品体验": 78.0, "物流体验": 85.0, "服务体验": 86.0}
    rows: list[Row] = []
    for day in range(88, 0, -4):
        date = (NOW - datetime.timedelta(days=day)).date().isoformat()
        for item in scores:
            scores[item] += dice.uniform(-0.5, 0.7)
        rows.append(
            {"日期": date, "竞店": "木森家居(示例)"}
            | {item: f"{score:.0f}" for item, score in scores.items()}
        )
        if day % 8 == 0:
            rows.append({"日期": date, "竞店": "云朵家纺(示例)", "店铺星级": f"{4.5 + day // 40 / 10:.1f}"})
    return rows


PAGE = """体验分概览
考核行业 食品饮料 | 近30天有效订单数 286 | 更新时间 2026-11-10 11:00:36
我的总分\t加分项\t扣分项
79\t0\t0

商品体验 75分 较前1日 -0.2
商品综合评分
4.6418 较前1日 -0.003
商品品质退货率
1.12% 较前1日 +0.04%
近30天物流签收订单中因商品品质原因产生的订单数 3 / 近30日物流签收订单量 268

物流体验 84分 较前1日 +0.3
平均揽收时长
9.26小时
运单配送时效达成率
93.80%
商品/包装破损退货订单率
0.35%

服务体验 80分 较前1日 持平
售后平均审核时长 6.4小时
飞鸽人工会话平响时长 24.6秒
飞鸽人工会话不满意率(1-3星) 6.25%
平台求助率 0.71%
近30天消费者升级求助平台订单数 1 / 近30天消费者求助商家订单数 141
"""


def files() -> dict[str, bytes]:
    """Return every sample, by its name in the package."""
    full, exported = home(), tea()
    headers_75 = [h + "  " if h in ("选购商品", "订单状态") else h for h in export_layouts.DOUDIAN_ORDERS_75]
    aftersale = export_layouts.DOUDIAN_AFTERSALE
    return {
        "qinghe/exports/orders.csv": csv_of(headers_75, [*order_rows(full), UNREADABLE], "gb18030"),
        "qinghe/exports/aftersales.xlsx": xlsx_of(aftersale, aftersale_rows(full)),
        "qinghe/parcels.csv": table(parcel_rows(full), "utf-8-sig"),
        "qinghe/reviews.csv": table(review_rows(full)),
        "qinghe/chats.ndjson": chat_lines(full).encode(),
        "qinghe/tickets.csv": table(help_rows(full.tickets), "gb18030"),
        "qinghe/stock.csv": table(stock_rows(full)),
        "qinghe/official.csv": table(official_rows()),
        "qinghe/competitors.csv": table(competitor_rows()),
        "shanye/exports/orders.csv": csv_of(
            export_layouts.DOUDIAN_ORDERS_74, order_rows(exported), "gb18030"
        ),
        "shanye/exports/aftersales.csv": csv_of(aftersale, aftersale_rows(exported), "gb18030"),
        "shanye/exports/agent-days.csv": csv_of(
            export_layouts.FEIGE_AGENT_DAY, agent_rows(exported), "gb18030"
        ),
        "lanting/page.txt": PAGE.encode(),
    }


def main() -> None:
    for name, content in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
