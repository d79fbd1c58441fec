"""The configuration: what a good one becomes, and every mistake told at once with its key."""

from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.config import ConfigError, Secret, find, load, schema, state_folder, write_starter
from shopwatch.i18n import translation
from shopwatch.rulebook import scorecards


def written(folder: Path, text: str) -> Path:
    path = folder / "shopwatch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str, environment: dict[str, str] | None = None) -> dict[str, str]:
    """Return key → sentence for all that is wrong, in the order in which it is told."""
    with pytest.raises(ConfigError) as caught:
        load(
            written(folder, text),
            environment=environment or {},
            scorecards=scorecards(),
            profiles=["doudian_orders"],
            actions=["refresh", "pause"],
        )
    keys = [problem.key for problem in caught.value.problems]
    assert len(keys) == len(set(keys)), "a key is told once"
    for problem in caught.value.problems:
        assert str(problem) in str(caught.value).splitlines()[keys.index(problem.key) + 1]
        assert problem.found in problem.sentence
        assert problem.right in problem.sentence
    return {problem.key: problem.sentence for problem in caught.value.problems}


GOOD = """
[monitor]
now = "2026-11-11T09:00:00"
[defaults]
timezone = "Asia/Tokyo"
[[shop]]
id = "a.b-c_1"
scorecard = "douyin@2026-09-08"
weights = { product = 0.4, pickup_hours = 1 }
curves = { pickup_hours = [[4, 100], [24, 70]] }
given = { freight_insurance = true, next_day_share = 0.17 }
category = "车厘子"
lines = { alliance = { product = 60 } }
  [[shop.source]]
  kind = "files"
  path = "exports/*.csv"
  profile = "auto"
[[shop]]
id = "旗舰店"
[[source]]
kind = "http"
url = "http://127.0.0.1:8000/orders"
records = "orders"
headers = { Authorization = "env:TOKEN", "X-Plain" = "plain-secret" }
[[source]]
kind = "files"
records = "orders"
query = "select * from read_csv('a.csv')"
[keys]
refresh = "r,f5"
"""


def test_a_good_file_becomes_a_configuration(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD), environment={"TOKEN": "t0p"}, scorecards=scorecards())
    assert config.folder == tmp_path
    assert config.defaults.timezone == "Asia/Tokyo"
    assert config.defaults.discover is True
    first, second = config.shop
    assert first.curves == {"pickup_hours": ((4.0, 100.0), (24.0, 70.0))}
    assert first.weights == {"product": 0.4, "pickup_hours": 1.0}
    assert first.source[0].path == "exports/*.csv"
    assert (first.category, first.lines) == ("车厘子", {"alliance": {"product": 60.0}})
    assert second.id == "旗舰店"
    assert config.source[0].headers["Authorization"] == "t0p"
    assert config.keys == {"refresh": "r,f5"}


def test_a_naive_pinned_clock_is_read_in_the_default_timezone(tmp_path: Path) -> None:
    now = load(written(tmp_path, GOOD), environment={"TOKEN": ""}).monitor.now
    assert now == datetime.datetime.fromisoformat("2026-11-11T09:00:00+09:00")


def test_a_pinned_clock_with_an_offset_keeps_it(tmp_path: Path) -> None:
    text = '[monitor]\nnow = 2026-11-11T09:00:00Z\n[[shop]]\nid = "a"\n'
    assert load(written(tmp_path, text)).monitor.now == datetime.datetime(
        2026, 11, 11, 9, tzinfo=datetime.UTC
    )


def test_secrets_show_in_no_repr(tmp_path: Path) -> None:
    config = load(written(tmp_path, GOOD), environment={"TOKEN": "t0p"})
    assert "t0p" not in repr(config)
    assert "plain-secret" not in repr(config)
    assert all(isinstance(value, Secret) for value in config.source[0].headers.values())


