"""What buyers are told: whole in both languages, harmless, and one's own in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from playbooks.test_files import PUNISHED
from shopwatch.care import CareError, Template, load
from shopwatch.care.templates import FIELDS, Occasion

SHIPPED = load()
OWN = """
[[care]]
id = "paid"
on = "paid"
title = { zh = "付款后", en = "After payment" }
to_hours = 2
text = { zh = ["谢谢,{order}。"], en = ["Thank you, {order}."] }

[[care]]
id = "unpaid"
on = "unpaid"
off = true
title = { zh = "x", en = "x" }
to_hours = 2
text = { zh = ["x"], en = ["x"] }

[[care]]
id = "a_week_on"
on = "received"
from_hours = 168
to_hours = 200
title = { zh = "一周后", en = "A week on" }
text = { zh = ["{product} 好用吗?"], en = ["Does {product} work?"] }
"""


def test_every_occasion_has_its_words() -> None:
    assert {template.on for template in SHIPPED} == set(get_args(Occasion))


@pytest.mark.parametrize("template", SHIPPED, ids=lambda one: one.id)
def test_what_is_shipped_is_whole_and_asks_for_nothing_that_is_punished(template: Template) -> None:
    assert len(template.text.zh) == len(template.text.en)
    whole = dict.fromkeys(FIELDS, "X7")
    for language in ("zh_CN", "en"):
        text = template.text.said(language, whole)
        assert bool(re.search("[\u4e00-\u9fff]", text)) is (language == "zh_CN")
        assert "X7" in text
        assert not any(word in text.lower() for word in [*PUNISHED, "好评", "评价", "rating", "review"])


def test_a_sentence_whose_field_is_not_known_is_left_out() -> None:
    (shipped,) = (template for template in SHIPPED if template.id == "shipped")
    text = shipped.text.said("en", {**dict.fromkeys(FIELDS), "order": "69001", "carrier": "中通"})
    assert "69001" in text
    assert "tracking number" not in text
    assert "None" not in text


def test_ones_own_take_the_place_of_those_shipped_and_stand_beside_them(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    found = {template.id: template for template in load(tmp_path)}
    assert found["paid"].to_hours == 2
    assert found["paid"].text.said("zh_CN", {"order": "69001"}) == "谢谢,69001。"
    assert "unpaid" not in found
    assert found["a_week_on"].from_hours == 168
    assert set(found) == {template.id for template in SHIPPED} - {"unpaid"} | {"a_week_on"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{order}", "{buyer}"),
        ("to_hours = 2\ntext", "to_hours = -2\ntext"),
        ('on = "paid"', 'on = "payed"'),
        ("谢谢,{order}", "谢谢,{order"),
        ("谢谢,{order}", "谢谢,{order:%H}"),
        ("谢谢,{order}", "谢谢,{order:{buyer}}"),
        ('id = "paid"', 'id = "paid/later"'),
        ("[[care]]", "[[care"),
    ],
)
def test_a_mistake_is_a_sentence_with_the_file_and_the_key(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "own.toml").write_text(OWN.replace(wrong, said, 1), "utf-8")
    with pytest.raises(CareError, match=r"own\.toml"):
        load(tmp_path)
