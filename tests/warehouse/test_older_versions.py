"""The older versions of the Douyin score, from records: what they counted that today's doesn't."""

from __future__ import annotations

import datetime

import pytest

from shopwatch.records import Aftersale, Chat, Order, Parcel, Record, Review, Ticket
from shopwatch.rulebook import scorecards
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import ShopReadings, Sum2
from shopwatch.scoring.score import score
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at

CARDS = scorecards()
MAY, JULY, LEGACY = (CARDS[f"douyin{key}"] for key in ("@2026-05-07", "@2026-07-14", "-legacy@2020-10-09"))
AS_OF = "2026-08-02 12:00"


def order(n: int, **fields: object) -> Order:
    known: dict[str, object] = {"paid_at": at("2026-07-20 10:00"), "finished_at": at("2026-07-24 10:00")}
    return Order(shop=SHOP, order_id=f"o{n}", known_at=1, **{**known, **fields})  # type: ignore[arg-type]


def review(n: int, stars: float, day: str = "2026-07-25", **fields: object) -> Review:
    return Review(
        shop=SHOP, review_id=f"r{n}", created_at=at(f"{day} 09:00"), product_stars=stars, known_at=1, **fields  # type: ignore[arg-type]
    )  # fmt: skip


def aftersale(n: int, **fields: object) -> Aftersale:
    known: dict[str, object] = {
        "order_id": f"o{n}", "kind": "return", "shipped": True, "succeeded": True,
        "applied_at": at("2026-07-25 10:00"), "audited_at": at("2026-07-25 20:00"),
        "finished_at": at("2026-07-28 10:00"), "deadline_at": at("2026-07-27 10:00"),
    }  # fmt: skip
    return Aftersale(shop=SHOP, aftersale_id=f"a{n}", known_at=1, **{**known, **fields})  # type: ignore[arg-type]


def readings(warehouse: DuckWarehouse, card: str, as_of: str = AS_OF) -> ShopReadings:
    return warehouse.readings(CARDS[card], SHANGHAI, at(as_of), [SHOP])[SHOP]


def take(warehouse: DuckWarehouse, **tables: list[Record]) -> None:
    for table, records in tables.items():
        warehouse.take("test", table, records)


@pytest.mark.parametrize("key", list(CARDS))
def test_the_sums_of_every_shipped_scorecard_can_be_asked_for(warehouse: DuckWarehouse, key: str) -> None:
    take(
        warehouse,
        orders=[order(1)],
        parcels=[Parcel(shop=SHOP, parcel_id="p1", order_id="o1", delivered_at=at("2026-07-22 10:00"))],
        reviews=[review(1, 5)],
        aftersales=[aftersale(1)],
        chats=[Chat(shop=SHOP, chat_id="c1", started_at=at("2026-07-25 10:00"), human=True, rounds=2)],
        tickets=[Ticket(shop=SHOP, ticket_id="t1", order_id="o1", opened_at=at("2026-07-25 10:00"))],
    )
    found = readings(warehouse, key)
    assert set(found.indicators) == {rule.id for rule in CARDS[key].indicator}
    assert warehouse.exposures(CARDS[key], SHANGHAI, at(AS_OF), [SHOP]) is not None
    assert score(Model(scorecard=CARDS[key]), found).stage in ("growth", "formal")


def test_after_sales_in_time(warehouse: DuckWarehouse) -> None:
    late = at("2026-07-27 10:01")
    take(
        warehouse,
        orders=[order(n) for n in range(8)],
        aftersales=[
            aftersale(0),
            aftersale(1, audited_at=at("2026-07-27 10:00")),
            aftersale(2, audited_at=late),
            aftersale(3, kind="refund", audited_at=None, finished_at=late),
            # none of these counts: the marketplace's doing, unsuccessful, not shipped, an exchange
            aftersale(4, kind="refund", platform_handled=True, audited_at=late),
            aftersale(5, succeeded=False, audited_at=late),
            aftersale(6, kind="refund", shipped=False, audited_at=late),
            aftersale(7, kind="exchange", audited_at=late),
        ],
    )
    assert readings(warehouse, MAY.key).indicators["aftersale_on_time"].now == Sum2(2, 4)


