"""Official figures from files: tables in both shapes, TOML, and the page's text."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from profile_reading import polled
from shopwatch.sources import SourceError
from shopwatch.sources.official import OfficialSource
from shopwatch.sources.opening import Options
from shopwatch.sources.reader import Place

SHANGHAI = ZoneInfo("Asia/Shanghai")
PRINTED = int(datetime.datetime(2026, 9, 9, 11, 0, 37, tzinfo=SHANGHAI).timestamp())


def read(
    folder: Path, path: str, shop: str | None = "s1", by: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    place = Place(shop=shop, timezone="Asia/Shanghai", folder=folder, scratch=folder / "scratch")
    return polled(OfficialSource(name="page", every=60, path=path, place=place, shop=by, rest=0, _=str))


def figure(item: str, *, published_at: int = PRINTED, shop: str = "s1", **known: Any) -> dict[str, Any]:
    return {"shop": shop, "published_at": published_at, "item": item} | known


def test_one_figure_a_row(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        """published_at,item,value,points,weight
2026-09-09 11:00:37,total,,82,
2026-09-09 11:00:37,商品体验,69分,,44%
2026-09-09 11:00:37,飞鸽平均响应时长,13.893秒,,
2026-09-09T11:00:37+08:00,pickup_hours,5.5741小时,96,0.25
2026-09-09 11:00:37,平台求助率,0.6522%,,
2026-09-09 11:00:37,on_time_delivery,0.99412,,
"""
    )
    found = read(tmp_path, "f.csv")
    assert found["rejects"] == []
    assert {row["item"]: row for row in found["official"]} == {
        "total": figure("total", points=82, weight=None),
        "product": figure("product", points=69, weight=0.44),
        "reply_seconds": figure("reply_seconds", value=13.893, points=None, weight=None),
        "pickup_hours": figure("pickup_hours", value=5.5741, points=96, weight=0.25),
        "platform_help": figure("platform_help", value=pytest.approx(0.006522), points=None, weight=None),
        "on_time_delivery": figure("on_time_delivery", value=0.99412, points=None, weight=None),
    }


def test_one_day_a_row_in_the_words_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(
        "更新时间,体验分,商品体验,加分项,平均揽收时长,商品品质退货率,备注\r\n"
        "2026-09-09 11:00:37,82,69,2,5.5741,1.34%,好\r\n"
        "2026-09-10,83,-,,,,\r\n".encode("gb18030")
    )
    found = read(tmp_path, "f.csv")
    midnight = int(datetime.datetime(2026, 9, 10, tzinfo=SHANGHAI).timestamp())
    assert found["rejects"] == []
    assert sorted(found["official"], key=lambda row: (row["published_at"], row["item"])) == [
        figure("bonus", points=2),
        figure("pickup_hours", value=5.5741),
        figure("product", points=69),
        figure("quality_returns", value=pytest.approx(0.0134)),
        figure("total", points=82),
        figure("total", published_at=midnight, points=83),
    ]


def test_a_workbook_and_a_file_of_many_shops(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["shop", "date", "total"])
    sheet.append(["a", datetime.datetime(2026, 9, 9, 11, 0, 37), 82])
    sheet.append(["b", datetime.datetime(2026, 9, 9, 11, 0, 37), 71.5])
    book.save(tmp_path / "f.xlsx")
    expected = [figure("total", shop="a", points=82), figure("total", shop="b", points=71.5)]
    assert read(tmp_path, "f.xlsx", shop=None)["official"] == expected
    by_expression = read(tmp_path, "f.xlsx", shop=None, by="upper(shop)")["official"]
    assert [row["shop"] for row in by_expression] == ["A", "B"]


def test_toml_of_one_day_or_of_several(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('published_at = 2026-09-09 11:00:37\ntotal = 82\n"求助率" = "0.65%"\n')
    (tmp_path / "two.toml").write_text(
        "[[page]]\npublished_at = 2026-09-09T11:00:37+08:00\ntotal = 82\n\n"
        "[[page]]\npublished_at = 2026-09-09T11:00:38+08:00\nservice = 85\n"
    )
    assert read(tmp_path, "one.toml")["official"] == [
        figure("platform_help", value=pytest.approx(0.0065)),
        figure("total", points=82),
    ]
    assert read(tmp_path, "two.toml")["official"] == [
        figure("total", points=82),
        figure("service", published_at=PRINTED + 1, points=85),
    ]


def test_the_text_of_the_page(tmp_path: Path) -> None:
    text = "体验分概览 更新时间 2026-09-09 11:00:37\n我的总分 82\n平均揽收时长 5.5741小时\n"
    (tmp_path / "page.txt").write_text(text, encoding="gb18030")
    assert {row["item"]: row["points"] or row["value"] for row in read(tmp_path, "page.txt")["official"]} == {
        "total": 82,
        "pickup_hours": 5.5741,
    }
    assert {row["published_at"] for row in read(tmp_path, "page.txt")["official"]} == {PRINTED}


def test_an_undated_page_is_of_the_time_it_was_saved(tmp_path: Path) -> None:
    page, table = tmp_path / "page.txt", tmp_path / "f.csv"
    page.write_text("体验分 82")
    table.write_text("item,points\ntotal,82\n")
    for file in (page, table):
        os.utime(file, (PRINTED, PRINTED))
        (row,) = read(tmp_path, file.name)["official"]
        assert (row["published_at"], row["item"], row["points"]) == (PRINTED, "total", 82)


def test_rows_that_cannot_be_used_are_kept_with_their_reason(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        """date,item,value
2026-09-09,求助率,0.65%
2026-09-09,求助率,165
2026-09-09,pickup_hours,long
2026-09-09,GMV,1234
yesterday,total,82
2026-09-09,total,82
"""
    )
    found = read(tmp_path, "f.csv")
    assert {row["item"] for row in found["official"]} == {"platform_help", "total"}
    reasons = {reject["row"]: reject["reason"] for reject in found["rejects"]}
    assert set(reasons) == {2, 3, 4, 5}
    assert "165" in reasons[2]
    assert "long" in reasons[3]
    assert reasons[4].startswith("GMV is no figure of douyin@2026-09-08")
    assert "yesterday" in reasons[5]


@pytest.mark.parametrize(
    ("file", "content", "word"),
    [
        ("f.txt", "nothing to see", "paste the page's text"),
        ("f.toml", "total = = 82", "is not TOML"),
        ("f.csv", "date,GMV\n2026-09-09,1\n", "no column that names an official figure"),
    ],
)
def test_a_file_without_figures_is_told_in_a_sentence(
    tmp_path: Path, file: str, content: str, word: str
) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(SourceError, match=word):
        read(tmp_path, file)


def test_a_file_of_no_shop_is_told(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("date,total\n2026-09-09,82\n")
    with pytest.raises(SourceError, match="which shop it belongs to"):
        read(tmp_path, "f.csv", shop=None)


def test_a_named_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("体验分")
    sheet.append(["date", "total"])
    sheet.append(["2026-09-09 11:00:37", "82分"])
    book.save(tmp_path / "f.xlsx")
    place = Place(shop="s1", timezone="Asia/Shanghai", folder=tmp_path, scratch=tmp_path / "scratch")
    source = OfficialSource(
        name="page", every=60, path="f.xlsx", place=place, options=Options(sheet="体验分"), rest=0, _=str
    )
    assert polled(source)["official"] == [figure("total", points=82)]
