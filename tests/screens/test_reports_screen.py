"""Reports at the keyboard: `e`, choose, and the screen says where it lies; nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.driving import LANGUAGES, SIZES, at_the_keyboard


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_writes_and_never_over(
    size: tuple[int, int], language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at_the_keyboard(language, size) as hand:
        await hand.press("e")
        assert hand.screen == "ReportsScreen"
        for _time in range(2):
            await hand.press("enter")
        await hand.sees("已写入" if language == "zh_CN" else "Written")
        files = sorted((tmp_path / "shopwatch-reports").iterdir())
        assert [file.name for file in files] == [
            "flagship-shift-20261120-2007-2.md",
            "flagship-shift-20261120-2007.md",
        ]
        assert files[0].read_text("utf-8").startswith("# ")
        await hand.press("escape")
        assert hand.screen == "ShopScreen"


async def test_a_folder_that_cannot_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shopwatch-reports").write_text("a file")
    async with at_the_keyboard("en") as hand:
        await hand.press("e")
        await hand.press("enter")
        await hand.sees("can't be used")