EVERY_MISTAKE = """
colour = 1
[monitor]
refresh = "fast"
pickups = ["9:00", "21:00"]
[defaults]
timezone = "Asia/Shangai"
langauge = "en"
scorecard = "duoyin"
[store]
keep_days = 0
[[shop]]
id = "a b"
alert_at = 101
tags = "wall"
timezoen = "Asia/Shanghai"
weights = { produkt = 0.4, service = nan, logistics = -1 }
curves = { pickup_hours = [[4, 100], [4, 70]], breakage = [[0, 100]], pickup = [[1, 2], [2, 1]] }
given = { freight_insurance = 1, next_day_share = 17, luck = true }
category = "车里子"
[shop.lines]
aliance = { product = 60 }
alliance = { produkt = 60, total = -1 }
late_shipping_shop = { late_shipping = 1 }
[[shop]]
id = "b"
timezone = "Mars/Base"
name = 5
  [[shop.source]]
  kind = "files"
  profile = "doudian_order"
  map = { order_id = "a" }
  every = 1
  shop = "column"
  [[shop.source]]
  kind = "files"
  path = "x.csv"
  records = "order"
  query = "select 1"
  [[shop.source]]
  kind = "http"
  url = "http://shop.example.com/a?key=hidden"
  path = "x"
  timeout = 0
[[shop]]
id = "b"
[[source]]
kind = "files"
path = "reviews.csv"
records = "reviews"
map = { product_star = "stars" }
[[source]]
kind = "ftp"
[[source]]
kind = "official"
name = "page"
[[source]]
kind = "http"
name = "page"
headers = { Authorization = "env:ERP_TOKEN", "X-Number" = 12345 }
[keys]
refrsh = "r"
pause = "p,"
"""

EXPECTED = {
    # unknown keys first: they explain what is missing
    "colour": "unknown key",
    "defaults.langauge": "should be language",
    "shop[0].timezoen": "should be timezone",
    "shop[0].weights.produkt": "should be product",
    "shop[0].curves.pickup": "pickup_hours",
    "shop[0].given.luck": "freight_insurance",
    "shop[0].lines.aliance": "should be alliance",
    "shop[0].lines.alliance.produkt": "should be product",
    "shop[0].lines.late_shipping_shop": "brand_badge",
    "source[0].map.product_star": "should be product_stars",
    "keys.refrsh": "should be refresh",
    # the rest
    "keys.pause": 'found "p,"; should be keys by name',
    "source[3].headers.Authorization": "env:ERP_TOKEN, which the environment doesn't have",
    "monitor.refresh": 'found "fast"; should be a number',
    "shop[0].tags": "a list of texts",
    "shop[0].weights.service": "found nan; should be a number",
    "shop[1].name": "found 5; should be a text in quotes",
    "source[1].kind": '"files" | "http" | "sql" | "official"',
    "source[3].headers.X-Number": "should be a text in quotes",
    "monitor.pickups[0]": 'found "9:00"; should be a time of day such as "21:00"',
    "defaults.timezone": 'found "Asia/Shangai"; should be Asia/Shanghai',
    "defaults.scorecard": 'found "duoyin"; should be douyin',
    "store.keep_days": "found 0; should be a number from 1 to 36500",
    "shop[2].id": "another id: shop[1] has this one",
    "shop[0].id": "1 to 64 letters",
    "shop[0].alert_at": "found 101; should be a number from 0 to 100",
    "shop[0].weights.logistics": "found -1; should be a number, 0 or above",
    "shop[0].curves.pickup_hours": "each value above the one before",
    "shop[0].curves.breakage": "two points or more",
    "shop[0].given.freight_insurance": "true or false",
    "shop[0].given.next_day_share": "a share from 0 to 1",
    "shop[0].category": 'found "车里子"; should be 车厘子',
    "shop[0].lines.alliance.total": "found -1; should be a number, 0 or above",
    "shop[1].timezone": 'found "Mars/Base"; should be a timezone such as Asia/Shanghai',
    "shop[1].source[0].every": "found 1; should be a number from 2 to 2592000",
    "shop[1].source[0].profile": "should be doudian_orders",
    "shop[1].source[0].shop": "the source stands inside its shop",
    "shop[1].source[0]": "found profile + map",
    "shop[1].source[0].path": 'such as "exports/*.csv"',
    "shop[1].source[1].records": 'found "order"; should be orders',
    "shop[1].source[1].path": "the query names its files itself",
    "shop[1].source[2].timeout": "found 0; should be a number from 0.1 to 300",
    "shop[1].source[2].path": 'it belongs to kind = "files" | "official"',
    "shop[1].source[2].url": 'found "http://shop.example.com"; should be an address that starts with https://',
    "source[0].map.review_id": "the column that tells one record from another",
    "source[0].shop": "the column that names the shop",
    "source[2].path": 'such as "official.txt"',
    "source[2].shop": "the shop whose page it is",
    "source[3].url": "starts with https://",
    "source[3].name": "another name: source[2] has this one",
}


