"""What TOP's answers are wrapped in, and what its errors call for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shopwatch.sources.live.refusals import ContractError, Refusal, Remedy
from shopwatch.sources.taobao.envelope import listed, payload, total

METHOD = "taobao.trades.sold.increment.get"
TRADES = [{"tid": 3600000000000000001}]


@pytest.mark.parametrize(
    "answer",
    [
        {
            "trades_sold_increment_get_response": {
                "total_results": 1,
                "trades": {"trade": TRADES},
                "request_id": "a",
            }
        },
        {"trades_sold_increment_get_response": {"total_results": "1", "trades": TRADES}},
        {"total_results": 1, "trades": TRADES, "request_id": "a"},
    ],
)
def test_wrapped_and_simplified(answer: dict[str, Any]) -> None:
    found = payload(json.dumps(answer).encode(), METHOD)
    assert (listed(found, "trades"), total(found)) == (TRADES, 1)


def test_other_prefixes_stay() -> None:
    body = b'{"tmall_dispute_receive_get_response": {"has_next": false}}'
    assert listed(payload(body, "tmall.dispute.receive.get"), "results") == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"<html>", b'{"trades_sold_increment_get_response": [1]}', b'{"trades": ', b'"\xff"']
)
def test_what_is_no_answer(body: bytes) -> None:
    with pytest.raises(ContractError):
        payload(body, METHOD)


@pytest.mark.parametrize(
    "answer", [{}, {"total_results": 3}, {"total_results": 1, "trades": "none"}, {"has_next": True}]
)
def test_a_missing_list_is_no_empty_page(answer: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        listed(answer, "trades")


@pytest.mark.parametrize(
    ("code", "sub_code", "remedy"),
    [
        (7, "accesscontrol.limited-by-app-access-count", "wait"), (8, "", "wait"), (10, "", "retry"),
        (11, "isv.permission-api-package-limit", "unavailable"), (12, "", "unavailable"), (13, "", "unavailable"),
        (15, "isp.top-remote-connection-timeout", "retry"), (15, "isv.invalid-parameter", "call"),
        (50, "isp.system-busy", "retry"), (21, "", "call"), (25, "", "signature"), (26, "", "authorise"),
        (27, "session-expired", "authorise"), (29, "", "app"), (31, "", "clock"), (41, "", "call"), (900, "isp.x", "retry"),
    ],
)  # fmt: skip
def test_each_error_to_its_remedy(code: int, sub_code: str, remedy: Remedy) -> None:
    body = json.dumps({"error_response": {"code": code, "msg": "no", "sub_code": sub_code}}).encode()
    with pytest.raises(Refusal) as told:
        payload(body, METHOD)
    assert (told.value.remedy, told.value.wait) == (remedy, None)


def test_a_ban_lasts_a_second_longer_than_it_says() -> None:
    words = "This ban will last for 2 more seconds"
    body = json.dumps({"error_response": {"code": 7, "sub_msg": words}}).encode()
    with pytest.raises(Refusal) as told:
        payload(body, METHOD)
    assert told.value.wait == 3
