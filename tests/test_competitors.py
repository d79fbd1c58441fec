"""Other shops beside one's own, by the front door: the configuration, files, typed figures, and what is shown."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from monitor.test_monitor import config, running, until
from running import Place
from shopwatch.board import Board, CompetitorBoard, DimensionBoard, GapBoard
from shopwatch.competitors import Competition
from shopwatch.config import ConfigError, ShopSection, SourceSection, load
from shopwatch.feed import OfficialEntry
from shopwatch.refresher import Refresher
from shopwatch.rulebook import scorecards
from shopwatch.warehouse import DuckWarehouse

CONFIG = """
[monitor]
now = "2026-11-20T20:00:00+08:00"
[[shop]]
id = "a"
name = "甲店"
competitors = ["木木家居", "b", "还没有的店"]
  [[shop.source]]
  kind = "official"
  path = "own.csv"
  [[shop.source]]
  kind = "official"
  name = "竞店"
  path = "{path}"
[[shop]]
id = "b"
name = "乙店"
  [[shop.source]]
  kind = "official"
  path = "b.csv"
"""
OWN = "日期,体验分,商品\n2026-11-12 11:00,80,75\n2026-11-20 11:00,82,76\n"
OTHER = "日期,体验分,商品\n2026-11-20 11:00,90,91\n"
WIDE = """日期,竞店,体验分,商品体验,店铺星级,物流体验
2026-11-11,木木家居,81,-,,
2026-11-18,木木家居,85,78,4.7,-
2026-11-19,山海旗舰店,70,,,
"""


def standing(place: Place, path: str = "rivals.csv") -> dict[str, Any]:
    place.write("shopwatch.toml", CONFIG.format(path=path))
    place.write("own.csv", OWN)
    place.write("b.csv", OTHER)
    (shop, _other) = place.status()["shops"]
    return {one["name"]: {figure["id"]: figure for figure in one["figures"]} for one in shop["competitors"]}


def test_a_table_of_competitors_stands_beside_the_shop(place: Place) -> None:
    place.write("rivals.csv", WIDE)
    found = standing(place)
    assert list(found) == ["木木家居", "乙店", "还没有的店", "山海旗舰店"], (
        "those named, in their order; then others"
    )
    total = found["木木家居"]["total"]
    assert (total["own"], total["basis"], total["gap"]) == (82.0, "official", -3.0)
    assert total["published"] == {"value": 85.0, "at": "2026-11-18T00:00:00+08:00"}
    assert total["deltas"] == {"7d": pytest.approx(-3.0 - (80 - 81)), "30d": None, "90d": None}
    assert total["series"][-9:] == [-1.0] * 6 + [-5.0, -5.0, -3.0]
    assert found["木木家居"]["product"]["gap"] == -2.0
    assert found["木木家居"]["consumer"]["published"]["value"] == 4.7
    assert found["木木家居"]["logistics"]["published"] is None, "a dash is nothing printed"
    assert found["乙店"]["total"]["gap"] == -8.0, "a shop that is watched here, by its own page"
    assert found["山海旗舰店"]["total"]["gap"] == 12.0
    assert all(one["published"] is None and one["gap"] is None for one in found["还没有的店"].values())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "rivals.csv",
            "published_at,competitor,item,points\n2026-11-18,木木家居,体验分,85\n2026-11-18,木木家居,商品,78\n",
        ),
        (
            "rivals.toml",
            '[[page]]\npublished_at = 2026-11-18\ncompetitor = "木木家居"\ntotal = 85\n"商品" = 78\n',
        ),
        (
            "rivals.ndjson",
            '{"date": "2026-11-18", "竞争对手": " 木木家居 ", "total": 85, "product": "78分"}\n',
        ),
    ],
)
def test_the_same_in_other_files(place: Place, name: str, text: str) -> None:
    place.write(name, text)
    found = standing(place, name)["木木家居"]
    assert (found["total"]["gap"], found["product"]["gap"]) == (-3.0, -2.0)


def test_a_whole_source_may_be_one_competitors(place: Place) -> None:
    page = "更新时间 2026-11-18 11:00\n总分 85\n商品体验 78分\n平均揽收时长 5.6小时\n"
    place.write("page.txt", page)
    text = CONFIG.format(path="page.txt").replace('name = "竞店"\n', 'competitor = "木木家居"\n')
    place.write("shopwatch.toml", text)
    place.write("own.csv", OWN)
    place.write("b.csv", OTHER)
    shop = place.status("--shop", "a")["shops"][0]
    assert [figure["gap"] for figure in shop["competitors"][0]["figures"]][:2] == [-3.0, -2.0]
    assert shop["score"]["published"]["value"] == 82, "none of it is the shop's own"


def test_a_table_of_ones_own_is_mapped_like_any_other(place: Place) -> None:
    place.write("board.csv", "who,when,what,score\n木木家居,2026-11-18,total,85\n")
    mapped = """  [[shop.source]]
  kind = "files"
  path = "board.csv"
  records = "competitors"
    [shop.source.map]
    competitor = "who"
    published_at = "\\"when\\""
    item = "what"
    points = "score"
