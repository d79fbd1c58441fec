from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import HOUR, aftersale, assessed, order, waybill
from shopwatch.risk.causes import log_tail
from shopwatch.scoring.readings import Exposure

GUANGDONG: dict[str, Any] = {"carrier": "中通", "province": "广东"}


def stuck(count: int, first: int = 0, **more: Any) -> list[Exposure]:
    return [waybill(f"stuck-{first + n}", "11-19 08:00", yuan=300, **more) for n in range(count)]


def fresh(count: int, **more: str) -> list[Exposure]:
    return [waybill(f"fresh-{more}-{n}", "11-20 18:00", yuan=300, **more) for n in range(count)]


def test_a_carriers_region_that_stands_still_is_one_row() -> None:
    others = fresh(30, carrier="圆通", province="浙江") + fresh(20, carrier="中通", province="四川")
    result = assessed("11-20 20:00", stuck(41, **GUANGDONG) + others)
    (cause,) = result.causes
    assert (cause.by, cause.key, cause.count) == ("carrier·province", "中通·广东", 41)
    assert (cause.title, cause.stage) == ("中通·广东 41 单 揽收停滞 36h", "待揽收")
    assert sorted(cause.order_ids) == sorted(f"stuck-{n}" for n in range(41))
    assert cause.yuan_at_risk == 41 * 75.0
    assert {risk.cause for risk in result.risks if risk.subject_id.startswith("stuck")} == {cause.id}
    assert {risk.cause for risk in result.risks if risk.subject_id.startswith("fresh")} == {None}


def test_a_whole_carrier_is_named_as_such() -> None:
    provinces = ["广东", "浙江", "四川", "江苏"]
    broken = [one for n, p in enumerate(provinces) for one in stuck(8, n * 8, carrier="中通", province=p)]
    sound = [one for p in provinces for one in fresh(12, carrier="圆通", province=p)]
    (cause,) = assessed("11-20 20:00", broken + sound).causes
    assert (cause.by, cause.key, cause.count) == ("carrier", "中通", 32)


def test_trouble_spread_evenly_has_no_cause() -> None:
    carriers = ["中通", "圆通", "韵达", "顺丰"]
    even = [one for n, c in enumerate(carriers) for one in stuck(6, n * 6, carrier=c) + fresh(6, carrier=c)]
    assert assessed("11-20 20:00", even).causes == ()


@pytest.mark.parametrize(("count", "found"), [(4, 0), (12, 1)])
def test_a_few_are_single_cases(count: int, found: int) -> None:
    result = assessed("11-20 20:00", stuck(count, carrier="中通") + fresh(60, carrier="圆通"))
    assert len(result.causes) == found


def test_a_shop_with_one_carrier_cannot_blame_it() -> None:
    assert assessed("11-20 20:00", stuck(40, carrier="中通")).causes == ()


def test_a_product_that_suddenly_comes_back_is_a_cause_by_its_number() -> None:
    products = [f"商品{n}" for n in range(10)]
    orders = [order(f"O{n}", "11-20 17:00", product_name=products[n % 10]) for n in range(60)]
    returns = [aftersale(f"R{n}", "11-20 16:00", product_name="商品3") for n in range(15)]
    returns += [aftersale(f"S{n}", "11-20 16:00", product_name=products[n % 10]) for n in range(5)]
    (cause,) = assessed("11-20 20:00", orders + returns).causes
    assert (cause.by, cause.key, cause.stage) == ("product", "商品3", "售后待审")
    assert cause.count >= 15


def test_points_of_a_batch_are_worked_out_together() -> None:
    held = [order(f"H{n}", "11-18 16:00", warehouse="义乌", yuan=300) for n in range(20)]
    sound = [order(f"F{n}", "11-20 17:00", warehouse="广州", yuan=300) for n in range(40)]
    (cause,) = assessed("11-20 20:00", held + sound).causes
    assert (cause.by, cause.key, cause.count) == ("warehouse", "义乌", 20)
    assert cause.points_at_risk == pytest.approx(20 * 12 / 1_020 * 0.4, abs=1e-9)
    assert cause.seconds_left == -4 * HOUR


def test_orders_whose_parcels_stand_still_are_one_row_with_them() -> None:
    numbered = stuck(12, **GUANGDONG)
    paid = [order(one.subject_id, "11-17 10:00", yuan=300, **GUANGDONG) for one in numbered]
    sound = [order(f"F{n}", "11-20 17:00", carrier="圆通", province="浙江") for n in range(40)]
    result = assessed("11-20 20:00", numbered + paid + sound + fresh(30, carrier="圆通", province="浙江"))
    (cause,) = result.causes
    assert (cause.title, cause.stage, cause.count) == ("中通·广东 12 单 揽收停滞 36h", "待揽收", 12)
    assert cause.why == "同一快递与省份:82 单未结中占 12 单,非偶然"
    assert (cause.points_at_risk or 0) > 0  # of the orders' mean
    assert cause.yuan_at_risk == 12 * (75.0 + 3.0)  # dead tracking of the parcels, out of stock of the orders
    rows = [risk for risk in result.risks if (risk.order_id or "").startswith("stuck")]
    assert {(risk.stage, risk.cause) for risk in rows} == {("待揽收", cause.id)}
    assert {risk.stage for risk in result.risks if risk.order_id in {f"F{n}" for n in range(40)}} == {
        "待发货"
    }


def test_unproved_orders_accuse_nobody() -> None:
    shipped = [order(f"U{n}", "11-17 10:00", carrier="中通", proved=False) for n in range(30)]
    sound = [order(f"F{n}", "11-20 17:00", carrier="圆通") for n in range(40)]
    assert assessed("11-20 20:00", shipped + sound).causes == ()


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.01, 0.99))
def test_the_bound_is_never_below_the_exact_tail(trials: int, hits: int, chance: float) -> None:
    hits = min(hits, trials)
    exact = sum(
        math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1)
    )
    assert math.exp(log_tail(hits, trials, chance)) >= exact * (1 - 1e-9)
