"""The alerts at the keyboard: `!`, take note, go to what is behind one, and back; and what the terminal does."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from screens.driving import LANGUAGES, SIZES, Hand, at_the_keyboard
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW
from shopwatch.board import AlertBoard
from shopwatch.config.structs import AlertsSection
from shopwatch.screens.ringing import LONGEST, Ringer, plain


def alert(number: int, level: str = "urgent", **more: object) -> AlertBoard:
    made = AlertBoard(
        id=f"flagship/line/{number}", rule="line_lost", shop="flagship", shop_name="旗舰店", level="urgent",
        words=f"精选联盟 未达 第{number}条", since=NOW - datetime.timedelta(hours=1), opens="score",
        told_at=NOW - datetime.timedelta(minutes=50), times=1,
    )  # fmt: skip
    return msgspec.structs.replace(made, level=level, **more)


def feed(language: str, *alerts: AlertBoard) -> FakeFeed:
    made = FakeFeed(language)
    made.alerts = alerts
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_lists_them_and_takes_note(size: tuple[int, int], language: str) -> None:
    over = alert(3, ended_at=NOW - datetime.timedelta(minutes=5))
    async with at_the_keyboard(language, size, feed(language, alert(1), alert(2, "warning"), over)) as hand:
        await hand.press("exclamation_mark")
        assert hand.screen == "AlertsScreen"
        for n in (1, 2, 3):
            await hand.sees(f"第{n}条")
        await hand.press("space")
        assert hand.feed.asked[-1] == ("acknowledge", ("flagship/line/1",))
        await hand.sees("小林")
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_enter_opens_what_is_behind_it_in_its_shop() -> None:
    other = next(shop for shop in FakeFeed().boards if shop != "flagship")
    async with at_the_keyboard(feed=feed("zh_CN", alert(1, shop=other))) as hand:
        await hand.press("exclamation_mark")
        await hand.sees("第1条")
        await hand.press("enter")
        assert hand.screen == "ScoreScreen"
        assert hand.app.shown == other
        await hand.press("escape")
        assert hand.screen == "AlertsScreen"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_status_line_counts_those_that_nobody_took_note_of(language: str) -> None:
    noted = alert(2, acknowledged_at=NOW)
    async with at_the_keyboard(language, feed=feed(language, alert(1), noted)) as hand:
        assert ("‼ 紧急 1" if language == "zh_CN" else "‼ urgent 1") in hand.text


async def test_nothing_wrong_says_so() -> None:
    async with at_the_keyboard() as hand:
        await hand.press("exclamation_mark")
        assert "一切正常" in hand.text


class Bell:
    """What an alert makes the terminal do."""

    def __init__(self, hand: Hand, alarm: AlertsSection, begun: datetime.datetime | None = None) -> None:
        self.rung, self.written = 0, ""
        self.ringer = Ringer(hand.app, alarm, hand.app.view.words, begun)
        hand.app.bell = self._bell  # type: ignore[method-assign]
        self.ringer._write = self._write  # type: ignore[method-assign]

    def _bell(self) -> None:
        self.rung += 1

    def _write(self, sequence: str) -> None:
        self.written += sequence


async def test_it_rings_for_what_is_told_from_now_on_and_once() -> None:
    async with at_the_keyboard() as hand:
        bell = Bell(hand, AlertsSection(desktop=True))
        bell.ringer.ring([alert(1)])  # told before this start
        assert (bell.rung, "\x1b]2;‼1 shopwatch\x07" in bell.written) == (0, True)
        bell.ringer.ring([alert(1), alert(2, words="坏\x07\x1b[2J了"), alert(3, "warning")])
        await hand.sees("报警,按 ! 查看")
        assert bell.rung == 1
        assert "\x1b]9;旗舰店 · 坏[2J了\x07" in bell.written  # what a name holds can't end the sequence
        bell.ringer.ring([alert(1), alert(2), alert(3, "warning")])
        assert bell.rung == 1
        bell.ringer.ring([alert(1), alert(2, times=2)])
        assert bell.rung == 2


async def test_what_has_rung_before_a_start_rings_at_none() -> None:
    """The first that is heard of the monitor, or of one that is started again, is that it knows of no alert."""
    async with at_the_keyboard() as hand:
        bell = Bell(hand, AlertsSection(title=False), begun=NOW)
        bell.ringer.ring([])
        old = alert(1, told_at=NOW - datetime.timedelta(minutes=5))
        bell.ringer.ring([old])
        assert bell.rung == 0
        bell.ringer.ring([old, alert(2, told_at=NOW)])
        assert bell.rung == 1
        bell.ringer.ring([])
        bell.ringer.ring([old, alert(2, told_at=NOW)])
        assert bell.rung == 1
        bell.ringer.ring([old, alert(2, told_at=NOW), alert(3, told_at=NOW)])
        assert bell.rung == 2


async def test_a_notice_makes_no_noise() -> None:
    async with at_the_keyboard() as hand:
        bell = Bell(hand, AlertsSection(title=False))
        bell.ringer.ring([])
        bell.ringer.ring([alert(1, "notice")])
        await hand.sees("第1条")
        assert (bell.rung, bell.written) == (0, "")


async def test_one_notice_stands_at_a_time() -> None:
    async with at_the_keyboard() as hand:
        bell = Bell(hand, AlertsSection(title=False))
        bell.ringer.ring([])
        for number in (1, 2, 3):
            bell.ringer.ring([alert(n) for n in range(1, number + 1)])
            await hand.sees(f"第{number}条")
        assert "第1条" not in hand.text
        assert "第2条" not in hand.text


def test_a_notice_tells_its_sentence_to_the_end_or_says_that_it_goes_on() -> None:
    line = "Guoran Fresh Fruit · Sales alliance not met 11.0 short Product"
    told = f"{line} · below it the shop leaves the sales alliance and creators cannot sell for it"
    assert plain(told) == told
    assert plain(told * 2).endswith("…")
    assert len(plain(told * 2)) == LONGEST
