"""Campaigns by the front door: configured, expected by the last one's own load, prepared for, looked back at."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from monitor.test_monitor import ORDERS, SHANGHAI, config, order, written
from shopwatch.board import Board, CampaignBoard, TrendPoint
from shopwatch.campaigns import expected_words, preparing, review, when_words
from shopwatch.config import Config, ConfigError, load
from shopwatch.config.structs import CampaignSection
from shopwatch.once import Once
from shopwatch.panes.chart import spans
from shopwatch.reports.contents import report
from shopwatch.reports.writing import written as written_as

START, END = datetime.datetime(2026, 11, 1), datetime.datetime(2026, 11, 3)  # the shop's own time
LAST = CampaignSection(name="双11", start=START, end=END)
NEXT = CampaignSection(
    name="双12",
    start=datetime.datetime(2026, 12, 1, tzinfo=SHANGHAI),
    end=datetime.datetime(2026, 12, 2, tzinfo=SHANGHAI),
)
NOW = datetime.datetime(2026, 11, 20, 20, tzinfo=SHANGHAI)


def paid(day: datetime.date, many: int, serial: Iterator[int]) -> list[dict[str, str]]:
    """`many` orders of one day, the first three of them in one hour; each shipped the same night."""
    made = []
    for n in range(many):
        moment = f"{day} {9 + max(0, n - 2):02d}:00:{n:02d}"
        promised = f"{day + datetime.timedelta(days=2)} 09:00:00"
        made.append(
            order(
                f"69{next(serial):017d}", moment, promised,
                发货时间=f"{day} 23:00:00", 订单状态="已发货",
            )
        )  # fmt: skip
    return made


def shop(path: Path, *campaigns: CampaignSection) -> Config:
    """Four orders a day; ten a day in the campaign, of which one was shipped late."""
    exports = path / "exports"
    exports.mkdir(exist_ok=True)
    first, serial = datetime.date(2026, 10, 10), iter(range(100_000))
    rows = []
    for n in range(41):
        day = first + datetime.timedelta(days=n)
        rows += paid(day, 10 if START.date() <= day < END.date() else 4, serial)
    late = next(row for row in rows if row["支付完成时间"].startswith("2026-11-01"))
    late["发货时间"] = "2026-11-05 09:00:00"
    written(exports / "orders.csv", ORDERS, *rows)
    return config(path, campaign=campaigns)


async def board(made: Config, path: Path, now: datetime.datetime = NOW) -> Board:
    once = Once(made, path / "state", clock=lambda: now, language="zh_CN")
    try:
        (found,) = (await once.status(None, poll=True, shop=None, risks=1)).status.shops
        return found
    finally:
        await once.aclose()


def named(found: Board, name: str) -> CampaignBoard:
    (one,) = (one for one in found.campaigns if one.name == name)
    return one


async def test_what_to_expect_is_what_the_last_one_was_to_its_own_usual_days(tmp_path: Path) -> None:
    found = await board(shop(tmp_path, NEXT, LAST), tmp_path)
    ahead = named(found, "双12")
    assert ahead.state == "ahead"
    assert ahead.expected is not None
    assert (ahead.expected.last, ahead.expected.times) == ("双11", 2.5)
    assert (ahead.expected.orders, ahead.expected.peak) == (10.0, 3.0)
    assert ahead.outcome is None
    over = named(found, "双11")
    assert over.state == "over"
    assert over.outcome is not None
    assert (over.outcome.orders, over.outcome.usual, over.outcome.times) == (20, 4.0, 2.5)
    assert (over.outcome.peak, over.outcome.peak_at) == (
        3,
        datetime.datetime(2026, 11, 1, 9, tzinfo=SHANGHAI),
    )
    assert over.outcome.late == 1 / 20
    assert over.outcome.after_sales == 0
    said = dict(review(over, found.scale, str))
    assert said["Orders"].startswith("20 orders")
    assert said["Shipped late"] == "5.00%"


async def test_where_there_is_nothing_to_go_by_that_is_said(tmp_path: Path) -> None:
    live = CampaignSection(name="晚场", kind="live", start=NEXT.start, end=NEXT.end)
    elsewhere = CampaignSection(name="别店", start=NEXT.start, end=NEXT.end, shops=("other",))
    found = await board(shop(tmp_path, NEXT, live, elsewhere), tmp_path)
    assert [one.name for one in found.campaigns] == ["双12", "晚场"]
    for one in found.campaigns:
        assert one.expected is None
        assert "没有更早的同类活动" in (one.why or "")
        assert "unknown" in expected_words(one, str)


async def test_preparations_are_shown_before_one_and_come_back_for_the_next(tmp_path: Path) -> None:
    cover = "campaign_cover"
    early = NOW - datetime.timedelta(days=12)
    made = shop(tmp_path, NEXT, LAST)
    assert cover not in {action.id for action in (await board(made, tmp_path, early)).actions}
    action = next(one for one in (await board(made, tmp_path)).actions if one.id == cover)
    assert "双12 还有 11 天" in action.evidence
    assert "预计约 10 单" in action.evidence
    once = Once(made, tmp_path / "state", clock=lambda: NOW, language="zh_CN")
    once._journal.tick("shop", cover, int(NOW.timestamp()), True, "小林", ())
    await once.aclose()
    assert next(one for one in (await board(made, tmp_path)).actions if one.id == cover).done
    more = CampaignSection(
        name="年货节",
        start=NEXT.end + datetime.timedelta(days=10),
        end=NEXT.end + datetime.timedelta(days=12),
    )
    later = NEXT.end + datetime.timedelta(days=1)
    after = await board(shop(tmp_path, NEXT, LAST, more), tmp_path, later)
    again = next(one for one in after.actions if one.id == cover)
    assert not again.done
    assert "年货节" in again.evidence


async def test_without_any_named_preparations_stand_in_the_list_as_before(tmp_path: Path) -> None:
    found = await board(shop(tmp_path), tmp_path)
    assert found.campaigns == ()
    assert "campaign_cover" in {action.id for action in found.actions}


def test_the_words_say_when_and_what_is_near() -> None:
    one = CampaignBoard(name="双12", kind="campaign", start=NEXT.start, end=NEXT.end, state="ahead")
    live = CampaignBoard(name="晚场", kind="live", start=NEXT.start, end=NEXT.end, state="ahead")
    assert when_words(one, NOW, str) == "双12 in 11 d"
    assert when_words(one, NEXT.start - datetime.timedelta(days=1), str) == "双12 in 1 d"
    assert preparing([one, live], NOW) == one
    assert preparing([live], NOW) is None
    assert preparing([live], NEXT.start - datetime.timedelta(days=2)) == live


@pytest.mark.parametrize(
    ("marks", "line"),
    [
        ([(0, 2, "A")], "  ━━━ A     "),
        ([(7, 9, "A")], "       A ━━━"),
        ([(0, 1, "A"), (5, 6, "B")], "  ━━ A ━━ B "),
        ([(-9, -1, "A")], None),
        ([(4, 30, "longer than that")], "      ━━━━━━"),
    ],
)
def test_the_marks_under_a_trend(marks: list[tuple[int, int, str]], line: str | None) -> None:
    assert spans(marks, 10, 2, 10, 12) == (() if line is None else (line,))


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ("end = 2026-11-01T00:00:00", "campaign[0].end"),
        ('end = 2026-11-05T00:00:00\nkind = "sale"', "campaign[0].kind"),
        ('end = 2026-11-05T00:00:00\nshops = ["shpo"]', "campaign[0].shops[0]"),
        ("end = 5", "campaign[0].end"),
    ],
)
def test_a_mistake_in_one_is_told_with_its_key(tmp_path: Path, wrong: str, key: str) -> None:
    path = tmp_path / "shopwatch.toml"
    head = '[defaults]\ndiscover = false\n[[shop]]\nid = "shop"\n[[campaign]]\nname = "双11"\n'
    path.write_text(f"{head}start = 2026-11-02T00:00:00\n{wrong}\n", "utf-8")
    with pytest.raises(ConfigError) as error:
        load(path)
    assert [problem.key for problem in error.value.problems] == [key]


async def test_the_fortnights_review_says_what_came_of_it(tmp_path: Path) -> None:
    found = await board(shop(tmp_path, NEXT, LAST), tmp_path)
    made = report("fortnightly", [found], NOW, str, language="en")
    text = written_as(made, "md")
    assert "双12 in 11 d · about 10 orders expected" in text
    assert "Shipped late: 5.00%" in text


async def test_campaigns_are_marked_on_the_reviews_chart(tmp_path: Path) -> None:
    found = await board(shop(tmp_path, NEXT, LAST), tmp_path)
    days = [NOW.date() - datetime.timedelta(days=n) for n in range(29, -1, -1)]
    drawn = msgspec.structs.replace(found, trend=tuple(TrendPoint(day, 80.0) for day in days), forecast=())
    page = written_as(report("fortnightly", [drawn], NOW, str, language="en"), "html")
    assert page.count('class="span"') == 1  # the next one is after the last day of the chart
    assert re.search(r'<text class="mark"[^>]*>双11</text>', page)
