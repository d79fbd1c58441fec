"""Who sought the merchant: known in part from after-sales alone, and in full once the chats are."""

from __future__ import annotations

from shopwatch.records import Aftersale, Chat, Order
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHOP, at, reading

AS_OF = "2026-11-22 09:00"


def applied(warehouse: DuckWarehouse, orders: int, escalated: int) -> None:
    paid, moment = at("2026-11-18 09:00"), at("2026-11-20 12:00")
    warehouse.take(
        "s", "orders", [Order(shop=SHOP, order_id=f"o{n}", paid_at=paid, known_at=1) for n in range(orders)]
    )
    warehouse.take(
        "s",
        "aftersales",
        [
            Aftersale(
                shop=SHOP,
                aftersale_id=f"a{n}",
                order_id=f"o{n}",
                applied_at=moment,
                escalated_at=moment + 60 if n < escalated else None,
                known_at=1,
            )
            for n in range(orders)
        ],
    )


def test_after_sales_alone_give_a_rate_that_says_it_is_not_whole(warehouse: DuckWarehouse) -> None:
    applied(warehouse, 4, 1)
    found = reading(warehouse, "platform_help", AS_OF)
    assert (found.approximate, found.now) == (True, (1, 4))
    assert found.series[-1] == (1, 4)


def test_with_the_chats_it_is_whole(warehouse: DuckWarehouse) -> None:
    applied(warehouse, 4, 1)
    asked = Chat(
        shop=SHOP, chat_id="c1", order_id=None, started_at=at("2026-11-20 10:00"), human=True, known_at=1
    )
    warehouse.take("s", "chats", [asked])
    found = reading(warehouse, "platform_help", AS_OF)
    assert (found.approximate, found.now) == (False, (1, 5))
