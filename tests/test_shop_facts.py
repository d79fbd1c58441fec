"""What a shop says of itself: the facts that it gives and the days that it leaves out, from its file to its figures."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest

from shopwatch.config import ConfigError, load
from shopwatch.fleet import Shop, alike, fleet
from shopwatch.i18n import translation
from shopwatch.records import Chat
from shopwatch.rulebook import scorecards
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import at

CARDS = scorecards()
OWN_DAYS = """
  [[shop.exclusion]]
  id = "flood"
  name = "广东洪水"
  first = 2026-02-26
  last = 2026-02-27
  indicators = ["reply_3min"]
"""


def written(folder: Path, keys: str) -> Path:
    path = folder / "shopwatch.toml"
    path.write_text(f'[[shop]]\nid = "a"\nscorecard = "tmall"\n{keys}\n', encoding="utf-8")
    return path


def problems(folder: Path, keys: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(written(folder, keys), scorecards=CARDS)
    return {problem.key: problem.sentence for problem in caught.value.problems}


def watched(folder: Path, keys: str) -> Shop:
    config = load(written(folder, keys), scorecards=CARDS)
    now = datetime.datetime.fromisoformat("2026-11-20T12:00:00+08:00")
    return fleet(config, [], {}, CARDS, now, translation("en"))["a"]


@pytest.mark.parametrize(
    "given",
    [
        'opened = "2025-06"',
        'opened = "2025-06-30"',
        "opened = 2025-06-30",
        "sales_target = 330000",
        "sales_target_trial = [0, 24_000, 82_500, 165_000.5]",
        "open_over_spring_festival = true",
        "next_day_share = 0.1507",
        "abnormal_logistics = 0.02",
    ],
)
def test_a_fact_that_the_rules_ask_for(tmp_path: Path, given: str) -> None:
    assert watched(tmp_path, f"given = {{ {given} }}").model.given


@pytest.mark.parametrize(
    ("given", "key", "words"),
    [
        ("opened = 2025", "opened", 'should be the month it opened, such as "2025-06"'),
        ('opened = "June"', "opened", 'found "June"'),
        ('opened = "2025-13"', "opened", "2025-13"),
        ("sales_target = -1", "sales_target", "yuan, 0 or above"),
        ('sales_target = "330,000"', "sales_target", "yuan, 0 or above"),
        ("sales_target_trial = [0, 24000, 82500]", "sales_target_trial", "months 3/6/9/12"),
        ("sales_target_trial = [0, 24000, 20000, 165000]", "sales_target_trial", "none below the one before"),
        ("sales_target_trial = 165000", "sales_target_trial", "months 3/6/9/12"),
        ("open_over_spring_festival = 1", "open_over_spring_festival", "true or false"),
        ("next_day_share = 15", "next_day_share", "a share from 0 to 1"),
        ('opend = "2025-06"', "opend", "should be opened"),
    ],
)
def test_a_fact_that_will_not_do(tmp_path: Path, given: str, key: str, words: str) -> None:
    found = problems(tmp_path, f"given = {{ {given} }}")
    assert list(found) == [f"shop[0].given.{key}"]
    assert words in found[f"shop[0].given.{key}"]


def test_what_one_marketplace_asks_for_another_does_not(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text('[[shop]]\nid = "a"\ngiven = { opened = "2025-06" }\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"shop\[0\]\.given\.opened: found an unknown key"):
        load(path, scorecards=CARDS)


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("last = 2026-02-27", "last = 2026-02-25", "last", "a day not before the first"),
        ("last = 2026-02-27", 'last = "soon"', "last", "a day such as 2026-11-11"),
        ("last = 2026-02-27", "", "last", "a day such as 2026-11-11"),
        ('["reply_3min"]', '["reply_3mins"]', "indicators[0]", "reply_3min"),
        ('["reply_3min"]', '["reply_3min"]\nday = "paid"', "day", "paid_at"),
        ('["reply_3min"]', '["reply_3min"]\nprovince = "广东省"', "province", "provinces"),
    ],
)
def test_days_that_cannot_be_left_out(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    assert old in OWN_DAYS
    found = problems(tmp_path, OWN_DAYS.replace(old, new))
    assert list(found) == [f"shop[0].exclusion[0].{key}"]
    assert words in found[f"shop[0].exclusion[0].{key}"]


def test_two_of_one_name_are_told(tmp_path: Path) -> None:
    assert list(problems(tmp_path, OWN_DAYS + OWN_DAYS)) == ["shop[0].exclusion[1].id"]


# ---------------------------------------------------------------- to the figures


def replies(shop: Shop) -> float:
    """How many rounds of 02-22, 02-25, 02-26, 02-27 and 02-28 count on 2026-03-01."""
    warehouse = DuckWarehouse(duckdb.connect())
    moments = [at(f"2026-02-{day} 12:00") for day in (22, 25, 26, 27, 28)]
    chats = [
        Chat(
            shop="a", chat_id=str(moment), started_at=moment, ended_at=moment + 60, human=True, rounds=1,
            answered_in_180s=1, known_at=1,
        )
        for moment in moments
    ]  # fmt: skip
    warehouse.take("test", "chats", chats)
    found = warehouse.readings(shop.model.scorecard, shop.zone, at("2026-03-01 12:00"), ["a"])["a"]
    warehouse.close()
    return found.indicators["reply_3min"].now.denominator


@pytest.mark.parametrize(
    ("keys", "counted"),
    [
        ("", 4),
        ("given = { open_over_spring_festival = false }", 4),
        ("given = { open_over_spring_festival = true }", 5),
        (OWN_DAYS, 2),
        ("given = { open_over_spring_festival = true }" + OWN_DAYS, 3),
        (OWN_DAYS.replace("2026-02-26", "2026-02-27"), 3),
    ],
)
def test_its_days_are_left_out_of_its_figures(tmp_path: Path, keys: str, counted: int) -> None:
    assert replies(watched(tmp_path, keys)) == counted


def test_shops_that_leave_out_other_days_are_asked_apart(tmp_path: Path) -> None:
    text = "".join(
        f'[[shop]]\nid = "{name}"\nscorecard = "tmall"\n{keys}\n'
        for name, keys in (
            ("a", ""),
            ("b", OWN_DAYS),
            ("c", ""),
            ("d", OWN_DAYS),
            ("e", "weights = { service = 1 }"),
        )
    )
    path = tmp_path / "shopwatch.toml"
    path.write_text(text, encoding="utf-8")
    now = datetime.datetime.fromisoformat("2026-11-20T12:00:00+08:00")
    shops = fleet(load(path, scorecards=CARDS), [], {}, CARDS, now, translation("en"))
    assert [[shop.id for shop in group] for group in alike(shops).values()] == [["a", "c", "e"], ["b", "d"]]
