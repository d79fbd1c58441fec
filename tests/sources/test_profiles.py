"""The shipped profiles, through the front door: files with real header rows in, exact records out."""

from __future__ import annotations

import csv
import datetime
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import export_layouts
from profile_reading import read
from shopwatch.records import TABLES
from shopwatch.sources.expressions import unknown_columns
from shopwatch.sources.profile import Profile, load_profiles, match, shipped

PROFILES = {profile.id: profile for profile in load_profiles()}
REAL = Path(__file__).parents[3] / "shared/data/export-headers.json"
LAYOUTS = {
    "doudian_orders_75": "doudian_order_v1_75",
    "doudian_orders_74": "doudian_order_v2_74",
    "doudian_aftersale": "doudian_aftersale_50",
    "feige_agent_day": "feige_agent_day",
    "taobao_orders_56": "taobao_ExportOrderList_2018_56",
    "taobao_orders_61": "taobao_ExportOrderList_later_61",
    "taobao_refunds": "taobao_refund_42",
    "pinduoduo_orders": "pinduoduo_order",
}
BUYER = re.compile(
    "收件人|收货人|收货地址|手机|电话|会员名|支付宝账号|详细地址|街道|^区$|^市$|姓名|消费者资料|买家留言|退货地址|邮编|用户售后说明"
)

Rows = Sequence[Mapping[str, str]]


def header_rows(profile: str) -> list[tuple[str, ...]]:
    """The least that the profile asks for, and the real header row where it is at hand."""
    least = PROFILES[profile].headers
    return [least, real_headers(profile)] if REAL.exists() else [least]


def real_headers(profile: str) -> tuple[str, ...]:
    if not REAL.exists():
        pytest.skip("../shared/data/export-headers.json is absent")
    return tuple(json.loads(REAL.read_text("utf-8"))[LAYOUTS[profile]]["cols"])


def written(folder: Path, headers: Sequence[str], rows: Rows) -> Path:
    """A file as the seller's tools leave it: GB18030, a blank behind every header."""
    path = folder / "export.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"{header} " for header in headers])
        writer.writerows([row.get(header, "") for header in headers] for row in rows)
    return path


def records(
    folder: Path, profile: str, rows: Rows, shop: str | None = "s1"
) -> dict[str, list[dict[str, Any]]]:
    """Read the same rows under every header row there is; all must agree."""
    found = [read(written(folder, headers, rows), shop) for headers in header_rows(profile)]
    assert all(other == found[0] for other in found)
    return found[0]


def outcomes(
    folder: Path, profile: str, table: str, key: str, cases: Sequence[tuple[Rows, dict[str, object]]]
) -> list[dict[str, object]]:
    """Read every case's rows in one file, each under an id of its own; return what each asks about."""
    rows = [{**row, key: f"\t{n}"} for n, (changed, _expected) in enumerate(cases) for row in changed]
    found = records(folder, profile, rows)
    assert found["rejects"] == []
    by_id = {record[ID_OF[table]]: record for record in found[table]}
    return [{field: by_id[str(n)][field] for field in expected} for n, (_rows, expected) in enumerate(cases)]


ID_OF = {"orders": "order_id", "aftersales": "aftersale_id"}

