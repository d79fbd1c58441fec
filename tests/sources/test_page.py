"""The official page, pasted in the layouts that people paste, and figures as people type them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.feed import OfficialEntry
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Unit
from shopwatch.sources.page import figure_of, item_of, items, parse_page

CARD = scorecards()["douyin@2026-09-08"]
PRINTED = datetime.datetime(2026, 9, 9, 11, 0, 37)

# The page as it was seen on 2026-09-09: cards, each label above its figure.
CARDS = """
体验分概览
更新时间 2026-09-09 11:00:37
我的总分
82
加分项
2
扣分项
0
商品体验
69
物流体验
99
服务体验
85
商品综合评分
4.6923分
较前1日 -0.01
商品品质退货率
1.340%
近30天物流签收订单中因商品品质原因产生的订单数 5 近30日物流签收订单量 373
平均揽收时长
5.5741小时
运单配送时效达成率
99.412%
飞鸽人工会话平响时长
13.893秒
售后平均审核时长
3.3061小时
飞鸽人工会话不满意率
5.357%
平台求助率
0.6522%
"""
SEEN = {
    "total": 82, "product": 69, "logistics": 99, "service": 85, "bonus": 2, "deduction": 0,
    "product_rating": 4.6923, "quality_returns": 0.0134, "pickup_hours": 5.5741, "on_time_delivery": 0.99412,
    "audit_hours": 3.3061, "reply_seconds": 13.893, "dissatisfied": 0.05357, "platform_help": 0.006522,
}  # fmt: skip


def figures(text: str) -> dict[str, float | None]:
    return {
        entry.item: entry.value if entry.value is not None else entry.points
        for entry in parse_page(text, CARD).entries
    }


def test_the_page_of_cards() -> None:
    parsed = parse_page(CARDS, CARD)
    assert figures(CARDS) == SEEN
    assert parsed.published_at == PRINTED
    assert parsed.left == ()


def test_labels_and_figures_on_one_line_in_full_width() -> None:
    text = """商家体验分：８２　更新时间：２０２６／０９／０９　１１：００：３７
    商品体验：６９　　物流体验：９９　　服务体验：８５　　加分项：＋２
    商品综合评分：４.６９２３　品质退货率：１.３４％
    飞鸽平均响应时长：１３.８９３秒　飞鸽会话不满意率（１－３星）：５.３５７％"""
    assert figures(text) == {
        item: SEEN[item]
        for item in (
            "total", "product", "logistics", "service", "bonus", "product_rating", "quality_returns",
            "reply_seconds", "dissatisfied",
        )
    }  # fmt: skip
    assert parse_page(text, CARD).published_at == PRINTED


def test_a_row_of_labels_over_a_row_of_figures() -> None:
    text = """体验分\t商品体验\t物流体验\t服务体验\n
    82\t69\t99\t85

    飞鸽平响  售后审核  求助率
    13.9秒  3.3小时  0.65%"""
    assert figures(text) == {
        "total": 82, "product": 69, "logistics": 99, "service": 85, "reply_seconds": 13.9, "audit_hours": 3.3,
        "platform_help": 0.0065,
    }  # fmt: skip


def test_a_table_with_changes_beside_the_figures() -> None:
    text = """指标\t数值\t较前1日
    商品综合评分\t4.6923\t-0.0100
    商品品质退货率\t1.340%\t+0.05%
    平均揽收时长\t5.5741\t0.2"""
    assert figures(text) == {"product_rating": 4.6923, "quality_returns": 0.0134, "pickup_hours": 5.5741}


def test_the_scores_and_weights_of_earlier_pages() -> None:
    text = """商品体验 69分 权重44%
    飞鸽平均响应时长 13.872秒 100分 x25%=25分
    售后平均审核时长 得分 90 1.7712小时"""
    assert parse_page(text, CARD).entries == (
        OfficialEntry(item="product", points=69, weight=0.44),
        OfficialEntry(item="audit_hours", value=1.7712, points=90),
        OfficialEntry(item="reply_seconds", value=13.872, points=100, weight=0.25),
    )


def test_typed_in_short_and_in_english() -> None:
    assert figures("体验分 82 商品 69 物流 99 服务 85 破损率 0.1%") == {
        "total": 82, "product": 69, "logistics": 99, "service": 85, "breakage": 0.001,
    }  # fmt: skip
    assert figures("total 82, Product 69; Mean pickup time: 5.57 h\nplatform help 0.65%") == {
        "total": 82, "product": 69, "pickup_hours": 5.57, "platform_help": 0.0065,
    }  # fmt: skip
    assert figures("pickup_hours 5.57\nreply_seconds 13.9") == {"pickup_hours": 5.57, "reply_seconds": 13.9}


def test_a_unit_in_the_label_counts() -> None:
    assert figures("售后平均审核时长(分钟) 198\n飞鸽平均响应时长（秒）\n13.9\n平台求助率(%) 0.65") == {
        "audit_hours": 3.3, "reply_seconds": 13.9, "platform_help": 0.0065,
    }  # fmt: skip


def test_other_peoples_figures_are_not_taken() -> None:
    text = """体验分等级 优秀
    超越 97.8% 同行
    行业均值 78.2
    商家体验分 ≥70 可加入精选联盟
    商家体验分规范 2026
    近30天有效订单数 3067
    商品体验"""
    parsed = parse_page(text, CARD)
    assert parsed.entries == ()
    assert parsed.left == ("商家体验分 ≥70", "商家体验分规范 2026")


def test_what_is_not_understood_is_handed_back() -> None:
    text = "体验分 182\n求助率 0.65\n商品综合评分 47%\n今日流量 1234\n平均揽收时长 5.6小时"
    parsed = parse_page(text, CARD)
    assert [entry.item for entry in parsed.entries] == ["pickup_hours"]
    assert parsed.left == ("体验分 182", "求助率 0.65", "商品综合评分 47%", "今日流量 1234")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("数据更新至 2026-09-09", datetime.datetime(2026, 9, 9)),
        ("2026年9月9日 11:00", datetime.datetime(2026, 9, 9, 11)),
        ("2026-08-01 至 2026-08-30\n更新时间\n2026-09-09 11:00:37", PRINTED),
        ("2026-08-01 体验分 82 2026-09-09T11:00:37", PRINTED),
        ("2026-13-45 11:00", None),
        ("体验分 82", None),
    ],
)
def test_when_it_was_printed(text: str, moment: datetime.datetime | None) -> None:
    assert parse_page(text, CARD).published_at == moment


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("1.34%", "ratio", 0.0134),
        ("１.３４％", "ratio", 0.0134),
        ("2.5‰", "ratio", 0.0025),
        ("99.41", "ratio", 0.9941),
        ("0.65", "ratio", None),  # a percentage without its sign, or a share?
        ("0", "ratio", 0),
        ("120%", "ratio", None),
        ("5.6", "hours", 5.6),
        ("5小时30分", "hours", 5.5),
        ("5小时30分钟", "hours", 5.5),
        ("90分钟", "hours", 1.5),
        ("1天2小时", "hours", 26),
        ("1,234.5小时", "hours", 1234.5),
        ("13.9", "seconds", 13.9),
        ("13.9秒", "seconds", 13.9),
        ("1分20秒", "seconds", 80),
        ("2 min", "seconds", 120),
        ("13.9 s", "seconds", 13.9),
        ("4.69分", "stars", 4.69),
        ("6", "stars", None),
        ("≥ 70", "hours", None),
        ("none", "hours", None),
    ],
)
def test_a_figure_in_its_unit(text: str, unit: Unit, figure: float | None) -> None:
    assert figure_of(text, unit) == pytest.approx(figure)


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("商家体验分", "total"),
        ("平均揽收", "pickup_hours"),
        ("商品／包装破损退货订单率", "breakage"),
        ("飞鸽平均响应时长", "reply_seconds"),
        (" Pickup ", "pickup_hours"),
        ("platform_help", "platform_help"),
        ("GMV", None),
    ],
)
def test_the_names_of_figures(name: str, item: str | None) -> None:
    assert item_of(name, CARD) == item


@given(st.text())
def test_any_text_is_parsed_into_known_items(text: str) -> None:
    known = {*items(CARD), "bonus", "deduction"}
    assert {entry.item for entry in parse_page(text, CARD).entries} <= known


@given(
    st.dictionaries(st.sampled_from(["product", "logistics", "service", "total"]), st.integers(0, 100)),
    st.sampled_from([" ", "\t", "\n", ":", "：", " \n\n "]),
    st.sampled_from(["\n", "\n\n", " ; "]),
)
def test_whatever_is_between_them_labels_find_their_figures(
    scores: dict[str, int], between: str, after: str
) -> None:
    names = {"total": "体验分", "product": "商品体验", "logistics": "物流体验", "service": "服务体验"}
    text = after.join(f"{names[item]}{between}{score}分" for item, score in scores.items())
    assert figures(text) == scores
