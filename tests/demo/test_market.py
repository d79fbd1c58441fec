from __future__ import annotations

import re
import time
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.polls import NOON, State, keep, key_of, market, pages, plain, rows, whole
from shopwatch.demo.cast import MOST, NIGHT, SLIPPING, SPROUT, cast, named
from shopwatch.demo.days import LIFE_DAYS, shop_day
from shopwatch.demo.market import HISTORY_DAYS, MORNINGS, CursorError
from shopwatch.demo.moments import DAY, HOUR, at, day_of, is_sunday, second_by, second_of
from shopwatch.records import TABLES, Chat, Official, Order, Parcel, Record

SMALL = (SPROUT, *cast(7)[5:])


@pytest.fixture(scope="module")
def state() -> State:
    return whole(market(), NOON)


def test_the_same_seed_and_moment_give_the_same_history(state: State) -> None:
    assert whole(market(), NOON) == state
    assert whole(market(seed=2), NOON) != state


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 2 * DAY), min_size=1, max_size=12), st.integers(1, 3000))
def test_polls_add_up_to_what_one_poll_would_bring(steps: list[int], size: int) -> None:
    one, now, cursor = market(shops=SMALL), NOON, None
    gathered: State = {}
    for step in [0, *steps]:
        now += step
        for page in pages(one, cursor, now, size=size):
            keep(gathered, page)
            cursor = page.cursor
    assert gathered == whole(market(shops=SMALL), now)


def test_a_poll_of_many_pages_keeps_its_moment_while_time_goes_on() -> None:
    one, now, cursor = market(shops=SMALL), NOON, None
    gathered: State = {}
    while True:
        page = one.page(cursor, now, size=400)
        keep(gathered, page)
        cursor, now = page.cursor, now + HOUR
        if not page.more:
            break
    assert gathered == whole(market(shops=SMALL), NOON)
    assert cursor == str(NOON)


def test_markets_that_opened_on_different_days_agree_on_what_both_have_seen() -> None:
    later = whole(market(shops=SMALL), NOON + 3 * DAY)
    fresh = whole(market(shops=SMALL, at_moment=NOON + 3 * DAY), NOON + 3 * DAY)
    for table, kept in fresh.items():
        if table != "shop_names":  # its one moment is the opening
            assert all(later[table][key] == record for key, record in kept.items()), table
    mornings = [{figure.published_at for figure in rows(state, Official)} for state in (later, fresh)]
    assert len(mornings[0] - mornings[1]) == 3


def test_nothing_brought_twice_but_what_changed(state: State) -> None:
    one = market()
    *_, last = pages(one, None, NOON)
    assert one.page(last.cursor, NOON).records == {}
    (page,) = pages(one, last.cursor, NOON + 2 * HOUR)
    for table, records in page.records.items():
        for record in records:
            assert NOON < record.known_at <= NOON + 2 * HOUR
            assert state[table].get(key_of(table, record)) != record


def test_every_record_is_canonical_and_shows_nothing_of_the_future(state: State) -> None:
    assert set(state) == set(TABLES) - {"agent_days", "competitors"}
    for table, kept in state.items():
        schema = TABLES[table]
        for record in kept.values():
            read = msgspec.convert(plain(record), schema.struct)
            assert msgspec.structs.asdict(read) == msgspec.structs.asdict(record)
            moments = [getattr(record, name) for name in schema.moments]
            assert all(moment is None or moment <= NOON for moment in moments)
            assert record.known_at <= NOON


def test_a_thing_under_way_hides_how_it_will_end(state: State) -> None:
    parcels = rows(state, Parcel)
    underway = [parcel for parcel in parcels if parcel.picked_up_at and not parcel.delivered_at]
    assert underway
    assert all(parcel.damaged is None and parcel.promised_delivery_at for parcel in underway)
    unpaid = [order for order in rows(state, Order) if not order.paid_at]
    assert unpaid
    assert all(order.promised_ship_at is None and order.excluded is None for order in unpaid)


def test_an_open_chat_waits_for_its_first_answer() -> None:
    stories = [story for day in range(20_380, 20_400) for story in shop_day(1, NIGHT, day).stories]
    chat = next(story.chat for story in stories if story.chat and story.chat.human and story.chat.unanswered)
    started, ended = chat.started_at or 0, chat.ended_at or 0

    def looks(now: int) -> Chat:
        return next(
            one for one in rows(whole(market(shops=[NIGHT]), now), Chat) if one.chat_id == chat.chat_id
        )

    waiting, over = looks(ended - 1), looks(ended)
    assert (waiting.waiting_since, waiting.ended_at, waiting.rounds) == (started, None, None)
    assert (over.waiting_since, over.ended_at, over.unanswered) == (None, ended, 1)
    assert plain(over)["waiting_since"] is None  # said, so that the wait is taken back


