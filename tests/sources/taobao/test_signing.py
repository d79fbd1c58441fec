"""TOP's signatures, by the example of its own documentation (the first) and by vectors that several clients share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.sources.taobao.signing import SignMethod, sign, signed_text

COMMON = {"app_key": "12345678", "session": "test", "format": "json", "v": "2.0"}
LATER = {"timestamp": "2023-11-15 06:13:20"}
CALLS = {
    "item": {
        "method": "taobao.item.seller.get", "fields": "num_iid,title,nick,price,num", "num_iid": "11223344",
        "timestamp": "2016-01-01 12:00:00",
    },
    "increment": {
        "method": "taobao.trades.sold.increment.get", "fields": "tid,status,payment,modified,orders",
        "start_modified": "2023-11-15 05:30:00", "end_modified": "2023-11-15 06:00:00",
        "page_no": "1", "page_size": "40", "use_has_next": "true", **LATER,
    },
    "rates": {
        "method": "taobao.traderates.get", "fields": "tid,oid,result,created,content,logistics_service_score",
        "rate_type": "get", "role": "buyer", "start_date": "2023-11-14 00:00:00", "end_date": "2023-11-15 00:00:00",
        "page_no": "1", "page_size": "150", "use_has_next": "true", **LATER,
    },
    "chinese": {
        "method": "taobao.refunds.receive.get", "fields": "refund_id,tid,status", "buyer_nick": "测试买家01",
        "page_no": "1", "page_size": "40", **LATER,
    },
}  # fmt: skip
VECTORS: list[tuple[str, SignMethod, str]] = [
    ("item", "md5", "66987CB115214E59E6EC978214934FB8"),
    ("item", "hmac", "D56D7858309C31B6251083A874D48273"),
    ("item", "hmac-sha256", "04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8"),
    ("increment", "md5", "0B1B3466D1773E86795F69B1F5DCBFEE"),
    ("increment", "hmac", "7CE6576B49125C0151BB86E0DD0EB878"),
    ("increment", "hmac-sha256", "393C6430DD6A218015E3947E7B435E5AA8210EF8E54B3ED0ED364D31C3D6CF31"),
    ("rates", "md5", "8C2AE3A07EEBCA2A204D5EF559B1465F"),
    ("rates", "hmac", "0CDC9A4F7D9F059F25F1E6E161CBA6C1"),
    ("rates", "hmac-sha256", "4EB42848BEA796B719BA730DA7B8C16FF0E91A54BF7B8E63236C270C3A9050C7"),
    ("chinese", "md5", "47B6CEF6B2BCC93D74D53531A7DE9872"),
    ("chinese", "hmac", "75D60AB90DFDF930EAAC3128ECB7DEA0"),
    ("chinese", "hmac-sha256", "755AE913290AF5D97F37D350D6304AD95D681E50A90BEF60A95C9A214432ABA1"),
]


@pytest.mark.parametrize(("call", "method", "signature"), VECTORS)
def test_vectors(call: str, method: SignMethod, signature: str) -> None:
    assert sign(COMMON | CALLS[call] | {"sign_method": method}, "helloworld", method) == signature


def test_the_text_of_the_official_example() -> None:
    assert signed_text(COMMON | CALLS["item"] | {"sign_method": "md5"}) == (
        "app_key12345678fieldsnum_iid,title,nick,price,numformatjsonmethodtaobao.item.seller.get"
        "num_iid11223344sessiontestsign_methodmd5timestamp2016-01-01 12:00:00v2.0"
    )


@given(st.dictionaries(st.text(min_size=1), st.text()), st.sampled_from(["md5", "hmac", "hmac-sha256"]))
def test_neither_order_nor_empty_values_nor_an_old_signature_count(
    params: dict[str, str], method: SignMethod
) -> None:
    shuffled = dict(reversed(params.items())) | {"empty": "", "sign": "OLD"}
    bare = {name: value for name, value in params.items() if name not in ("empty", "sign")}
    assert sign(shuffled, "secret", method) == sign(bare, "secret", method)
