"""The voice of the buyer at the keyboard: `v`, a problem, its orders, and back."""

from __future__ import annotations

import datetime

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from shopwatch.board import Sudden
from shopwatch.board.voice import Problem, VoiceBoard

SLOW = Problem(
    topic="slow",
    name="物流慢",
    count=41,
    before=12,
    share=0.41,
    examples=("等了一个星期才到",),
    orders=("6952021180001",),
    products=(("手机壳", 30),),
    carriers=(("中通", 39),),
    sudden=True,
)
QUALITY = Problem(
    topic="quality",
    name="质量问题",
    count=30,
    before=33,
    share=0.3,
    examples=(),
    orders=(),
    products=(),
    carriers=(),
)
HEARD = VoiceBoard(first=datetime.date(2026, 11, 1), total=100, before=80, problems=(SLOW, QUALITY))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_problems_and_what_is_behind_one(size: tuple[int, int], language: str) -> None:
    async with at_the_keyboard(language, size) as hand:
        hand.feed.heard = HEARD
        sudden = Sudden(
            id="carrier:中通",
            by="carrier",
            key="中通",
            topics=("slow",),
            count=39,
            usual=1.2,
            words="中通 39 / 1.2",
        )
        hand.feed.change("flagship", sudden=(sudden,))
        await hand.press("v")
        for words in ("⚠", "中通 39 / 1.2", "物流慢", "41", "12", "↑29", "↓3", "41%"):
            assert words in hand.text
        await hand.press("enter")
        assert hand.screen == "ProblemScreen"
        for words in ("等了一个星期才到", "手机壳 30", "中通 39", "6952021180001"):
            assert words in hand.text
        await hand.press("escape")
        assert hand.screen == "VoiceScreen"
        await hand.press("escape")
        assert hand.screen == "ShopScreen"