def test_every_mistake_is_told_in_one_go(tmp_path: Path) -> None:
    told = mistakes(tmp_path, EVERY_MISTAKE)
    assert set(told) == set(EXPECTED)
    for key, words in EXPECTED.items():
        assert words in told[key], told[key]


def test_unknown_keys_are_told_first(tmp_path: Path) -> None:
    told = list(mistakes(tmp_path, EVERY_MISTAKE))
    unknown = 11
    assert set(told[:unknown]) == set(list(EXPECTED)[:unknown])


def test_no_value_that_may_be_secret_is_told(tmp_path: Path) -> None:
    told = "\n".join(mistakes(tmp_path, EVERY_MISTAKE).values())
    assert "hidden" not in told
    assert "12345" not in told


def test_the_value_of_a_variable_is_never_told(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path, '[[shop]]\nid = "env:ID"\ntimezone = "env:ZONE"\n', {"ID": "s e c r e t", "ZONE": "s3cret"}
    )
    assert set(told) == {"shop[0].id", "shop[0].timezone"}
    assert "found env:ID" in told["shop[0].id"]
    assert not any("cret" in sentence.replace("env:", "") for sentence in told.values())


def test_a_variable_may_hold_a_number(tmp_path: Path) -> None:
    text = '[monitor]\nrefresh = "env:REFRESH"\n[[shop]]\nid = "a"\n'
    assert load(written(tmp_path, text), environment={"REFRESH": "7.5"}).monitor.refresh == 7.5


FILE = '[[source]]\nkind = "files"\npath = "a.csv"\n'


