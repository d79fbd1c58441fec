"""Kuaishou's signatures, by vectors on which three clients agree."""

from __future__ import annotations

import pytest

from shopwatch.sources.kuaishou.signing import SignMethod, sign

SECRET = "0123456789abcdef0123456789abcdef"
COMMON = {
    "appkey": "ks7000000000000000",
    "access_token": "fakeToken",
    "timestamp": "1700000000000",
    "version": "1",
}
PARAMS = {
    "open.order.cursor.list": (
        '{"beginTime":1699900000000,"cursor":"","endTime":1700000000000,"orderViewStatus":1,"pageSize":50}'
    ),
    "open.score.shop.get": "{}",
    "open.comment.list.get": (
        '{"createTimeFrom":1699900000000,"createTimeTo":1700000000000,"itemTitle":"短袖","limit":20,"offset":0}'
    ),
}
VECTORS: list[tuple[str, SignMethod, str]] = [
    ("open.order.cursor.list", "MD5", "98abdfc097fe31a860c1fa729c46d80b"),
    ("open.order.cursor.list", "HMAC_SHA256", "eF3ODHXmTaLY2pIEwYFp92J3yb7/K2sgB07FLh9YMsE="),
    ("open.score.shop.get", "MD5", "99fcd35b53a4b9cbef1c603ef1135cc8"),
    ("open.score.shop.get", "HMAC_SHA256", "73KdiDhs9X0yTXjMeI7pr5ogRJCOtqoj6jkLq0l6MGY="),
    ("open.comment.list.get", "MD5", "df4ac04158ef1584bae78433b6ab7bb0"),
    ("open.comment.list.get", "HMAC_SHA256", "tVfqJj38xMXqnCaZq/ZPeuYYyaJZlPEe3E7IM+lHE3Y="),
]


@pytest.mark.parametrize(("name", "method", "signature"), VECTORS)
def test_vectors(name: str, method: SignMethod, signature: str) -> None:
    params = COMMON | {"method": name, "signMethod": method, "param": PARAMS[name]}
    assert sign(params, SECRET, method) == signature
    assert sign(params | {"sign": "old"}, SECRET, method) == signature
