"""The three reports, as Markdown, HTML and CSV: what they say, and that nothing somebody wrote does anything."""

from __future__ import annotations

import csv
import datetime
import html.parser
import io
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest

from running import Place
from screens.fixture_boards import NOW, boards
from screens.test_leagues_screen import CARRIERS, PRODUCTS
from screens.test_voice_screen import HEARD, SLOW
from shopwatch.board import Board, Sudden
from shopwatch.board.deeds import Deed
from shopwatch.board.leagues import LeagueBoard
from shopwatch.feed import Beyond
from shopwatch.i18n import translation
from shopwatch.reports.contents import report
from shopwatch.reports.document import FORMATS, KINDS, Format, Kind
from shopwatch.reports.markdown import escaped
from shopwatch.reports.table_file import cell
from shopwatch.reports.writing import written

HOSTILE = (
    '<img src="http://evil.test/x.png"><script>alert(1)</script>|**a**|`b`\n# c\u202e[d](http://evil.test)'
)
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
needs_pictures = pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("pdftotext")), reason="needs chromium and pdftotext"
)


def told(
    kind: Kind, form: Format, language: str = "en", board: Board | None = None, beyond: Beyond | None = None
) -> str:
    shown = [board] if board is not None else list(boards(language).values())
    besides = {one.id: beyond or beyond_of("中通快递") for one in shown}
    return written(report(kind, shown, NOW, translation(language), language=language, beyond=besides), form)


def beyond_of(name: str) -> Beyond:
    """What is told beyond a board, every text from outside being the name."""
    replace = msgspec.structs.replace
    table = replace(
        CARRIERS, name=name, rows=tuple(replace(one, key=name, advice=name) for one in CARRIERS.rows)
    )
    problem = replace(
        SLOW, name=name, examples=(name,), products=((name, 3),), carriers=((name, 2),), orders=(name,)
    )
    return Beyond(
        voice=replace(HEARD, problems=(problem,)), leagues=LeagueBoard(tables=(table, PRODUCTS), enough=30)
    )


def hostile() -> Board:
    """A board whose every text from outside says the same."""
    board = boards("en")["flagship"]
    replace = msgspec.structs.replace
    risk = replace(board.risks[0], why=HOSTILE, owner=HOSTILE, note=HOSTILE, carrier=HOSTILE, product=HOSTILE,
                   order_id="=cmd|' /C calc'!A0", seconds_left=-60.0)  # fmt: skip
    driver = board.drivers[0]
    slices = tuple(replace(one, key=HOSTILE) for one in driver.slices)
    week = replace(board.drivers_over, week=(replace(driver, indicator=HOSTILE, slices=slices),))
    return replace(
        board,
        name=HOSTILE,
        risks=(risk,),
        actions=tuple(replace(one, title=HOSTILE, evidence=HOSTILE, effect=HOSTILE) for one in board.actions),
        lines=tuple(replace(one, name=HOSTILE, words=HOSTILE, effect=HOSTILE) for one in board.lines),
        sources=tuple(replace(one, name=HOSTILE, state="failing", error=HOSTILE) for one in board.sources),
        notes=(HOSTILE,),
        sudden=(
            Sudden(
                id="x",
                by="carrier",
                key=HOSTILE,
                topics=(),
                count=9,
                usual=0.5,
                words=HOSTILE,
                orders=(HOSTILE,),
            ),
        ),
        drivers_over=week,
    )


class Tags(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _value in attrs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_no_tag_but_ours(kind: Kind) -> None:
    page = told(kind, "html", board=hostile(), beyond=beyond_of(HOSTILE))
    found = Tags(page)
    assert not found.tags & {"script", "img", "a", "link", "iframe", "object", "form", "base"}
    assert not [name for name in found.names if name.startswith("on") or name in ("src", "href", "style")]
    assert "url(" not in page
    assert "@import" not in page
    assert "&lt;script&gt;" in page, "what was written is shown"
    assert "\u202e" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_markdown_keeps_to_its_own_tables_and_headings(kind: Kind) -> None:
    text = told(kind, "md", board=hostile(), beyond=beyond_of(HOSTILE))
    bare = re.sub(r"\\.", "", text)
    assert "<" not in bare
    assert "[" not in bare
    assert "://" not in bare
    assert not [line for line in bare.splitlines() if line.startswith("# c")]
    columns = 0
    for line in bare.splitlines():
        columns = (columns or line.count("|")) if line.startswith("|") else 0
        assert line.count("|") == columns, "a hostile cell makes no column"


@pytest.mark.parametrize("kind", KINDS)
def test_csv_is_square_and_holds_no_formula(kind: Kind) -> None:
    text = told(kind, "csv", board=hostile(), beyond=beyond_of(HOSTILE))
    assert text.startswith("\ufeff")
    assert text.count("\n") == text.count("\r\n")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for one in row:
            assert one[:1] not in "=@\t\r" or not one
            assert one[:1] not in "+-" or not one or re.fullmatch(r"[+-][\d.,]+%?", one)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("=1+1", "'=1+1"), ("+1+cmd", "'+1+cmd"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'=1"),
        ("\r=1", "'=1"), ("  =1", "'=1"), ("＝1", "'＝1"), ("-0.94", "-0.94"), ("+2.31", "+2.31"), ("—", "—"),
        ("6970000000000068391", "6970000000000068391\t"), ("13.9%", "13.9%"), ("", ""), ("a\nb", "a b"),
    ],
)  # fmt: skip
def test_cells(text: str, kept: str) -> None:
    assert cell(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a|b", r"a\|b"),
        ("1. x", r"1\. x"),
        ("- x", r"\- x"),
        ("www.evil.test", r"www\.evil.test"),
        ("a_b", r"a\_b"),
    ],
)
def test_markdown_is_escaped(text: str, kept: str) -> None:
    assert escaped(text) == kept