def test_logistics_returns_go_by_the_first_reason(warehouse: DuckWarehouse) -> None:
    take(
        warehouse,
        orders=[order(n) for n in range(4)],
        aftersales=[
            aftersale(0, reason_class="logistics"),
            aftersale(1, reason_class="quality"),
            aftersale(2, reason_class="quality", applied_at=at("2026-07-24 10:00")),
            Aftersale(
                shop=SHOP, aftersale_id="later", order_id="o2", kind="return", reason_class="logistics",
                applied_at=at("2026-07-29 10:00"), known_at=1,
            ),
        ],
    )  # fmt: skip
    for key in (MAY.key, JULY.key):
        assert readings(warehouse, key).indicators["logistics_returns"].now == Sum2(1, 4)


def test_low_ratings_are_counted_for_every_day_of_the_trend(warehouse: DuckWarehouse) -> None:
    take(
        warehouse,
        orders=[order(n) for n in range(40)],
        reviews=[
            *(review(n, 5) for n in range(20)),
            *(review(20 + n, 1, day) for n, day in enumerate(["2026-07-26", "2026-07-26", "2026-07-28", "2026-07-30"])),
            review(30, 3),
        ],
    )  # fmt: skip
    found = readings(warehouse, JULY.key)
    assert found.rates["low_ratings"] == Sum2(4, 25)
    days = found.rate_series["low_ratings"]
    assert len(days) == 31
    by_day = dict(zip(range(-30, 1), days, strict=True))
    assert [by_day[day] for day in (-8, -7, -6, -5, -4, -3, -2, 0)] == [0, 0, 2, 2, 3, 3, 4, 4]
    points = score(Model(scorecard=JULY), found).indicators["product_rating"]
    assert points.value is not None
    assert points.value < 4.568
    assert points.points == 50, "four low ratings are no small sample"
    earlier = score(Model(scorecard=JULY), readings(warehouse, JULY.key, "2026-07-30 12:00"))
    assert earlier.indicators["product_rating"].points == 80, "three of them were"


def test_what_only_an_unclear_rule_rests_on_is_not_asked_for(warehouse: DuckWarehouse) -> None:
    take(warehouse, orders=[order(1)], reviews=[review(1, 1)])
    found = readings(warehouse, "douyin@2026-09-08")
    assert found.rate_series == {}
    assert found.rates["low_ratings"] == Sum2()


def test_the_five_point_score_looked_back_90_days(warehouse: DuckWarehouse) -> None:
    last = datetime.date(2026, 8, 1)
    take(
        warehouse,
        orders=[order(n, paid_at=at("2026-06-01 10:00")) for n in range(10)],
        reviews=[
            review(1, 4, str(last - datetime.timedelta(days=89)), logistics_stars=3, service_stars=5),
            review(2, 3, str(last), logistics_stars=5),
            review(3, 1, str(last - datetime.timedelta(days=90))),
        ],
        tickets=[
            Ticket(shop=SHOP, ticket_id="t1", kind="complaint", opened_at=at("2026-07-01 10:00"), known_at=1),
            Ticket(
                shop=SHOP, ticket_id="t2", kind="dispute", opened_at=at("2026-07-01 10:00"),
                closed_at=at("2026-07-03 10:00"), liable=True, known_at=1,
            ),
            Ticket(
                shop=SHOP, ticket_id="t3", kind="dispute", opened_at=at("2026-07-01 10:00"),
                closed_at=at("2026-07-03 10:00"), liable=False, known_at=1,
            ),
        ],
    )  # fmt: skip
    found = readings(warehouse, LEGACY.key).indicators
    assert found["good_ratings"].now == Sum2(1, 2)
    assert found["good_logistics_ratings"].now == Sum2(1, 2)
    assert found["good_service_ratings"].now == Sum2(1, 1)
    assert found["complaints"].now == Sum2(1, 10)
    assert found["liable_disputes"].now == Sum2(1, 10)