def test_mistakes_are_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, '[[shop]]\nid = ""\n'), _=translation("zh_CN"))
    assert "应为" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("", "shop", "at least one [[shop]] or [[source]]"),
        ('[shop]\nid = "a"\n', "shop", "a list of tables: [[shop]]"),
        ("monitor = 3\n", "monitor", "a table: [monitor]"),
        ('[[shop]]\nname = "a"\n', "shop[0].id", "found nothing; should be a text in quotes"),
        (
            '[defaults]\ndiscover = false\n[[source]]\nkind = "files"\npath = "a"\nprofile = "auto"\n',
            "shop",
            "since defaults.discover is false",
        ),
        ("[monitor]\nrefresh = true\n", "monitor.refresh", "found true; should be a number"),
        ("[monitor]\nrefresh = 0.5\n", "monitor.refresh", "a number from 1 to 3600"),
        ("[monitor]\nrefresh = 1e300\n", "monitor.refresh", "a number from 1 to 3600"),
        ("[monitor]\nnow = 0001-01-01T00:00:00\n", "monitor.now", "a moment from 1971 to 2200"),
        ("[monitor]\nnow = 9999-12-31T23:59:59Z\n", "monitor.now", "a moment from 1971 to 2200"),
        (f"[store]\nkeep_days = {10**30}\n", "store.keep_days", "a number from 1 to 36500"),
        (FILE + "every = 1e300\n", "source[0].every", "a number from 2 to 2592000"),
        (FILE + 'encoding = "gb18031"\n', "source[0].encoding", 'an encoding such as "gb18030"'),
        (FILE + 'encoding = "hex"\n', "source[0].encoding", 'an encoding such as "gb18030"'),
        (
            '[[shop]]\nid = "a"\ncurves = { pickup_hours = [[4, nan], [24, 70]] }\n',
            "shop[0].curves.pickup_hours",
            "two points or more",
        ),
        ("[monitor]\nnow = 2026-11-11\n", "monitor.now", "a time such as 2026-11-11T09:00:00+08:00"),
        ("[monitor]\npickups = []\n", "monitor.pickups", "a time of day"),
        (
            '[store]\nwarehouse = "clickhouse:///nowhere"\n',
            "store.warehouse",
            "clickhouse://user:password@host",
        ),
        ('[store]\nwarehouse = "postgres://host/x"\n', "store.warehouse", "clickhouse://user:password@host"),
        (
            '[store]\nwarehouse = "clickhouse://host/a;b"\n',
            "store.warehouse",
            "clickhouse://user:password@host",
        ),
        ("[store]\nkeep_days = 1.5\n", "store.keep_days", "a whole number"),
        ('[defaults]\ntimezone = "../../etc/passwd"\n', "defaults.timezone", "a timezone such as"),
        ('[defaults]\ntimezone = ""\n', "defaults.timezone", "a timezone such as"),
        ('[defaults]\ntimezone = "Asia"\n', "defaults.timezone", "found"),
        (f'[[shop]]\nid = "{"a" * 65}"\n', "shop[0].id", "1 to 64"),
    ],
)
def test_a_single_mistake(tmp_path: Path, text: str, key: str, words: str) -> None:
    told = mistakes(tmp_path, text)
    assert list(told) == [key]
    assert words in told[key]


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://erp.example.com/orders?page=1", True),
        ("http://localhost:8080/", True),
        ("http://127.9.9.9/", True),
        ("http://[::1]:80/", True),
        ("http://erp.example.com/", False),
        ("http://127.0.0.1.example.com/", False),
        ("ftp://127.0.0.1/", False),
        ("https:///orders", False),
        ("https://a:99999/", False),
        ("http://[::1/", False),
        ("orders", False),
    ],
)
def test_plain_http_only_to_this_machine(tmp_path: Path, url: str, good: bool) -> None:
    text = f'[[source]]\nkind = "http"\nrecords = "orders"\nurl = "{url}"\n'
    if good:
        assert load(written(tmp_path, text)).source[0].url == url
    else:
        assert list(mistakes(tmp_path, text)) == ["source[0].url"]


def sentence(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert not caught.value.problems
    return str(caught.value)


def test_broken_toml_is_told_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, '[[shop]]\nid = "a"\nname = = 3\n')
    assert sentence(path) == f"{path} is not TOML: line 3, column 8: Invalid value."


def test_a_missing_file(tmp_path: Path) -> None:
    assert sentence(tmp_path / "none.toml") == f"{tmp_path / 'none.toml'} doesn't exist."


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    assert sentence(tmp_path) == f"{tmp_path} is a folder; name the configuration file in it."


def test_a_path_through_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "") / "below.toml"
    assert sentence(path).startswith(f"{path} can't be read: ")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_bytes('[[shop]]\nid = "旗舰店"\n'.encode("gb18030"))
    assert "is not UTF-8 text (byte 16): save it as UTF-8." in sentence(path)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_bytes('﻿[[shop]]\r\nid = "旗舰店"\r\n'.encode())
    assert load(path).shop[0].id == "旗舰店"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(["monitor", "defaults", "store", "shop", "source", "keys"]),
    st.sampled_from(["id", "kind", "weights", "curves", "map", "headers", "now", "tags", "every"]),
)
def test_no_value_is_worse_than_a_mistake(value: object, section: str, key: str) -> None:
    """Whatever stands at a key, the answer is a configuration or a ConfigError."""
    from shopwatch.config import rules
    from shopwatch.config.problems import Findings
    from shopwatch.config.reading import _Elsewhere, _section, _with_secrets
    from shopwatch.config.structs import Contents

    findings = Findings(str)
    for raw in ({section: value}, {section: {key: value}}, {section: [{key: value}]}):
        values = _section(_with_secrets(raw, "", _Elsewhere({}, Path()), findings), Contents, "", findings)
        rules.check(values, rules.Known(scorecards(), [], []), findings)


