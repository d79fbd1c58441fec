from __future__ import annotations

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import HOUR, aftersale, assessed, order, waybill
from shopwatch.risk.hypergeometric import log_at_least
from shopwatch.scoring.readings import Exposure, Recent

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
    assert cause.why == "同一快递与省份:异常 12 单中占 12 单,而全部订单中只占 23%,非偶然"
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


def test_where_nothing_sound_is_left_open_the_recent_orders_say_what_is_usual() -> None:
    """The rest was picked up long ago: among what is open there is nothing to compare the stuck ones with."""
    recent = [Recent(**anywhere(random.Random(n))) for n in range(300)]
    assert assessed("11-20 20:00", stuck(41, **GUANGDONG)).causes == ()
    (cause,) = assessed("11-20 20:00", stuck(41, **GUANGDONG), recent=recent).causes
    assert (cause.by, cause.key, cause.count) == ("carrier·province", "中通·广东", 41)
    only = [Recent(carrier="中通", province="广东") for _ in range(300)]
    assert assessed("11-20 20:00", stuck(41, **GUANGDONG), recent=only).causes == ()


def test_a_province_that_no_carrier_reaches_is_a_cause_of_its_own() -> None:
    carriers = ["中通", "圆通", "韵达", "顺丰"]
    shut = [one for n, c in enumerate(carriers) for one in stuck(6, n * 6, carrier=c, province="新疆")]
    sound = [one for c in carriers for one in fresh(15, carrier=c, province="浙江")]
    (cause,) = assessed("11-20 20:00", shut + sound).causes
    assert (cause.by, cause.key, cause.count) == ("province", "新疆", 24)
    assert cause.why.startswith("同一省份")


def test_two_causes_at_once_are_two_rows_and_neither_makes_a_third() -> None:
    depot = stuck(20, 0, carrier="中通", province="广东")
    product = stuck(15, 50, carrier="圆通", province="浙江", product_name="手机壳")
    sound = [
        one
        for carrier in ("中通", "圆通", "韵达")
        for province in ("四川", "浙江", "江苏")
        for one in fresh(10, carrier=carrier, province=province, product_name="数据线")
    ]
    causes = assessed("11-20 20:00", depot + product + sound).causes
    assert {(cause.key, cause.count) for cause in causes} == {("中通·广东", 20), ("手机壳", 15)}


def test_many_parcels_of_one_order_are_one_case() -> None:
    parcels = [waybill(f"p{n}", "11-19 08:00", order_id="O1", **GUANGDONG) for n in range(12)]
    assert assessed("11-20 20:00", parcels + fresh(60, carrier="圆通", province="浙江")).causes == ()


def test_a_slight_difference_is_no_cause_however_sure() -> None:
    """60 % of one carrier's are late and 40 % of the others': with thousands that is no chance, and no news."""
    late = stuck(1800, carrier="中通") + stuck(1200, 1800, carrier="圆通")
    sound = fresh(1200, carrier="中通") + fresh(1800, carrier="圆通")
    assert assessed("11-20 20:00", late + sound).causes == ()


PLACES = [(c, p) for c in ("中通", "圆通", "韵达", "顺丰") for p in ("广东", "浙江", "四川", "江苏", "山东")]


def anywhere(dice: random.Random) -> dict[str, str]:
    carrier, province = dice.choice(PLACES)
    return {"carrier": carrier, "province": province, "product": f"商品{dice.randrange(12)}"}


def spread(count: int, dice: random.Random, late: float) -> list[Exposure]:
    """Things open by the same chances everywhere, some of them late by the same chance."""
    found = []
    for n in range(count):
        where = anywhere(dice)
        where["product_name"] = where.pop("product")
        uploaded = "11-19 08:00" if dice.random() < late else "11-20 18:00"
        found.append(waybill(f"even-{n}", uploaded, yuan=300, **where))
    return found


def test_uniform_trouble_hardly_ever_has_a_cause() -> None:
    """The promise is one shop in a thousand; of 300 more than two would be no accident."""
    found = 0
    for seed in range(300):
        dice = random.Random(seed)
        even = spread(dice.randint(20, 200), dice, dice.choice([0.05, 0.2, 0.5, 0.95]))
        recent = [Recent(**anywhere(dice)) for _ in range(200)]
        found += bool(assessed("11-20 20:00", even, recent=recent).causes)
    assert found <= 2


@given(st.integers(0, 10_000), st.integers(12, 60), st.integers(60, 200))
def test_a_planted_cluster_always_shows(seed: int, count: int, others: int) -> None:
    dice = random.Random(seed)
    planted = stuck(count, carrier="极兔", province="云南")
    causes = assessed("11-20 20:00", planted + spread(others, dice, 0.05)).causes
    assert ("极兔·云南", count) in [(cause.key, cause.count) for cause in causes]


sizes = st.integers(1, 60)


@given(sizes, sizes, sizes, st.data())
def test_the_tail_is_the_exact_sum_of_counts(
    marked: int, drawn: int, spare: int, data: st.DataObject
) -> None:
    all_ = max(marked, drawn) + spare
    hits = data.draw(st.integers(-1, min(marked, drawn) + 1))
    ways = sum(
        math.comb(marked, k) * math.comb(all_ - marked, drawn - k)
        for k in range(max(0, hits), min(marked, drawn) + 1)
        if drawn - k <= all_ - marked
    )
    exact = ways / math.comb(all_, drawn)
    assert math.exp(log_at_least(hits, marked, drawn, all_)) == pytest.approx(exact, rel=1e-9, abs=1e-15)


@given(st.integers(1, 400), st.integers(1, 400), st.integers(1, 400))
def test_more_hits_are_never_more_likely(marked: int, drawn: int, spare: int) -> None:
    all_ = marked + drawn + spare
    tails = [log_at_least(hits, marked, drawn, all_) for hits in range(min(marked, drawn) + 2)]
    assert tails[0] == 0.0
    assert all(after <= before + 1e-9 for before, after in itertools.pairwise(tails))


def test_the_far_tail_of_a_large_fleet_neither_overflows_nor_loses_itself() -> None:
    assert log_at_least(5_000, 5_000, 5_000, 1_000_000) == pytest.approx(
        -(math.lgamma(1_000_001) - math.lgamma(5_001) - math.lgamma(995_001)), rel=1e-9
    )
    assert log_at_least(4_000, 500_000, 10_000, 1_000_000) == pytest.approx(0.0, abs=1e-12)
