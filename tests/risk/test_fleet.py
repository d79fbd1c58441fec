"""A fleet's boards: the risks of every shop, whoever is in view, and what alerts watch wherever it stands."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_cases import HOUR, aftersale, assessed, at, at_moment, base, chinese, order, waybill
from shopwatch.alerts.judging import judge
from shopwatch.alerts.rules import rules_of, shipped, watched
from shopwatch.board import Board
from shopwatch.config import load
from shopwatch.config.structs import AlertSection
from shopwatch.records import Aftersale
from shopwatch.refresher import FIRST_RISKS, Refresher
from shopwatch.risk import Watch, assess
from shopwatch.scoring.readings import Exposure
from shopwatch.warehouse import DuckWarehouse
from warehouse.test_waits import NOW, sold, take
from warehouse_cases import SHANGHAI

AT = datetime.datetime.fromtimestamp(NOW, SHANGHAI)


@pytest.fixture
def boards(tmp_path: Path) -> dict[str, Board]:
    """Return the boards of two shops, of which the first is in view, each with 70 orders that wait to be picked up
    and a refund whose answer is due in an hour."""
    path = tmp_path / "shopwatch.toml"
    path.write_text('[[shop]]\nid = "seen"\n[[shop]]\nid = "other"\n', "utf-8")
    warehouse = DuckWarehouse(duckdb.connect())
    for shop in ("seen", "other"):
        take(warehouse, [sold(number, NOW - 20 * HOUR - number * 180, None, shop) for number in range(70)])
        warehouse.take("s", "aftersales", [refund(shop)])
    refresher = Refresher.of(load(path), "zh_CN", chinese())
    made = refresher.boards(
        warehouse, AT, refresher.shops(warehouse, AT), whole={"seen"}, ticks={}, sources={}, risks=0, watch=True,
        pinned=True,
    )  # fmt: skip
    return {board.id: board for board in made}


def refund(shop: str) -> Aftersale:
    return Aftersale(
        shop=shop, aftersale_id="r", order_id=f"{shop}-1", kind="refund", shipped=True, applied_at=NOW - HOUR,
        deadline_at=NOW + HOUR, known_at=NOW,
    )  # fmt: skip


def test_a_shop_that_nobody_looks_at_has_its_riskiest_orders_ranked_as_if_it_were_in_view(
    boards: dict[str, Board],
) -> None:
    seen, other = boards["seen"], boards["other"]
    assert (seen.whole, other.whole) == (True, False)
    assert seen.risks_total == other.risks_total == len(seen.risks) > 2 * FIRST_RISKS
    assert [(one.rank, one.clock, one.seconds_left, one.p_miss) for one in other.risks[:FIRST_RISKS]] == [
        (one.rank, one.clock, one.seconds_left, one.p_miss) for one in seen.risks[:FIRST_RISKS]
    ]
    assert seen.actions
    assert not other.actions, "which are worked out once somebody looks"


def test_alerts_speak_of_a_shop_that_nobody_looks_at_as_of_one_in_view(boards: dict[str, Board]) -> None:
    seen, other = (judge(boards[name], shipped(), AT, chinese()) for name in ("seen", "other"))
    words = {one.rule: one.words for one in seen.findings if one.rule in ("aftersale_due", "waybill_waiting")}
    assert set(words) == {"aftersale_due", "waybill_waiting"}
    assert "70" in words["waybill_waiting"]
    assert {one.rule: one.words for one in other.findings if one.rule in words} == words


def test_what_is_watched_is_told_with_its_rank_wherever_it_stands() -> None:
    things = [order(f"o{n}", "11-20 06:00") for n in range(9)]
    things += [waybill("old", "11-19 20:30"), waybill("new", "11-20 19:30"), aftersale("S", "11-20 19:50")]
    whole = assessed("11-20 20:00", things).risks
    ranks = {(one.clock, one.subject_id): one.rank for one in whole}
    told = assess(
        things,
        at_moment(at("11-20 20:00"), base(at("11-20 20:00"))),
        limit=1,
        watched={"pickup": Watch(within=HOUR), "refund": Watch(waited=600), "ship": Watch(waited=100 * HOUR)},
        _=chinese(),
        language="zh_CN",
    )
    assert [one.rank for one in told.risks] == sorted({1, ranks["pickup", "old"], ranks["refund", "S"]})
    assert told.total == len(things)


ANY_CLOCK = st.sampled_from(["ship", "pickup", "refund", "return_received", "ticket", "review_reply"])
"""With what only waits, and what has a deadline on some of its records alone."""


@st.composite
def things(draw: st.DrawFn) -> list[Exposure]:
    """Return things under several clocks, among them many alike."""
    found = []
    for place in range(draw(st.integers(1, 40))):
        clock, started = draw(ANY_CLOCK), at("11-20 20:00") - 1800 * draw(st.integers(0, 60))
        due = None if clock == "review_reply" else draw(st.sampled_from([None, started + 24 * HOUR]))
        one = order(
            f"o{place % 30}",
            "11-20 06:00",
            clock=clock,
            subject_id=f"{clock}{place}",
            started=started,
            proved=draw(st.booleans()),
            carrier=draw(st.sampled_from([None, "中通", "圆通"])),
            product_id=draw(st.sampled_from(["p1", "p2"])),
        )
        found.append(msgspec.structs.replace(one, due=due))
    return found


@given(things(), st.integers(1, 12), st.sets(ANY_CLOCK))
def test_what_is_told_of_a_shop_is_what_all_of_it_would_tell(
    open_: list[Exposure], limit: int, looked_at: set[str]
) -> None:
    """The few are found without working out the many: they stand at the ranks that they have among all."""
    now = at("11-20 20:00")
    watched = {clock: Watch(within=3 * HOUR, waited=9 * HOUR) for clock in looked_at}
    whole = assessed("11-20 20:00", open_)
    known = {(one.clock, one.subject_id): one for one in open_}
    told = assess(
        open_, at_moment(now, base(now)), limit=limit, watched=watched, _=chinese(), language="zh_CN"
    )
    assert told.risks == tuple(
        risk
        for risk in whole.risks
        if risk.rank <= limit
        or (risk.clock in watched and watched[risk.clock].sees(known[risk.clock, risk.subject_id], now))
    )
    assert (told.causes, told.quiet, told.total) == (whole.causes, whole.quiet, len(open_))


def test_the_rules_watch_the_widest_span_of_each_clock() -> None:
    more = [
        AlertSection(id="early", on="due", level="notice", clocks=("ticket", "ship"), hours=12),
        AlertSection(id="late", on="waited", level="notice", clocks=("ticket",), hours=40, seconds=1),
    ]
    spans = watched(rules_of(more))
    assert spans["ticket"] == Watch(within=12 * HOUR, waited=40 * HOUR + 1)
    assert spans["reply"].waited == 60
    assert "review_reply" not in spans