"""
    place.write(
        "shopwatch.toml",
        CONFIG.format(path="own.csv").replace('[[shop]]\nid = "b"', mapped + '[[shop]]\nid = "b"'),
    )
    place.write("own.csv", OWN)
    place.write("b.csv", OTHER)
    shop = place.status("--shop", "a")["shops"][0]
    assert shop["competitors"][0]["figures"][0]["gap"] == -3.0


def test_rows_without_a_competitor_are_the_shops_own(place: Place) -> None:
    place.write("own.csv", "日期,竞店,体验分\n2026-11-20 11:00,,82\n2026-11-20 11:00,木木家居,85\n")
    place.write("shopwatch.toml", CONFIG.format(path="own.csv"))
    place.write("b.csv", OTHER)
    shop = place.status("--shop", "a")["shops"][0]
    assert shop["score"]["published"]["value"] == 82
    assert shop["competitors"][0]["figures"][0]["gap"] == -3.0


def test_what_is_too_old_has_its_age_and_no_gap(place: Place) -> None:
    place.write("rivals.csv", "日期,竞店,体验分\n2026-10-01,木木家居,85\n")
    total = standing(place)["木木家居"]["total"]
    assert (total["gap"], total["published"]["value"]) == (None, 85)
    assert place.run("status").out.count("木木家居") == 1


def test_a_past_view_does_not_see_what_was_printed_after_it(place: Place) -> None:
    place.write("rivals.csv", WIDE)
    standing(place)
    shop = place.status("--shop", "a", "--as-of", "2026-11-17T20:00:00+08:00")["shops"][0]
    total = shop["competitors"][0]["figures"][0]
    assert (total["published"]["value"], total["gap"]) == (81, 80 - 81)
    assert [one["name"] for one in shop["competitors"]] == ["木木家居", "乙店", "还没有的店"]


def test_two_watched_shops_of_one_name_are_told_apart(place: Place) -> None:
    twins = CONFIG.format(path="rivals.csv").replace('["木木家居", "b", "还没有的店"]', '["b", "c"]')
    third = '[[shop]]\nid = "c"\nname = "乙店"\n  [[shop.source]]\n  kind = "official"\n  path = "c.csv"\n'
    place.write("shopwatch.toml", twins + third)
    place.write("rivals.csv", WIDE)
    for name, text in (("own.csv", OWN), ("b.csv", OTHER), ("c.csv", OTHER.replace("90", "75"))):
        place.write(name, text)
    shop = place.status()["shops"][0]
    gaps = {one["name"]: one["figures"][0]["gap"] for one in shop["competitors"]}
    assert (gaps["乙店"], gaps["乙店 (c)"]) == (-8.0, 7.0)


def test_a_hostile_name_harms_nobody(place: Place) -> None:
    place.write("rivals.csv", "日期,竞店,体验分\n2026-11-18,\x1b[31m木\u202e木\x07,85\n")
    names = list(standing(place))
    assert names[-1] == "[31m木木"
    assert "\x1b[31m" not in place.run("status").out


def test_a_figure_that_nobody_knows_is_kept_aside_and_the_others_are_taken(place: Place) -> None:
    place.write(
        "rivals.csv", "日期,竞店,项目,得分\n2026-11-18,木木家居,星座,85\n2026-11-18,木木家居,体验分,85\n"
    )
    assert standing(place)["木木家居"]["total"]["gap"] == -3.0
    assert "星座 is no figure of douyin@2026-09-08" in place.run("check").out


def test_a_ranking_does_not_fill_the_screen(place: Place) -> None:
    rows = "".join(f"2026-11-18,店{n:03},{60 + n % 30}\n" for n in range(60))
    place.write("rivals.csv", "日期,竞店,体验分\n" + rows)
    assert len(standing(place)) == 3 + 12


MISTAKES = {
    'competitors = [""]': ("competitors[0]", "1 to 64 characters"),
    f'competitors = ["{"店" * 65}"]': ("competitors[0]", "1 to 64 characters"),
    'competitors = ["a\\u202eb"]': ("competitors[0]", "1 to 64 characters"),
    'competitors = ["甲", "乙", " 甲 "]': ("competitors[2]", "each shop once"),
    'competitors = ["own"]': ("competitors[0]", "another shop than itself"),
    'competitors = ["自家"]': ("competitors[0]", "another shop than itself"),
    'competitors = ["cat"]': ("competitors[0]", "a shop scored by douyin too: cat is by tmall"),
    'competitors = "甲"': ("competitors", "a list of texts"),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes_in_the_configuration(tmp_path: Path, line: str) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(
        f'[[shop]]\nid = "own"\nname = "自家"\n{line}\n[[shop]]\nid = "cat"\nscorecard = "tmall"\n', "utf-8"
    )
    with pytest.raises(ConfigError) as caught:
        load(path, scorecards=scorecards())
    key, right = MISTAKES[line]
    (problem,) = caught.value.problems
    assert problem.key == f"shop[0].{key}"
    assert right in problem.right


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ('kind = "official"\ncompetitor = " "', "1 to 64 characters"),
        ('kind = "files"\nprofile = "auto"\ncompetitor = "甲"', 'absent: it belongs to kind = "official"'),
    ],
)
def test_mistakes_in_a_source(tmp_path: Path, line: str, right: str) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(f'[[shop]]\nid = "own"\n[[shop.source]]\npath = "a.csv"\n{line}\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert (problem.key, problem.right) == ("shop[0].source[0].competitor", problem.right)
    assert right in problem.right


def gap_of(board: Board, name: str, item: str) -> GapBoard | None:
    found: list[CompetitorBoard] = [one for one in board.competitors if one.name == name]
    return next((figure for one in found for figure in one.figures if figure.id == item), None)


@pytest.mark.parametrize(
    ("name", "missing"),
    [("douyin", {"product"}), ("tmall-dsr", {"description_stars"})],
)
def test_what_the_board_does_not_show_is_not_compared(tmp_path: Path, name: str, missing: set[str]) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(f'[[shop]]\nid = "own"\nscorecard = "{name}"\n', "utf-8")
    refresher = Refresher.of(load(path), "en", str)
    warehouse = DuckWarehouse(duckdb.connect())
    now = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
    shops = refresher.shops(warehouse, now)
    (board,) = refresher.boards(warehouse, now, shops, ticks={}, sources={}, risks=0, pinned=True)
    warehouse.close()
    card = shops["own"].model.scorecard

    def compared(dimensions: Sequence[DimensionBoard]) -> set[str]:
        shown = msgspec.structs.replace(board, dimensions=tuple(dimensions))
        (found,) = Competition({"own": {"甲": ()}}).beside(shown, card, (), str).competitors
        return {figure.id for figure in found.figures}

    every = compared(board.dimensions)
    assert every - compared(board.dimensions[1:]) == missing
    assert compared(()) == every & {"total"}


async def test_typed_figures_of_a_competitor_are_kept_and_shown(tmp_path: Path) -> None:
    """By the monitor's own door, and again after a start without the warehouse, which can be deleted."""
    source = SourceSection(kind="official", path="own.csv", every=0.2)
    (tmp_path / "own.csv").write_text("日期,体验分\n2026-11-20 11:00,82\n")
    made = config(tmp_path, shop=(ShopSection(id="shop", name="旗舰店", source=(source,)),))
    state = tmp_path / "state"
    zone = datetime.timezone(datetime.timedelta(hours=8))
    async with running(made, state) as monitor:
        await until(monitor, lambda board: board.score.value == 82)
        at = datetime.datetime(2026, 11, 18, 10, tzinfo=zone)
        await monitor.record_competitor("shop", "木木家居", [OfficialEntry(item="total", points=85.0)], at)
        board = await until(monitor, lambda board: board.competitors)
        found = gap_of(board, "木木家居", "total")
        assert found is not None
        assert (found.gap, found.published and found.published.at) == (-3.0, at)
        await monitor.record_competitor("shop", "木木家居", [OfficialEntry(item="total", points=86.0)], at)
        await until(monitor, lambda board: (gap := gap_of(board, "木木家居", "total")) and gap.gap == -4.0)
    (state / "warehouse.duckdb").unlink()
    async with running(made, state) as monitor:
        await until(monitor, lambda board: (gap := gap_of(board, "木木家居", "total")) and gap.gap == -4.0)
        before = at - datetime.timedelta(days=7)
        await monitor.record_competitor(
            "shop", "木木家居", [OfficialEntry(item="total", points=83.0)], before
        )
        await monitor.record_competitor(
            "shop", "木木家居", [OfficialEntry(item="total")], at
        )  # it wasn't theirs
        await until(monitor, lambda board: (gap := gap_of(board, "木木家居", "total")) and gap.gap == -1.0)
        await monitor.record_competitor("shop", "木木家居", [OfficialEntry(item="total")], before)
        await until(monitor, lambda board: not board.competitors)