def test_moments_of_a_record_follow_each_other(state: State) -> None:
    orders = ("created_at", "paid_at", "shipped_at", "finished_at")
    parcels = ("waybill_at", "picked_up_at", "delivered_at")
    aftersales = ("applied_at", "audited_at", "return_signed_at", "finished_at")
    for table, names in (("orders", orders), ("parcels", parcels), ("aftersales", aftersales)):
        for record in state[table].values():
            moments = [moment for name in names if (moment := getattr(record, name)) is not None]
            assert moments == sorted(moments)


def test_carriers_come_by_day_and_once_on_sundays(state: State) -> None:
    taken = [parcel.picked_up_at for parcel in rows(state, Parcel)]
    moments = [moment for moment in taken if moment is not None]
    assert all(9 * HOUR <= second_of(moment) < 21 * HOUR for moment in moments)
    assert {second_of(moment) // HOUR for moment in moments if is_sunday(day_of(moment))} == {14}


def test_a_story_ends_within_its_life() -> None:
    for shop in cast(8):
        for day in range(20_000, 20_120):
            for told in shop_day(1, shop, day).tables().values():
                assert all(at(day) <= record.known_at < at(day + LIFE_DAYS) for record in told)


def _stuck(parcels: list[Parcel], now: int) -> Counter[tuple[str | None, str | None]]:
    return Counter(
        (parcel.carrier, parcel.province)
        for parcel in parcels
        if not parcel.picked_up_at and now - (parcel.waybill_at or now) > 8 * HOUR
    )


def test_the_slipping_shop_always_has_a_depot_that_stands_still_but_not_always_the_same() -> None:
    one = market(shops=[SLIPPING])
    clusters = []
    for hours in range(0, 24 * 12, 36):
        now = NOON + hours * HOUR
        (cluster, count), *_ = _stuck(rows(whole(one, now), Parcel), now).most_common(1)
        assert count >= 3
        clusters.append(cluster)
    assert len(set(clusters)) > 2


def test_the_new_shop_stays_in_the_growth_stage(state: State) -> None:
    figures = [f for f in rows(state, Official) if f.shop == "xinya"]
    assert len(figures) == MORNINGS + 1  # today's is out at noon
    assert {(figure.item, figure.points) for figure in figures} == {("total", 70.0)}


@pytest.mark.parametrize(
    ("shop", "low", "high"), [("qingyan", 80, 90), ("lechu", 66, 75), ("yemao", 70, 82), ("guoran", 58, 71)]
)
def test_each_shop_is_as_well_as_its_part_wants(state: State, shop: str, low: int, high: int) -> None:
    totals = [
        figure.points
        for figure in rows(state, Official)
        if figure.shop == shop and figure.item == "total" and figure.points is not None
    ]
    assert len(totals) == MORNINGS + 1
    assert all(low <= total <= high for total in totals)


def test_the_cast_has_distinct_shops_whose_ids_can_be_discovered() -> None:
    shops = cast(MOST)
    assert len({shop.id for shop in shops}) == len({shop.name for shop in shops}) == MOST
    assert all(re.fullmatch(r"[\w.-]{1,64}", shop.id) for shop in shops)
    assert [shop.id for shop in cast(7)] == [shop.id for shop in shops[:7]]
    assert all(sum(shop.weights.values()) == pytest.approx(1) for shop in shops)


def test_one_shop_can_be_asked_for_alone(state: State) -> None:
    alone = whole(market(), NOON, "yemao")
    for table, kept in alone.items():
        assert kept == {key: record for key, record in state[table].items() if record.shop == "yemao"}
    assert one_page_of("nobody") == {}


def one_page_of(shop: str) -> dict[str, list[Record]]:
    return market().page(None, NOON, shop).records


@pytest.mark.parametrize("cursor", ["x", "1.2", "1.2.-3", "1.2.3.4", "1,2,3"])
def test_a_cursor_it_never_gave_is_refused(cursor: str) -> None:
    with pytest.raises(CursorError, match="not a cursor"):
        market().page(cursor, NOON)


@given(st.floats(0, 1, exclude_max=True))
def test_a_second_of_the_day_is_one(chance: float) -> None:
    hours = tuple(range(1, 25))
    assert 0 <= second_by(hours, chance) < DAY


def test_the_first_poll_is_quick() -> None:
    started = time.perf_counter()
    brought = sum(len(told) for page in pages(market(), None, NOON) for told in page.records.values())
    print(f"\n{brought:,} records of {HISTORY_DAYS} days in {time.perf_counter() - started:.2f} s")
    assert brought > 15_000


def test_every_shop_has_an_english_name_for_all_that_is_its_own() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    for shop in named(MOST, "en"):
        own = [shop.name, *shop.tags, *shop.warehouses, *(one.name for one in shop.products)]
        assert not han.search("".join([*own, *(name for name, _share in shop.carriers)]))
    assert len({shop.name for shop in named(MOST, "en")}) == MOST


def test_a_market_tells_the_same_story_in_either_language() -> None:
    told = [whole(market(shops=named(3, language)), NOON) for language in ("zh", "en")]
    moments = [
        {(table, key): row.known_at for table, rows in state.items() for key, row in rows.items()}
        for state in told
    ]
    assert moments[0] == moments[1]
