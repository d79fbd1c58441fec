"""TOP's objects as records: what is taken, what each time and amount becomes, and what is never taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shopwatch.sources.complaints import DAMAGE, LOGISTICS, QUALITY, class_of
from shopwatch.sources.profile import load_profiles
from shopwatch.sources.taobao.platform import CHANGED_FIELDS, RATE_FIELDS, REFUND_FIELDS, SOLD_FIELDS
from shopwatch.sources.taobao.records import (
    rate_records,
    refund_records,
    trace_records,
    trade_records,
    vote_records,
)

AT = 1700000000  # 2023-11-15 06:13:20 in Beijing
TRADE: dict[str, Any] = {
    "tid": 3600000000000000001, "status": "WAIT_BUYER_CONFIRM_GOODS", "type": "fixed", "payment": "99.07",
    "created": "2023-11-15 05:00:00", "pay_time": "2023-11-15 05:01:00", "consign_time": "2023-11-15 06:00:00",
    "modified": "2023-11-15 06:13:20", "delivery_time": "2023-11-16 05:01:00", "sign_time": "2023-11-18 05:01:00",
    "receiver_name": "王小明", "receiver_mobile": "13800000000", "receiver_address": "西湖路 1 号", "buyer_nick": "小明",
    "orders": {"order": [
        {"oid": 1, "num_iid": 600000000001, "title": " 木椅\n红 ", "num": 2, "payment": "60.00", "invoice_no": "SF1",
         "logistics_company": "顺丰速运", "consign_time": "2023-11-15 06:00:00"},
        {"oid": 2, "num_iid": 600000000002, "title": "木凳", "num": 1, "payment": "39.07", "invoice_no": "SF1"},
    ]},
}  # fmt: skip


def told(records: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for table, record in records:
        found.setdefault(table, []).append(record)
    return found


@pytest.mark.parametrize("simplified", [False, True])
def test_a_trade(simplified: bool) -> None:
    trade = TRADE | ({"orders": TRADE["orders"]["order"]} if simplified else {})
    found = told(trade_records(trade))
    order, promised = found["orders"]
    assert order == {
        "known_at": AT, "order_id": "3600000000000000001", "created_at": AT - 4400, "paid_at": AT - 4340,
        "shipped_at": AT - 800, "finished_at": None, "closed_at": None, "amount": 9907, "product_id": "600000000001",
        "product_name": "木椅 红", "quantity": 3, "presale": False,
    }  # fmt: skip
    assert promised == {
        "known_at": AT,
        "order_id": "3600000000000000001",
        "promised_ship_at": AT - 4340 + 86400,
    }
    assert found["parcels"] == [
        {"known_at": AT, "parcel_id": "SF1", "order_id": "3600000000000000001", "carrier": "顺丰速运", "waybill_at": AT - 800},
        {"known_at": AT, "parcel_id": "SF1", "promised_delivery_at": AT - 4340 + 3 * 86400},
    ]  # fmt: skip
    everything = json.dumps(found, ensure_ascii=False)
    assert not any(word in everything for word in ("王小明", "13800000000", "西湖路", "小明"))


@pytest.mark.parametrize(
    ("status", "finished", "closed"),
    [
        ("TRADE_FINISHED", AT - 10, None),
        ("TRADE_CLOSED", None, AT - 10),
        ("TRADE_CLOSED_BY_TAOBAO", None, AT - 10),
        ("WAIT_SELLER_SEND_GOODS", None, None),
    ],
)
def test_how_a_trade_ends(status: str, finished: int | None, closed: int | None) -> None:
    (_table, order), *_rest = trade_records({"tid": "1", "status": status, "end_time": "2023-11-15 06:13:10"})
    assert (order["finished_at"], order["closed_at"]) == (finished, closed)


def test_no_field_in_which_a_buyer_could_stand_is_asked_for() -> None:
    for fields in (SOLD_FIELDS, CHANGED_FIELDS, REFUND_FIELDS, RATE_FIELDS):
        for word in ("receiver", "buyer", "nick", "mobile", "phone", "address", "alipay", "ouid"):
            assert word not in fields


def test_a_trace_is_read_by_its_steps_and_not_by_its_status() -> None:
    steps = [
        {"status_time": "2023-11-15 08:00:00", "action": "GOT", "status_desc": "顺丰已揽收"},
        {"status_time": "2023-11-15 07:00:00", "action": "", "status_desc": "商家已通知快递"},
        {"status_time": "2023-11-16 08:00:00", "status_desc": "快件到达杭州转运中心"},
        {"status_time": "2023-11-17 08:00:00", "status_desc": "正在派送,请准备签收"[:6]},
        {"status_time": "2023-11-17 09:00:00", "status_desc": "快件待签收"},
        {"status_time": "2023-11-17 10:00:00", "status_desc": "派送成功,已签收"},
    ]
    trace = {
        "tid": 7,
        "out_sid": "SF1",
        "company_name": "顺丰",
        "status": "ACCEPTED_BY_RECEIVER",
        "trace_list": steps,
    }
    found = told(trace_records(trace, AT))
    assert [scan["kind"] for scan in found["scans"]] == [
        "other",
        "pickup",
        "transit",
        "out",
        "other",
        "delivered",
    ]
    assert found["parcels"][0]["picked_up_at"] == AT + 6400
    assert found["parcels"][0]["delivered_at"] == AT + 6400 + 2 * 86400 + 7200
    (parcel,) = told(trace_records(trace | {"trace_list": {"transit_step_info": steps[:2]}}, AT))["parcels"]
    assert (parcel["delivered_at"], parcel["known_at"]) == (None, AT)
    assert list(trace_records(trace | {"trace_list": []}, AT)) == []


@pytest.mark.parametrize(
    ("refund", "expected"),
    [
        ({"dispute_type": "REFUND", "order_status": "WAIT_SELLER_SEND_GOODS", "status": "WAIT_SELLER_AGREE"},
         ("refund", False, None, None)),
        ({"dispute_type": "REFUND_AND_RETURN", "good_status": "BUYER_RECEIVED", "status": "SUCCESS"},
         ("return", True, AT, True)),
        ({"dispute_type": "TMALL_EXCHANGE", "order_status": "TRADE_FINISHED", "status": "CLOSED"},
         ("exchange", True, AT, False)),
        ({"has_good_return": False, "status": "SELLER_REFUSE_BUYER"}, ("refund", None, None, None)),
        ({"status": "SUCCESS", "end_time": "2023-11-15 06:13:10"}, (None, None, AT - 10, True)),
    ],
)  # fmt: skip
def test_a_refund(refund: dict[str, Any], expected: tuple[Any, ...]) -> None:
    common = {
        "refund_id": "9",
        "tid": 8,
        "refund_fee": "12.30",
        "reason": "质量问题",
        "modified": "2023-11-15 06:13:20",
    }
    (_table, record), *rest = refund_records(common | refund)
    assert tuple(record[name] for name in ("kind", "shipped", "finished_at", "succeeded")) == expected
    assert (record["amount"], record["reason_class"], rest) == (1230, "quality", [])


def test_a_deadline_is_the_sellers_alone() -> None:
    reminder = {"exist_timeout": True, "timeout": "2023-11-15 06:13:30"}
    for status, deadline in (("WAIT_SELLER_AGREE", [AT + 10]), ("WAIT_BUYER_RETURN_GOODS", [])):
        refund = {"refund_id": "9", "status": status, "refund_remind_timeout": reminder}
        found = told(refund_records(refund))["aftersales"]
        assert [record["deadline_at"] for record in found if "deadline_at" in record] == deadline


def test_a_rate_has_no_stars_but_those_for_the_shipping() -> None:
    rate = {"tid": 8, "oid": 81, "num_iid": 7, "result": "good", "created": "2023-11-15 06:13:20", "content": "好\u202e",
            "logistics_service_score": 4, "nick": "小**明", "rated_nick": "店"}  # fmt: skip
    assert told(rate_records(rate)) == {
        "reviews": [{
            "review_id": "81", "order_id": "8", "product_id": "7", "created_at": AT, "logistics_stars": 4.0, "text": "好",
        }]
    }  # fmt: skip


def test_a_vote_tells_nobody_who_cast_it() -> None:
    vote = {
        "eval_code": 1,
        "eval_sender": "cntaobao小明",
        "eval_recer": "cntaobao店:小红",
        "eval_time": "2023-11-15 06:13:20",
    }
    (chat,) = told(vote_records(vote))["chats"]
    assert (chat["agent"], chat["stars"], chat["ended_at"]) == ("店:小红", 4.0, AT)
    assert "小明" not in json.dumps(chat, ensure_ascii=False)
    assert list(vote_records(vote | {"eval_code": 9})) == []


def test_reasons_are_classed_as_in_the_exports_of_the_same_marketplace() -> None:
    profile = next(profile for profile in load_profiles() if profile.id == "taobao_refunds")
    sql = profile.table[0].map["reason_class"]
    for words in (DAMAGE, LOGISTICS, QUALITY):
        assert f"'{words}'" in sql
    assert [class_of(reason) for reason in ("运输破损", "发错货", "做工差", "不想要了", None)] == [
        "damage", "logistics", "quality", "other", None,
    ]  # fmt: skip