async def test_what_is_corrected_by_hand_stays_so_when_its_file_changes(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("日期,体验分\n2026-11-20 11:00,82\n")
    (tmp_path / "rivals.csv").write_text(WIDE)
    made = config(
        tmp_path,
        shop=(
            ShopSection(
                id="shop",
                name="旗舰店",
                source=tuple(
                    SourceSection(kind="official", path=f"{name}.csv", every=0.2)
                    for name in ("own", "rivals")
                ),
            ),
        ),
    )
    at = datetime.datetime(2026, 11, 18, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))

    def gap(board: Board, name: str) -> float | None:
        found = gap_of(board, name, "total")
        return None if found is None else found.gap

    async with running(made, tmp_path / "state") as monitor:
        await until(monitor, lambda board: gap(board, "木木家居") == -3.0)
        await monitor.record_competitor("shop", "木木家居", [OfficialEntry("total", points=84.0)], at)
        next_day = at + datetime.timedelta(days=1)
        await monitor.record_competitor("shop", "山海旗舰店", [OfficialEntry("total")], next_day)
        await until(monitor, lambda board: gap(board, "木木家居") == -2.0 and len(board.competitors) == 1)
        (tmp_path / "rivals.csv").write_text(WIDE + "2026-11-20,海边小店,80,,,\n")
        board = await until(monitor, lambda board: gap(board, "海边小店") == 2.0)
        assert gap(board, "木木家居") == -2.0
        assert {one.name for one in board.competitors} == {"木木家居", "海边小店"}


