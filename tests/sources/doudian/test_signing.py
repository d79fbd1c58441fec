"""Signatures, as the official Go and PHP SDKs make them."""

from typing import Any, Literal

import pytest

from shopwatch.sources.doudian.signing import canonical, sign

KEY, SECRET = "7000000000000000001", "00000000-1111-2222-3333-444444444444"
VECTORS: list[tuple[str, dict[str, Any], str, str, str]] = [
    (
        "token.create",
        {"shop_id": "4463798", "grant_type": "authorization_self", "code": ""},
        '{"code":"","grant_type":"authorization_self","shop_id":"4463798"}',
        "c24fe368458866e3989dfece82a4b574e4273defb5d02e9e54ef0ea144de0e70",
        "ea7fecfadd6acd8a062a8a88266f1638",
    ),
    (
        "order.searchList",
        {
            "page": 0,
            "size": 100,
            "order_by": "update_time",
            "order_asc": True,
            "update_time_start": 1700000000,
            "update_time_end": 1700003600,
        },
        (
            '{"order_asc":true,"order_by":"update_time","page":0,"size":100,"update_time_end":1700003600,'
            '"update_time_start":1700000000}'
        ),
        "5247aa2d789a972d7047ad5e0a265e8f61b6f42cb973db35cfeee85addf53e52",
        "9212d2926e41fbadcdfd5ab1ec8f89d7",
    ),
    (
        "shop.getExperienceScore",
        {"unset": None},
        "{}",
        "5890ade6edbadba245799309f17bbcb531bf2684679569b2dd67a3bfd5e5fde8",
        "62bb452834aae0b9bcafbd0c0dad1993",
    ),
    (
        "afterSale.List",
        {
            "page": 0,
            "size": 50,
            "order_by": ["update_time asc"],
            "standard_aftersale_status": [6, 7, 12],
            "update_start_time": 1700000000,
            "update_end_time": 1700003600,
        },
        (
            '{"order_by":["update_time asc"],"page":0,"size":50,"standard_aftersale_status":[6,7,12],'
            '"update_end_time":1700003600,"update_start_time":1700000000}'
        ),
        "88b7d9554ef29c8f0a87bf18a257278f44106f5f378a9453659f2cf54ffb8506",
        "2a5d9d3ef0b0bc63013c45709a543ee5",
    ),
    (
        "order.addOrderRemark",
        {
            "order_id": "4781320682406083640",
            "remark": "中文<b>&'\"/é😀",
            "is_add_star": "true",
            "nested": {"z": 1.0, "a": [{"k2": 2, "k1": 1}]},
        },
        (
            '{"is_add_star":"true","nested":{"a":[{"k1":1,"k2":2}],"z":1},"order_id":"4781320682406083640",'
            '"remark":"中文<b>&\'\\"/é😀"}'
        ),
        "98304ad44d690ee6d01d3f5ff21c3a7db7bac5b7be79b813972689ea3b018cb9",
        "a55d414ac6203b2028504066367aa085",
    ),
]


@pytest.mark.parametrize(("method", "params", "text", "hmac", "md5"), VECTORS, ids=[v[0] for v in VECTORS])
def test_vectors(method: str, params: dict[str, Any], text: str, hmac: str, md5: str) -> None:
    assert canonical(params) == text
    assert sign(KEY, SECRET, method, text, "1700000000") == hmac
    assert sign(KEY, SECRET, method, text, "1700000000", "md5") == md5


@pytest.mark.parametrize(
    ("how", "signature"),
    [
        ("md5", "a84d3597bbb7aaeb0540d1022623165c"),
        ("hmac-sha256", "8a5350b8fdacaa753c0885ab9859d382a31de4add09c6943c1d34298bd2165f1"),
    ],
)
def test_vector_of_a_third_party(how: Literal["md5", "hmac-sha256"], signature: str) -> None:
    text = canonical({"page": 0, "size": 100})
    assert sign("appkey123", "secret123", "order.searchList", text, "1800000000", how) == signature


def test_time_on_the_clock_of_beijing_signs_too() -> None:
    text = VECTORS[1][2]
    signature = "8266bca0698095cc4ae60de36d1ebeb71c717189846b5710eb559f13ea2d86d8"
    assert sign(KEY, SECRET, "order.searchList", text, "2023-11-15 06:13:20") == signature


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_never_sent(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"price": number})
