"""Complaints into topics: by hand-made labels, and a table of what must never go wrong."""

from __future__ import annotations

import pytest

from shopwatch.voice import load
from voice.labelled import labelled, more_labelled
from voice.measuring import by_topic, macro

BAR = 0.75


@pytest.mark.parametrize("half", ["seen", "unseen", "more"])
def test_the_topics_of_hand_sorted_reviews_are_found(half: str) -> None:
    sorter = load()
    texts = more_labelled() if half == "more" else [one for one in labelled() if one.seen is (half == "seen")]
    found = [sorter.topics_of(one.text) for one in texts]
    scores = by_topic([(one.topics, topics) for one, topics in zip(texts, found, strict=True)])
    mains = by_topic([(one.topics[:1], topics[:1]) for one, topics in zip(texts, found, strict=True)])
    print(
        f"{half}, {len(texts)} reviews: macro-F1 {macro(scores):.3f}; {macro(mains):.3f} of the main one alone"
    )
    assert macro(scores) >= BAR


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("商品不好，但很满意快递速度和服务！", "quality"),
        ("别的都好，快递员很好，就是屏幕发暗", "quality"),
        ("声音很大，吵得睡不着", "quality"),
        ("发票迟迟未提供", "wrong"),
        ("充电速度太慢了", "quality"),
    ],
)
def test_praise_and_other_things_of_the_same_words_name_no_topic(text: str, topic: str) -> None:
    assert load().topics_of(text) == (topic,)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("质量问题", "quality"),
        ("包装破损", "packaging"),
        ("商品破损", "damage"),
        ("漏液/渗漏", "damage"),
        ("商品与描述不符", "description"),
        ("没有想象中好", "description"),
        ("少件/漏发", "wrong"),
        ("长时间未揽收", "slow"),
        ("快递一直未送到", "slow"),
        ("快递员态度恶劣，把包裹扔门口", "courier"),
        ("客服一直不回复", "service"),
        ("申请退款拖了一周不给退", "refund"),
        ("刚买就降价", "price"),
        ("感觉是假货", "fake"),
        ("七天无理由", "other"),
        ("arrived broken and leaking", "damage"),
        ("The parcel never arrived", "slow"),
        ("wrong size was sent, missing parts", "wrong"),
        ("a fake, not genuine", "fake"),
        ("", "other"),
    ],
)
def test_what_buyers_choose_and_write_goes_where_it_belongs(text: str, topic: str) -> None:
    assert topic in load().topics_of(text)


@pytest.mark.parametrize(
    "reason", ["多拍/错拍/不想要", "7天无理由退货", "七天无理由", "不想要了", "其他", "changed my mind"]
)
def test_a_change_of_mind_complains_of_nothing(reason: str) -> None:
    assert not load().complains(reason)


@pytest.mark.parametrize(
    "reason", ["质量问题", "不喜欢，有异味", "商品与描述不符", "没有收到货", "too small"]
)
def test_whatever_else_is_said_is_a_complaint(reason: str) -> None:
    assert load().complains(reason)


def test_an_aftersales_class_speaks_where_its_words_dont() -> None:
    assert load().topics_of("其它原因", "damage") == ("damage",)


def test_every_topic_is_named_and_explained_in_both_languages() -> None:
    for topic in load().topics:
        assert topic.name.zh
        assert topic.name.en
        assert topic.means.zh
        assert topic.means.en