ORDER = {
    "主订单编号": "\t6920000000000000001",
    "子订单编号": "\t6920000000000000011",
    "选购商品": "收纳箱",
    "商品ID": "\t3600000000000000001",
    "商品数量": "2",
    "订单应付金额": "1,280.50",
    "订单提交时间": "2026-11-01 10:00:00",
    "支付完成时间": "2026-11-01 10:00:30",
    "承诺发货时间": "2026-11-03 10:00:30",
    "订单状态": "待发货",
    "订单类型": "普通订单",
    "省": "浙江省",
    "仓库名称": "华东仓",
    "收件人": "张**",
    "收件人手机号": "138****1234",
}
SECOND_LINE = ORDER | {
    "子订单编号": "\t6920000000000000012",
    "选购商品": "抱枕",
    "商品ID": "\t3600000000000000002",
    "商品数量": "1",
    "订单应付金额": "¥19.50",
}
DONE = {"订单状态": "已完成", "发货时间": "2026-11-02 10:00:00", "订单完成时间": "2026-11-03 10:00:00"}
NOV_1 = int(datetime.datetime(2026, 11, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


def moment(seconds: int) -> int:
    return NOV_1 + seconds


ORDER_STATES: list[tuple[list[dict[str, str]], dict[str, object]]] = [
            ([{"发货时间": "2026-11-02 09:00:00"}, {}], {"shipped_at": None}),
            (
                [{"发货时间": "2026-11-02 09:00:00"}, {"发货时间": "2026-11-02 10:00:00"}],
                {"shipped_at": moment(86400), "finished_at": None, "closed_at": None},
            ),
            (
                [{"发货时间": "2026-11-02 10:00:00"}, {"订单状态": "已关闭"}],
                {"shipped_at": moment(86400), "closed_at": None},
            ),
            (
                [{"订单状态": "已关闭", "订单完成时间": "2026-11-02 10:00:00"}] * 2,
                {"closed_at": moment(86400), "finished_at": None},
            ),
            ([{"订单状态": "已关闭"}] * 2, {"closed_at": moment(30)}),
            ([{"订单状态": "已取消", "支付完成时间": "-"}] * 2, {"paid_at": None, "closed_at": moment(0)}),
            (
                [DONE] * 2,
                {"finished_at": moment(2 * 86400), "closed_at": None},
            ),
            ([{"订单类型": "预售订单"}, {}], {"presale": True}),
            ([{"预约发货时间": "2026-11-09 10:00:00"}, {}], {"presale": True}),
            ([{"订单类型": "福袋订单"}] * 2, {"excluded": True}),
            ([{"流量类型": "超级福袋"}] * 2, {"excluded": True}),
            ([{}, {"订单类型": "赠品"}], {"excluded": False}),
        ]  # fmt: skip


@pytest.mark.parametrize("profile", ["doudian_orders_75", "doudian_orders_74"])
class TestDoudianOrders:
    def test_lines_become_one_order_of_the_dearest_product(self, tmp_path: Path, profile: str) -> None:
        assert records(tmp_path, profile, [SECOND_LINE, ORDER])["orders"] == [
            {
                "shop": "s1",
                "order_id": "6920000000000000001",
                "created_at": moment(0),
                "paid_at": moment(30),
                "promised_ship_at": moment(2 * 86400 + 30),
                "shipped_at": None,
                "finished_at": None,
                "closed_at": None,
                "amount": 130000,
                "product_id": "3600000000000000001",
                "product_name": "收纳箱",
                "quantity": 3,
                "province": "浙江省",
                "warehouse": "华东仓",
                "presale": False,
                "excluded": False,
            }
        ]

    def test_states(self, tmp_path: Path, profile: str) -> None:
        lines: list[tuple[Rows, dict[str, object]]] = [
            ([line | change for line, change in zip((ORDER, SECOND_LINE), changes, strict=True)], expected)
            for changes, expected in ORDER_STATES
        ]
        expected = [states for _lines, states in lines]
        assert outcomes(tmp_path, profile, "orders", "主订单编号", lines) == expected

    def test_a_row_with_a_bad_date_is_kept_aside(self, tmp_path: Path, profile: str) -> None:
        rows = [ORDER | {"主订单编号": "\t1", "支付完成时间": "2026-13-01 00:00:00"}, ORDER]
        found = records(tmp_path, profile, rows)
        assert [order["order_id"] for order in found["orders"]] == ["6920000000000000001"]
        assert [reject["row"] for reject in found["rejects"]] == [1]


def test_a_doudian_parcel_has_a_number_and_perhaps_a_carrier_and_no_times(tmp_path: Path) -> None:
    cells = [
        "中通快递,76543210987654", "YT1234567890123（圆通速递）", "SF1234567890123", "配送员 13812341234", "",
    ]  # fmt: skip
    rows = [
        line | {"快递信息": cell, "发货时间": "2026-11-02 09:00:00", "主订单编号": f"\t{n}"}
        for n, cell in enumerate(cells)
        for line in (ORDER, SECOND_LINE)
    ]
    found = records(tmp_path, "doudian_orders_75", rows)["parcels"]
    place = {"shop": "s1", "warehouse": "华东仓", "province": "浙江省"}
    assert sorted(found, key=lambda parcel: str(parcel["order_id"])) == [
        place | {"parcel_id": "76543210987654", "order_id": "0", "carrier": "中通快递"},
        place | {"parcel_id": "YT1234567890123", "order_id": "1", "carrier": "圆通速递"},
        place | {"parcel_id": "SF1234567890123", "order_id": "2", "carrier": None},
    ]


AFTERSALE = {
    "售后单号": "\t141000000000000001",
    "订单号": "'6920000000000000001",
    "商品ID": "3600000000000000001",
    "商品发货状态": "已发货",
    "售后类型": "退货退款",
    "退商品金额（元）": "¥1,280.50",
    "售后状态": "同意退款，退款成功",
    "售后申请时间": "2026-11-01 10:00:00",
    "售后原因": "质量问题",
    "同意售后申请时间": "2026-11-01 11:00:00",
    "自动处理截止时间": "-",
    "仲裁状态": "-",
    "售后完结时间": "2026-11-02 10:00:00",
    "商家退货联系人电话": "138****1234",
}


def test_a_doudian_aftersale(tmp_path: Path) -> None:
    (found,) = records(tmp_path, "doudian_aftersale", [AFTERSALE])["aftersales"]
    assert found == {
        "shop": "s1",
        "aftersale_id": "141000000000000001",
        "order_id": "6920000000000000001",
        "product_id": "3600000000000000001",
        "amount": 128050,
        "kind": "return",
        "shipped": True,
        "first_reason": "质量问题",
        "reason_class": "quality",
        "applied_at": moment(0),
        "audited_at": moment(3600),
        "finished_at": moment(86400),
        "succeeded": True,
        "platform_handled": None,
        "deadline_at": None,
    }


AFTERSALE_STATES: list[tuple[dict[str, str], dict[str, object]]] = [
    ({"售后类型": "仅退款"}, {"kind": "refund"}),
    ({"售后类型": "换货"}, {"kind": "exchange"}),
    ({"售后类型": "补寄"}, {"kind": "resend"}),
    ({"售后类型": "维修"}, {"kind": "repair"}),
    ({"售后类型": "价保"}, {"kind": None}),
    ({"售后类型": "仅退款", "商品发货状态": "未发货"}, {"shipped": False}),
    ({"商品发货状态": "已签收"}, {"shipped": True}),
    ({"商品发货状态": ""}, {"shipped": True}),
    ({"商品发货状态": "", "售后类型": "仅退款"}, {"shipped": None}),
    ({"商品发货状态": "", "售后类型": "未发货仅退款"}, {"shipped": False, "kind": "refund"}),
    ({"售后状态": "售后关闭"}, {"succeeded": False}),
    ({"售后状态": "换货成功"}, {"succeeded": True}),
    ({"售后状态": "待商家处理", "售后完结时间": "-"}, {"succeeded": None, "finished_at": None}),
    ({"售后完结时间": "", "售后关闭时间": "2026-11-01 12:00:00"}, {"finished_at": moment(7200)}),
    ({"售后完结时间": "", "用户到账时间": "2026-11-01 12:00:00"}, {"finished_at": moment(7200)}),
    ({"同意售后申请时间": "", "商家退款时间": "2026-11-01 12:00:00"}, {"audited_at": None}),
    (
        {"售后类型": "仅退款", "同意售后申请时间": "", "商家退款时间": "2026-11-01 12:00:00"},
        {"audited_at": moment(7200)},
    ),
    ({"自动处理截止时间": "2026-11-03 10:00:00"}, {"deadline_at": moment(2 * 86400)}),
    ({"自动处理截止时间": "已超时"}, {"deadline_at": None}),
    ({"仲裁状态": "仲裁中"}, {"platform_handled": True}),
    ({"仲裁状态": "无仲裁"}, {"platform_handled": False}),
    ({"仲裁状态": "未申请仲裁"}, {"platform_handled": False}),
]


def test_states_of_an_aftersale(tmp_path: Path) -> None:
    cases: list[tuple[Rows, dict[str, object]]] = [
        ([AFTERSALE | changes], expected) for changes, expected in AFTERSALE_STATES
    ]
    expected = [states for _rows, states in cases]
    assert outcomes(tmp_path, "doudian_aftersale", "aftersales", "售后单号", cases) == expected


REASONS = [
    ("质量问题", "quality"),
    ("做工粗糙/有瑕疵", "quality"),
    ("商品与描述不符", "quality"),
    ("假冒品牌", "quality"),
    ("包装/商品破损", "damage"),
    ("运输途中快递压坏", "damage"),
    ("漏液", "damage"),
    ("少件/漏发", "logistics"),
    ("卖家发错货", "logistics"),
    ("未按约定时间发货", "logistics"),
    ("快递一直未送到", "logistics"),
    ("7天无理由退货", "other"),
    ("多拍/错拍/不想要", "other"),
    ("", None),
]


@pytest.mark.parametrize(
    ("profile", "key", "column"),
    [("doudian_aftersale", "售后单号", "售后原因"), ("taobao_refunds", "退款编号", "买家退款原因")],
)
def test_reason_classes(tmp_path: Path, profile: str, key: str, column: str) -> None:
    row = AFTERSALE if profile == "doudian_aftersale" else REFUND
    cases: list[tuple[Rows, dict[str, object]]] = [
        ([row | {column: reason}], {"reason_class": expected}) for reason, expected in REASONS
    ]
    expected = [states for _rows, states in cases]
    assert outcomes(tmp_path, profile, "aftersales", key, cases) == expected


AGENT = {
    "日期": "2026-11-01",
    "店铺id": "\t12345678",
    "店铺名称": "青禾家居",
    "客服昵称": "小青",
    "账号名称": "qinghe:01",
    "人工已接待会话量": "1,024",
    "不满意率": "12.50%",
    "3分钟人工回复率 (会话)": "98.00%",
    "3分钟人工回复率": "97.00%",
    "平均响应时长（秒）": "21.5",
    "新平均响应时长（秒）": "13.9",
}


def test_a_feige_day(tmp_path: Path) -> None:
    total = {"日期": "合计", "店铺id": "", "人工已接待会话量": "9999"}
    found = records(tmp_path, "feige_agent_day", [AGENT, total], shop=None)
    assert found["agent_days"] == [
        {
            "shop": "12345678",
            "agent": "小青",
            "day": 20758,
            "sessions": 1024,
            "mean_reply_seconds": 13.9,
            "dissatisfied_rate": 0.125,
            "replied_in_180s_rate": 0.98,
        }
    ]
    assert found["shop_names"] == [{"shop": "12345678", "name": "青禾家居"}]
    assert found["rejects"] == []


def test_a_feige_day_with_only_the_old_figures(tmp_path: Path) -> None:
    changes = {"新平均响应时长（秒）": "-", "3分钟人工回复率 (会话)": "", "客服昵称": "", "不满意率": "-"}
    (day,) = records(tmp_path, "feige_agent_day", [AGENT | changes])["agent_days"]
    assert day["shop"] == "s1"
    assert day["agent"] == "qinghe:01"
    assert day["mean_reply_seconds"] == 21.5
    assert day["replied_in_180s_rate"] == 0.97
    assert day["dissatisfied_rate"] is None


TAOBAO = {
    "订单编号": '="1234567890123456789"',
    "买家会员名": "张**",
    "总金额": "178.80",
    "买家实际支付金额": "168.80",
    "订单状态": "卖家已发货，等待买家确认",
    "收货地址": "浙江省 ****",
    "订单创建时间": "2026-11-01 10:00:00",
    "订单付款时间": "2026-11-01 10:00:30",
    "宝贝标题": "陶瓷餐具",
    "物流单号": "No:YT1234567890123",
    "物流公司": "圆通速递",
    "宝贝总数量": "2",
    "店铺Id": "0",
    "店铺名称": "青禾家居旗舰店",
}


@pytest.mark.parametrize("profile", ["taobao_orders_56", "taobao_orders_61"])
def test_a_taobao_order(tmp_path: Path, profile: str) -> None:
    found = records(tmp_path, profile, [TAOBAO], shop=None)
    assert found["orders"] == [
        {
            "shop": "青禾家居旗舰店",
            "order_id": "1234567890123456789",
            "created_at": moment(0),
            "paid_at": moment(30),
            "finished_at": None,
            "closed_at": None,
            "amount": 16880,
            "product_name": "陶瓷餐具",
            "quantity": 2,
            "presale": False,
        }
    ]
    assert found["parcels"] == [
        {
            "shop": "青禾家居旗舰店",
            "parcel_id": "YT1234567890123",
            "order_id": "1234567890123456789",
            "carrier": "圆通速递",
        }
    ]
    assert found["shop_names"] == [{"shop": "青禾家居旗舰店", "name": "青禾家居旗舰店"}]


TAOBAO_STATES: list[tuple[dict[str, str], dict[str, object]]] = [
    ({"订单状态": "交易成功", "确认收货时间": "2026-11-02 10:00:00"}, {"finished_at": moment(86400)}),
    ({"订单状态": "交易关闭"}, {"closed_at": moment(30), "finished_at": None}),
    ({"订单状态": "交易关闭", "订单付款时间": ""}, {"closed_at": moment(0), "paid_at": None}),
    ({"买家实际支付金额": "0.00"}, {"amount": 17880}),
    ({"分阶段订单信息": "定金已付"}, {"presale": True}),
]


def test_states_of_a_taobao_order(tmp_path: Path) -> None:
    cases: list[tuple[Rows, dict[str, object]]] = [
        ([TAOBAO | changes], expected) for changes, expected in TAOBAO_STATES
    ]
    expected = [states for _rows, states in cases]
    assert outcomes(tmp_path, "taobao_orders_56", "orders", "订单编号", cases) == expected


REFUND = {
    "订单编号": "\t1234567890123456789",
    "退款编号": "\t987654321",
    "买家退款金额": "168.80",
    "是否需要退货": "是",
    "退款的申请时间": "2026-11-01 10:00:00",
    "退款状态": "退款成功",
    "货物状态": "买家已收到货",
    "客服介入状态": "客服未介入",
    "买家退款原因": "质量问题",
    "退款完结时间": "2026-11-02 10:00:00",
    "卖家手机": "138****1234",
}


def test_a_taobao_refund(tmp_path: Path) -> None:
    assert records(tmp_path, "taobao_refunds", [REFUND])["aftersales"] == [
        {
            "shop": "s1",
            "aftersale_id": "987654321",
            "order_id": "1234567890123456789",
            "amount": 16880,
            "kind": "return",
            "shipped": True,
            "first_reason": "质量问题",
            "reason_class": "quality",
            "applied_at": moment(0),
            "finished_at": moment(86400),
            "succeeded": True,
            "platform_handled": False,
            "deadline_at": None,
        }
    ]


REFUND_STATES: list[tuple[dict[str, str], dict[str, object]]] = [
    ({"是否需要退货": "不需要退货"}, {"kind": "refund"}),
    ({"是否需要退货": "否"}, {"kind": "refund"}),
    ({"是否需要退货": ""}, {"kind": None}),
    ({"业务类型": "换货"}, {"kind": "exchange"}),
    ({"货物状态": "买家未收到货"}, {"shipped": None}),
    ({"货物状态": "买家未收到货", "发货物流信息": "圆通速递"}, {"shipped": True}),
    ({"货物状态": "卖家未发货"}, {"shipped": False}),
    ({"退款状态": "退款关闭"}, {"succeeded": False}),
    (
        {"退款状态": "等待卖家同意", "超时时间": "2026-11-03 10:00:00", "退款完结时间": ""},
        {"succeeded": None, "deadline_at": moment(2 * 86400), "finished_at": None},
    ),
    (
        {"退款状态": "卖家已经同意退款，等待买家退货", "超时时间": "2026-11-03 10:00:00"},
        {"deadline_at": None},
    ),
    ({"客服介入状态": "客服已介入"}, {"platform_handled": True}),
    ({"客服介入状态": "不需客服介入"}, {"platform_handled": False}),
]


def test_states_of_a_taobao_refund(tmp_path: Path) -> None:
    cases: list[tuple[Rows, dict[str, object]]] = [
        ([REFUND | changes], expected) for changes, expected in REFUND_STATES
    ]
    expected = [states for _rows, states in cases]
    assert outcomes(tmp_path, "taobao_refunds", "aftersales", "退款编号", cases) == expected


PINDUODUO = {
    "商品": "老白茶\t",
    "订单号": "261101-123456789012345\t",
    "订单状态": "已发货，待签收\t",
    "商品数量(件)": "1\t",
    "支付时间": "2026-11-01 10:00:30\t",
    "承诺发货时间": "2026-11-03 10:00:30\t",
    "发货时间": "2026-11-02 10:00:00\t",
    "商品id": "600000000001\t",
    "订单成交时间": "2026-11-01 10:00:00\t",
    "售后状态": "无售后或售后取消\t",
    "用户实付金额(元)": "168\t",
    "快递单号": "76543210987654\t",
    "快递公司": "中通快递\t",
    "省": "福建省\t",
    "是否抽奖或0元试用": "否\t",
    "用户购买手机号": "138****1234\t",
}


def test_a_pinduoduo_order(tmp_path: Path) -> None:
    found = records(tmp_path, "pinduoduo_orders", [PINDUODUO])
    assert found["orders"] == [
        {
            "shop": "s1",
            "order_id": "261101-123456789012345",
            "created_at": moment(0),
            "paid_at": moment(30),
            "promised_ship_at": moment(2 * 86400 + 30),
            "shipped_at": moment(86400),
            "finished_at": None,
            "closed_at": None,
            "amount": 16800,
            "product_id": "600000000001",
            "product_name": "老白茶",
            "quantity": 1,
            "province": "福建省",
            "warehouse": None,
            "excluded": False,
        }
    ]
    assert found["parcels"] == [
        {
            "shop": "s1",
            "parcel_id": "76543210987654",
            "order_id": "261101-123456789012345",
            "carrier": "中通快递",
            "warehouse": None,
            "province": "福建省",
        }
    ]


PINDUODUO_STATES: list[tuple[dict[str, str], dict[str, object]]] = [
    ({"订单状态": "未发货，退款成功", "发货时间": ""}, {"closed_at": moment(30), "shipped_at": None}),
    ({"订单状态": "已取消", "支付时间": "", "发货时间": ""}, {"closed_at": moment(0)}),
    ({"是否抽奖或0元试用": "是"}, {"excluded": True}),
]


def test_states_of_a_pinduoduo_order(tmp_path: Path) -> None:
    cases: list[tuple[Rows, dict[str, object]]] = [
        ([PINDUODUO | changes], expected) for changes, expected in PINDUODUO_STATES
    ]
    expected = [states for _rows, states in cases]
    assert outcomes(tmp_path, "pinduoduo_orders", "orders", "订单号", cases) == expected


def test_the_experience_page_as_a_table(tmp_path: Path) -> None:
    page = {
        "日期": "2026-08-02",
        "商品综合评分": "4.8702",
        "商品品质退货率": "0.195%",
        "揽收时长平均": "5.57小时",
        "运单配送时效达成率": "95.79%",
        "飞鸽平均响应时长": "13.872秒",
        "售后平均审核时长": "1.7712",
        "飞鸽会话不满意率": "11.1111%",
        "平台求助率": "-",
    }
    later = page | {"日期": "2026-08-03", "揽收时长平均": "96"}
    path = written(tmp_path, PROFILES["doudian_experience_page_dated"].headers, [page, later])
    found: dict[int, dict[str, float]] = {}
    for record in read(path, "s1")["official"]:
        found.setdefault(record["published_at"], {})[record["item"]] = record["value"]
    first, second = (found[day] for day in sorted(found))
    assert second == first | {"pickup_hours": None}
    assert first == pytest.approx(
        {
            "product_rating": 4.8702,
            "quality_returns": 0.00195,
            "pickup_hours": 5.57,
            "on_time_delivery": 0.9579,
            "reply_seconds": 13.872,
            "audit_hours": 1.7712,
            "dissatisfied": 0.111111,
        }
    )


def test_an_undated_experience_page_is_of_the_moment_it_was_saved(tmp_path: Path) -> None:
    headers = (
        "商品综合评分",
        "发货物流品退率",
        "近30天支付订单数",
        *PROFILES["doudian_experience_page"].headers[1:],
    )
    path = written(tmp_path, headers, [{"商品综合评分": "4.8702", "平台求助率": "0.3937%"}])
    os.utime(path, (moment(0), moment(0)))
    assert read(path, "s1")["official"] == [
        {"shop": "s1", "published_at": moment(0), "item": "platform_help", "value": pytest.approx(0.003937)},
        {"shop": "s1", "published_at": moment(0), "item": "product_rating", "value": 4.8702},
    ]


def test_the_labels_of_a_real_experience_page_are_told() -> None:
    if not REAL.exists():
        pytest.skip("../shared/data/export-headers.json is absent")
    groups = json.loads(REAL.read_text("utf-8"))["doudian_experience_page"]["cols"]
    labels = [label for group in groups for label in group.split(": ")[1].split(", ")]
    undated, dated = (match(headers, load_profiles()) for headers in (labels, ["日期", *labels]))
    assert (undated and undated.id) == "doudian_experience_page"
    assert (dated and dated.id) == "doudian_experience_page_dated"


@pytest.mark.parametrize("profile", LAYOUTS)
def test_a_real_header_row_is_told_from_all_others(profile: str) -> None:
    found = match(real_headers(profile), load_profiles())
    assert found is not None
    assert found.id == profile


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_the_least_header_row_is_told_from_all_others(profile: Profile) -> None:
    assert match(profile.headers, load_profiles()) == profile


@pytest.mark.parametrize(
    ("layout", "profile"),
    [
        (export_layouts.DOUDIAN_ORDERS_75, "doudian_orders_75"),
        (export_layouts.DOUDIAN_ORDERS_74, "doudian_orders_74"),
        (export_layouts.DOUDIAN_AFTERSALE, "doudian_aftersale"),
        (export_layouts.FEIGE_AGENT_DAY, "feige_agent_day"),
    ],
)
def test_the_samples_have_the_real_header_rows(layout: tuple[str, ...], profile: str) -> None:
    assert layout == real_headers(profile)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_a_profile_reads_only_columns_that_its_headers_ask_for_and_never_a_buyer(profile: Profile) -> None:
    for table in profile.table:
        assert set(table.map) <= set(TABLES[table.records].fields)
        for sql in (*table.map.values(), table.where, table.group, profile.shop):
            assert unknown_columns([sql or "1"], profile.headers) == []
    assert not [header for header in profile.headers if BUYER.search(header)]


def test_a_buyers_column_would_be_noticed() -> None:
    buyers = [
        "收件人", "收件人手机号", "街道", "详细地址", "买家会员名", "收货人姓名", "收货地址",
        "联系电话", "联系手机", "用户购买手机号", "商家退货联系人姓名", "卖家电话", "街道/镇", "配送员手机号",
    ]  # fmt: skip
    assert all(BUYER.search(column) for column in buyers)


def test_the_ids_are_told_without_reading_the_profiles() -> None:
    assert shipped() == sorted(PROFILES)
