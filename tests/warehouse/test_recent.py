"""What is usual in a shop: a sample of its recent orders, the same until something comes or goes."""

from __future__ import annotations

from shopwatch.records import Order, Parcel
from shopwatch.scoring.readings import Recent
from shopwatch.warehouse import DuckWarehouse
from shopwatch.warehouse.recent import DAYS, HOUR, MOST
from warehouse_cases import SHOP, at

NOW = at("2026-11-20 20:00")


def paid(number: str, moment: int, shop: str = SHOP) -> Order:
    return Order(
        shop=shop,
        order_id=number,
        paid_at=moment,
        product_id="p1",
        product_name="手机壳",
        province="广东",
        warehouse="义乌",
        known_at=moment,
    )


def test_it_holds_the_orders_paid_in_the_last_days_with_their_parcels_carrier(
    warehouse: DuckWarehouse,
) -> None:
    first = NOW - DAYS * 86400
    orders = [paid("new", NOW), paid("old", first), paid("older", first - 1), paid("next", NOW + 1)]
    warehouse.take("s", "orders", orders)
    parcel = Parcel(shop=SHOP, parcel_id="t", order_id="new", carrier="中通", waybill_at=NOW, known_at=NOW)
    warehouse.take("s", "parcels", [parcel])
    assert sorted(warehouse.recent(NOW, [SHOP])[SHOP], key=str) == sorted(
        [Recent("中通", "手机壳", "义乌", "广东"), Recent(None, "手机壳", "义乌", "广东")], key=str
    )


def test_of_a_large_shop_it_is_a_sample_and_of_each_shop_its_own(warehouse: DuckWarehouse) -> None:
    warehouse.take("s", "orders", [paid(f"o{n}", NOW - n) for n in range(3 * MOST)])
    warehouse.take("s", "orders", [paid(f"o{n}", NOW - n, "other") for n in range(7)])
    found = warehouse.recent(NOW, [SHOP, "other", "nobody"])
    assert {shop: len(sample) for shop, sample in found.items()} == {SHOP: MOST, "other": 7, "nobody": 0}


def test_it_stands_for_an_hour_but_never_while_there_is_nothing(warehouse: DuckWarehouse) -> None:
    begin = NOW // HOUR * HOUR
    assert warehouse.recent(begin, [SHOP])[SHOP] == ()
    warehouse.take("s", "orders", [paid("a", begin)])
    assert len(warehouse.recent(begin, [SHOP])[SHOP]) == 1
    warehouse.take("s", "orders", [paid("b", begin)])
    assert len(warehouse.recent(begin + HOUR - 1, [SHOP])[SHOP]) == 1
    assert len(warehouse.recent(begin + HOUR, [SHOP])[SHOP]) == 2
