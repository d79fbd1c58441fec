"""A first start without a configuration is an offer, not an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.driving import LANGUAGES
from shopwatch.screens.first_run import FirstRun


def text(app: FirstRun) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("keys", [("enter",), ("1",), ("d",), ("j", "k", "enter")])
async def test_the_demo(keys: tuple[str, ...], language: str, tmp_path: Path) -> None:
    app = FirstRun(tmp_path / "shopwatch.toml", language=language)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
    assert app.return_value == "demo"
    assert not (tmp_path / "shopwatch.toml").exists()


@pytest.mark.parametrize("keys", [("2",), ("w",), ("j", "enter")])
async def test_a_commented_configuration(keys: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "folder" / "shopwatch.toml"
    app = FirstRun(path, language="zh_CN")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
    assert app.return_value == "written"
    assert "#" in path.read_text("utf-8")


async def test_a_configuration_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text("mine", "utf-8")
    app = FirstRun(path, language="zh_CN")
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert "已存在,未改动" in text(app)
        await pilot.press("q")
    assert path.read_text("utf-8") == "mine"
    assert app.return_value == "quit"


async def test_a_folder_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    app = FirstRun(tmp_path / "file" / "shopwatch.toml", language="zh_CN")
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert "无法写入" in text(app)
        await pilot.press("escape")
    assert app.return_value == "quit"