def test_a_shift_tells_what_runs_out_and_which_source_fails() -> None:
    text = told("shift", "md", "zh_CN")
    for words in ("交接班", "81\\.4", "本班到期", "下一班到期", "夜里起算", "数据源异常", "关键线"):
        assert words in text, words


def test_a_daily_report_has_one_row_for_each_order() -> None:
    rows = csv.reader(
        io.StringIO(told("daily", "csv", board=boards("en")["flagship"]).removeprefix("\ufeff"))
    )
    orders = [row[2].strip() for row in rows if len(row) > 3 and row[3] and row[2] != "Order"]
    assert orders
    assert len(orders) == len(set(orders))


def test_a_review_has_the_league_tables_and_the_voice() -> None:
    rows = list(csv.reader(io.StringIO(told("fortnightly", "csv", "zh_CN").removeprefix("\ufeff"))))
    (carrier,) = [row for row in rows if row[:1] == ["旗舰店"] and row[2:4] == ["中通快递", "✗ 14.6小时"]]
    assert "把单量分给别家" not in carrier  # the name stands for every text of it
    assert "-1.33" in carrier
    (problem,) = [row for row in rows if row[:1] == ["旗舰店"] and row[2:3] == ["⚠ 中通快递"]]
    assert problem[3:6] == ["41", "12", "41%"]
    page = told("fortnightly", "html", "zh_CN")
    for words in ("本店均值", "96.90%", "· 4.2小时", "暂无数据", "11-01 起共 100 条投诉"):
        assert words in page, words
    assert page.count("<svg") >= 4  # the bars of what each carrier does, too
    plain = told("fortnightly", "html", "zh_CN", beyond=Beyond())
    assert "本店均值" not in plain


@pytest.mark.parametrize("kind", ["shift", "fortnightly"])
def test_what_is_suddenly_more_is_handed_over_with_its_orders(kind: Kind) -> None:
    sudden = Sudden(
        id="carrier:中通", by="carrier", key="中通", topics=("slow",), count=39, usual=1.2,
        words="中通 24 小时 39 条投诉", orders=("6952021180001", "6952021180002"),
    )  # fmt: skip
    board = msgspec.structs.replace(boards("zh_CN")["flagship"], sudden=(sudden,))
    text = told(kind, "md", "zh_CN", board=board)
    assert "突增投诉" in text
    assert "6952021180001 6952021180002" in text
    assert "突增投诉" not in told(kind, "md", "zh_CN")


def test_actions_come_with_their_owner_and_the_overdue_first() -> None:
    board = boards("zh_CN")["flagship"]
    late = msgspec.structs.replace(
        board.actions[-1],
        done=False,
        owner="小林",
        due_at=NOW - datetime.timedelta(hours=2),
        note="已联系网点",
    )
    soon = msgspec.structs.replace(
        board.actions[0], done=False, owner="老周", due_at=NOW + datetime.timedelta(hours=2)
    )
    board = msgspec.structs.replace(board, actions=(soon, *board.actions[1:-1], late), as_of=NOW)
    rows = list(csv.reader(io.StringIO(told("shift", "csv", "zh_CN", board=board).removeprefix("\ufeff"))))
    titles = [row[3] for row in rows if len(row) > 3 and row[2][:1] in "☐☑" and row[2]]
    assert titles[0] == late.title
    (first,) = [row for row in rows if len(row) > 3 and row[3] == late.title]
    assert first[5] == "小林"
    assert first[6].endswith("已逾期")
    assert first[8] == "已联系网点"
    (other,) = [row for row in rows if len(row) > 3 and row[3] == soon.title]
    assert other[5] == "老周"
    assert "逾期" not in other[6]