# ---------------------------------------------------------------- where it lies


def test_the_promised_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    here = tmp_path / "here"
    for folder in (here, tmp_path / "home" / "shopwatch"):
        folder.mkdir(parents=True)
        written(folder, "")
    named = {"SHOPWATCH_CONFIG": "named.toml"}
    assert find(Path("explicit.toml"), named, here) == here / "explicit.toml"
    assert find(None, named, here) == here / "named.toml"
    assert find(None, {}, here) == here / "shopwatch.toml"
    (here / "shopwatch.toml").unlink()
    if sys.platform == "linux":
        assert find(None, {}, here) == tmp_path / "home" / "shopwatch" / "shopwatch.toml"
        (tmp_path / "home" / "shopwatch" / "shopwatch.toml").unlink()
        assert find(None, {}, here) is None


def test_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert state_folder(Path("mine"), tmp_path) == tmp_path / "mine"
    if sys.platform == "linux":
        assert state_folder(None, tmp_path) == tmp_path / "state" / "shopwatch"


# ---------------------------------------------------------------- the first one


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_starter_is_right_as_it_stands(tmp_path: Path, language: str) -> None:
    path = tmp_path / "new" / "shopwatch.toml"
    write_starter(path, language)
    config = load(path, scorecards=scorecards())
    assert config.shop[0].source[0].profile == "auto"


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_the_starter_has_commented_out_is_right_too(tmp_path: Path, language: str) -> None:
    path = tmp_path / "shopwatch.toml"
    write_starter(path, language)
    lines = path.read_text("utf-8").splitlines()
    setting = ("# [", "#  [", "#   [")
    shown = [
        line[2:] if line.startswith(setting) or (line.startswith("#") and " = " in line) else line
        for line in lines
    ]
    path.write_text("\n".join(shown), encoding="utf-8")
    config = load(path, environment={"ERP_TOKEN": "x"}, scorecards=scorecards())
    assert [source.kind for source in config.shop[0].source] == ["files", "official", "http"]
    assert config.shop[0].weights
    assert config.source[0].map


def test_the_starter_never_overwrites(tmp_path: Path) -> None:
    path = written(tmp_path, "mine")
    with pytest.raises(FileExistsError):
        write_starter(path, "en")
    assert path.read_text() == "mine"


def test_both_starters_say_the_same(tmp_path: Path) -> None:
    texts = []
    for language in ("zh_CN", "en"):
        write_starter(tmp_path / f"{language}.toml", language)
        texts.append(tomli.loads((tmp_path / f"{language}.toml").read_text("utf-8")))
    for text in texts:
        text["shop"][0].pop("name")
        text["shop"][0]["source"][0].pop("name")
    assert texts[0] == texts[1]


def test_the_schema_for_editors_knows_every_key() -> None:
    definitions = schema()["$defs"]
    assert set(definitions["Contents"]["properties"]) == {
        "alert",
        "alerts",
        "campaign",
        "care",
        "monitor",
        "screen",
        "defaults",
        "store",
        "shop",
        "source",
        "keys",
    }
    assert "timezone" in definitions["ShopSection"]["properties"]


def test_configuration_needs_no_warehouse_to_be_read() -> None:
    code = "import sys, shopwatch.config; print({'duckdb', 'httpx', 'textual'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_what_a_marketplace_is_not_asked_for_is_one_of_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    keys = 'app_key = "1"\napp_secret = "2"\nshop_id = "3"\nleave_out = ["traces", "trace", "rates"]'
    path.write_text(f'[[shop]]\nid = "a"\n[[shop.source]]\nkind = "doudian"\n{keys}', "utf-8")
    with pytest.raises(ConfigError) as error:
        load(path)
    assert [(one.key, one.right) for one in error.value.problems] == [
        ("shop[0].source[0].leave_out.1", "traces"),
        ("shop[0].source[0].leave_out.2", "traces"),
    ]
