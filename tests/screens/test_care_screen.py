"""Order care at the keyboard: `w`, the texts, copying one, marking it, sending after a question, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard
from screens.fixture_boards import moment
from shopwatch.board.care import CareBoard, CareGroup, CareItem

ITEM = CareItem(
    key="late_shipping/692600001",
    care="late_shipping",
    order_id="692600001",
    text="您好,订单 692600001 没有在承诺的 11-20 09:00 前发出。",
    since=moment(20, 9),
    promise=moment(20, 9),
    product="手机壳",
)
GROUP = CareGroup(id="late_shipping", name="发货已逾期", count=3, items=(ITEM,))


def text_of_the_only_file(folder: Path) -> str:
    (file,) = folder.iterdir()
    return file.read_text("utf-8-sig")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_is_read_copied_and_marked(
    size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    async with at_the_keyboard(language, size) as hand:
        hand.app.reports = tmp_path
        hand.feed.caring = CareBoard(groups=(GROUP,), told=(), sends="dry")
        await hand.press("w")
        for words in ("发货已逾期 3", "手机壳", "09:00", ITEM.text[:12]):
            assert words in hand.text
        await hand.press("y")
        assert hand.app.clipboard == ITEM.text
        await hand.press("space")
        assert ("told", "flagship", (ITEM.key,), True) in hand.feed.asked
        await hand.press("s")
        assert hand.screen == "AskScreen"
        assert not [one for one in hand.feed.asked if one[0] == "send_care"]
        await hand.press("enter")
        assert ("send_care", "flagship", ()) in hand.feed.asked
        assert hand.screen == "CareScreen"
        await hand.press("e")
        await hand.sees("已写入" if language == "zh_CN" else "Written")
        assert "692600001" in text_of_the_only_file(tmp_path)
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_with_nothing_configured_nothing_can_be_sent() -> None:
    async with at_the_keyboard() as hand:
        hand.feed.caring = CareBoard(groups=(GROUP,), told=(), sends="off")
        await hand.press("w", "s")
        assert hand.screen == "CareScreen"