def test_a_review_has_what_was_ticked_off_in_the_fortnight_and_not_taken_back() -> None:
    board = boards("zh_CN")["flagship"]
    action = msgspec.structs.replace(board.actions[0], done=True, effect="平均揽收 −0.3小时")
    board = msgspec.structs.replace(board, actions=(action, *board.actions[1:]), as_of=NOW)

    def deed(days: float, id_: str, kind: str, by: str) -> Deed:
        return Deed(at=NOW - datetime.timedelta(days=days), action=id_, title=f"动作 {id_}", kind=kind, by=by)

    deeds = (
        deed(0.1, action.id, "tick", "小林"),
        deed(1, "taken-back", "undo", "老周"),
        deed(1.1, "taken-back", "tick", "老周"),
        deed(2, action.id, "tick", "老周"),
        deed(3, action.id, "note", "老周"),
        deed(15, "old", "tick", "小林"),
    )
    text = told("fortnightly", "csv", "zh_CN", board=board, beyond=Beyond(deeds=deeds))
    rows = [
        row
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))
        if row[1:2] == ["近两周已做及效果"]
    ]
    assert [row[2:7] for row in rows[-1:]] == [
        [f"动作 {action.id}", "2", rows[-1][4], "小林 · 老周", "平均揽收 −0.3小时"]
    ]
    assert "动作 taken-back" not in text
    assert "动作 old" not in text


# ---------------------------------------------------------------- the command


def test_a_review_of_real_files_has_its_tables_and_its_voice(shops: Place) -> None:
    example = Path(__file__).parents[2] / "config.example.toml"
    shops.run(
        "report", "--config", str(example), "--kind", "fortnightly", "--shop", "qinghe", "--format", "html",
        "-o", "review.html",
    )  # fmt: skip
    page = (shops.folder / "review.html").read_text("utf-8")
    for words in ("Carriers", "Products", "Agents", "Provinces", "Voice of the buyer", "中通快递", "小青"):
        assert words in page, words


def test_the_command_writes_each_format_beside_the_other(shops: Place) -> None:
    shops.run("report", "--format", "md,html,csv", "-o", "out/r").ended(2, "can't be used")
    shops.run("report", "--format", "md,html,csv", "-o", "r").ended(0)
    for form in FORMATS:
        assert "1001" in (shops.folder / f"r.{form}").read_text("utf-8")
    printed = shops.run("report", "--kind", "daily", "--shop", "a")
    printed.ended(0)
    assert printed.out.startswith("# Daily abnormal orders")
    shops.run("report", "--format", "md,csv").ended(2, "-o FILE")
    shops.run("report", "--format", "pdf").ended(2, "md | html | csv")
    shops.run("report", "--shop", "none").ended(2, "There is no shop none")


# ---------------------------------------------------------------- in a real browser


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A proxy that answers nothing, and the addresses that it was asked for."""
    seen: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_error(404)

        do_CONNECT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()
    thread.join()


def printed_text(page: str, proxy: str, folder: Path) -> tuple[str, str]:
    """Print a page as Chromium would; return the words on the paper, and what the browser complained of."""
    source, paper = folder / "page.html", folder / "page.pdf"
    source.write_text(page, "utf-8")
    options = [f"--user-data-dir={folder / 'profile'}", f"--proxy-server={proxy}", "--enable-logging=stderr"]
    ran = subprocess.run(
        [*CHROMIUM, *options, f"--print-to-pdf={paper}", "--no-pdf-header-footer", source.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    words = subprocess.run(
        ["pdftotext", paper, "-"], capture_output=True, encoding="utf-8", check=True
    ).stdout
    return words, "\n".join(line for line in ran.stderr.splitlines() if "CONSOLE" in line)


@needs_pictures
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_CN", ("双周复盘", "旗舰店", "81.4", "每日得分", "指标")),
        ("en", ("Fortnightly review", "Flagship")),
    ],
)
def test_chromium_prints_it(
    language: str, words: tuple[str, ...], asked: tuple[str, list[str]], tmp_path: Path
) -> None:
    proxy, seen = asked
    paper, complaints = printed_text(told("fortnightly", "html", language), proxy, tmp_path)
    for one in words:
        assert one in paper, one
    assert complaints == ""
    assert not [address for address in seen if "evil" in address]


@needs_pictures
def test_a_hostile_page_asks_for_nothing(asked: tuple[str, list[str]], tmp_path: Path) -> None:
    proxy, seen = asked
    printed_text('<img src="http://evil.test/control.png">', proxy, tmp_path)
    assert [address for address in seen if "evil.test/control" in address], "the proxy sees what is asked for"
    seen.clear()
    paper, complaints = printed_text(
        told("shift", "html", board=hostile(), beyond=beyond_of(HOSTILE)), proxy, tmp_path
    )
    assert "<script>alert(1)</script>" in re.sub(r"\s", "", paper)
    assert complaints == ""
    assert not [address for address in seen if "evil" in address]