async def test_the_rules_a_shop_is_scored_by_are_told_before_and_after_the_first_board(
    tmp_path: Path,
) -> None:
    own = tmp_path / "scorecards"
    own.mkdir()
    shipped = Path(__file__).parents[1] / "tui/shopwatch/rules/scorecards/douyin-2026-09-08.toml"
    (own / "mine.toml").write_text(
        shipped.read_text("utf-8").replace('id = "douyin"', 'id = "mine"', 1), "utf-8"
    )
    (tmp_path / "own.csv").write_text("日期,体验分\n2026-11-20 11:00,82\n")
    source = SourceSection(kind="official", path="own.csv", every=0.2)
    made = config(tmp_path, shop=(ShopSection(id="shop", scorecard="mine", source=(source,)),))
    async with running(made, tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.score.value == 82)
        card = await monitor.scorecard("shop")
        assert card is not None
        assert card.id == "mine"
        assert await monitor.scorecard("nobody") is None
    from shopwatch.monitor import open_monitor

    warm = open_monitor(
        made, tmp_path / "state", clock=lambda: datetime.datetime.now(datetime.UTC), language="en"
    )
    card = await warm.scorecard("shop")
    assert card is not None
    assert card.id == "mine", "the last board's, before the loop has begun"
    await warm.aclose()
