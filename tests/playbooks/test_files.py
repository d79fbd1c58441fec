"""The shipped guides: complete, honest, and in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from score_cases import SCORECARDS, scorecard
from shopwatch.playbooks import Action, Playbook, PlaybookError, load
from shopwatch.scoring.scorecard import Words

BOOKS = load()
ACTIONS = [action for book in BOOKS for action in book.action]
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"

PUNISHED = [
    "刷单", "刷评", "刷分", "刷好评", "补单", "空包", "虚发", "返现", "好评有礼", "晒图", "五星好评",
    "求好评", "删评", "改评", "修改评价", "换好评", "送礼", "买分", "提分服务", "代运营", "水军", "小号",
    "红包换",
    "fake order", "fake review", "brush", "cashback", "cash back", "gift", "five-star review", "five stars",
    "change the review", "change their review", "change a review", "delete the review", "buy reviews",
    "boost service", "score-raising", "coupon for a review", "reward",
]  # fmt: skip


# What only one marketplace's rules or people say.
OF_ONE = {
    "douyin": ["飞鸽", "抖", "商家体验分规范", "九项指标", "扣 10", "18 点", "06:00", "600 秒", "25%", "精选联盟", "福袋",
               "Douyin", "the experience-score rule of", "18:00", "600 s", "nine indicators"],
    "tmall": ["旺旺", "千牛", "店铺真实体验分", "天猫物流时效", "Tmall's rule", "Tmall's experience-score"],
}  # fmt: skip


def texts(action: Action) -> Iterator[str]:
    words: list[Words] = [action.title, action.evidence, action.done_when]
    if action.side is not None:
        words.append(action.side)
    for one in words:
        yield from (one.zh, one.en)
    yield from (*action.steps.zh, *action.steps.en)


def versions(action: Action) -> list[Action]:
    """The action as it is said everywhere, and on each marketplace that has words of its own for it."""
    return [action, *(action.on(marketplace) for marketplace in action.words)]


def test_every_guide_is_there() -> None:
    assert [book.id for book in BOOKS] == ["default", *(f"guide-00{n}" for n in range(5))]
    guides = [action for book in BOOKS if book.id != "default" for action in book.action]
    assert len(guides) >= 20
    assert all(len(book.action) >= 3 for book in BOOKS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_nothing_that_is_punished_is_advised(action: Action) -> None:
    for text in (text for said in versions(action) for text in texts(said)):
        for word in PUNISHED:
            assert word not in text.lower(), f"{action.id}: {word!r} in {text!r}"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_both_languages_are_whole(action: Action) -> None:
    for said in versions(action):
        for words in (said.title, said.evidence, said.done_when, *([said.side] if said.side else [])):
            assert re.search("[\u4e00-\u9fff]", words.zh), words.zh
            assert not re.search("[\u4e00-\u9fff]", words.en), words.en
        assert set(re.findall(r"{\w+}", said.evidence.zh)) == set(re.findall(r"{\w+}", said.evidence.en))
        assert not any(re.search("[\u4e00-\u9fff]", step) for step in said.steps.en)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("file", sorted(SCORECARDS.glob("*.toml")), ids=lambda file: file.stem)
def test_no_marketplace_is_told_anothers_rules(file: Path, language: str) -> None:
    card = scorecard(file.stem)
    for ready in BOOKS.ready(card, language, str):
        said = [ready.title, ready.template, *ready.steps, ready.action.source.of(language)]
        for owner, words in OF_ONE.items():
            if owner != card.id:
                for word in words:
                    assert not any(word in text for text in said), f"{ready.action.id}: {word}"


def test_words_of_a_marketplace_take_the_place_of_the_others() -> None:
    (waiting,) = (action for action in ACTIONS if action.id == "chat_waiting")
    titles = {place: waiting.on(place).title.zh for place in ("douyin", "tmall", "jd")}
    assert titles == {
        "douyin": "飞鸽排班,超 60 秒提醒",
        "tmall": "旺旺排班,超 60 秒提醒",
        "jd": "客服排班,超 60 秒提醒",
    }
    assert waiting.on("jd").side is None
    assert waiting.on("douyin").evidence == waiting.evidence
    ids = {file.stem.rsplit("-", 3)[0] for file in SCORECARDS.glob("*.toml")}
    assert {place for action in ACTIONS for place in action.words} <= ids


def test_names_point_at_something() -> None:
    cards = [scorecard(file.stem) for file in SCORECARDS.glob("*.toml")]
    dimensions = {one.id for card in cards for one in card.dimension} | {"total"}
    bonuses = {one.id for card in cards for one in card.bonus}
    rates = {one.id for card in cards for one in card.rate}
    douyin = {one.id for one in scorecard().indicator}
    for action in ACTIONS:
        assert action.dimension in dimensions, action.id
        assert action.bonus is None or action.bonus in bonuses, action.id
        assert action.rate is None or action.rate in rates, action.id
        if action.moves and "tmall" not in action.marketplaces:
            assert set(action.moves) & douyin, action.id


def test_every_bonus_of_the_scorecard_is_an_action() -> None:
    named = {action.bonus for action in ACTIONS if action.bonus}
    assert named == {bonus.id for bonus in scorecard().bonus if bonus.on}


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.id)
def test_no_sentence_is_copied(book: Playbook) -> None:
    if not SEEDS.is_dir():
        pytest.skip(f"the guides' originals are not beside the project ({SEEDS.name})")
    originals = "".join(file.read_text("utf-8") for file in sorted(SEEDS.glob("*.txt")))
    squeezed = re.sub(r"\W", "", originals)
    for action in (said for one in book.action for said in versions(one)):
        for text in texts(action):
            mine = re.sub(r"\W", "", text)
            runs = [mine[n : n + 11] for n in range(len(mine) - 10)]
            if re.search("[\u4e00-\u9fff]", text):
                assert not any(run in squeezed for run in runs), f"{action.id}: {text}"


# ---------------------------------------------------------------- mistakes

GOOD = """
id = "mine"
title = { zh = "自定", en = "Mine" }
about = { zh = "自定", en = "Mine" }
[[action]]
id = "count"
title = { zh = "盘点", en = "Count stock" }
dimension = "product"
when = [{ kind = "always" }]
cadence = "weekly"
effort = 30
evidence = { zh = "{name} {value}", en = "{name} {value}" }
done_when = { zh = "盘完", en = "counted" }
source = { zh = "自定", en = "ours" }
steps = { zh = ["盘"], en = ["count"] }
"""


def test_a_folder_adds_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD, "utf-8")
    assert [book.id for book in load(tmp_path)][-1] == "mine"
    assert load(tmp_path / "not there") == BOOKS


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('cadence = "weekly"', 'cadence = "yearly"', "$.action[0].cadence"),
        ("effort = 30", "effort = 0", "action.count.effort"),
        ("effort = 30", "efort = 30", "$.action[0]"),
        ("{value}", "{worth}", "action.count.evidence.zh"),
        ('{ kind = "always" }', "", "action.count.when"),
        ('{ kind = "always" }', '{ kind = "bonus" }', "action.count.bonus"),
        ('{ kind = "always" }', '{ kind = "orders" }', "action.count.select"),
        ('{ kind = "always" }', '{ kind = "rate", id = "late_shipping" }', "action.count.rate"),
        ('{ kind = "always" }', '{ kind = "never" }', "$.action[0].when[0]"),
        ("effort = 30", 'effort = 30\ngain = "best"', "action.count.moves"),
        ("effort = 30", 'effort = 30\nhours = ["noon", "13:00"]', "action.count.hours"),
        ('en = ["count"]', "en = []", "action.count.steps"),
        (
            "steps = {",
            'words = { jd = { evidence = { zh = "{worth}", en = "" } } }\nsteps = {',
            "action.count.words.jd.evidence.zh",
        ),
        ("steps = {", "words = { jd = { effort = 3 } }\nsteps = {", "$.action[0].words"),
        ("[[action]]", "[[action]", "is not TOML"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(PlaybookError) as raised:
        load(tmp_path)
    assert "mine.toml" in str(raised.value)
    assert key in str(raised.value)


def test_an_action_in_two_playbooks_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, "utf-8")
    (tmp_path / "b.toml").write_text(GOOD.replace('id = "mine"', 'id = "yours"'), "utf-8")
    with pytest.raises(PlaybookError, match="count stands in two playbooks: mine and yours"):
        load(tmp_path)
