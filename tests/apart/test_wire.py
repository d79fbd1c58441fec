"""What goes between the two processes comes as it went: laws over any values, and the scorecards there are."""

from __future__ import annotations

import datetime
import inspect
import typing
import zoneinfo
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apart.any_value import any_of
from screens.fake_feed import FakeFeed
from screens.fixture_boards import NOW, boards
from shopwatch import feed
from shopwatch.apart.questions import ASKED, frozen, question
from shopwatch.apart.wire import Shown, changed, difference
from shopwatch.board import Board
from shopwatch.feed import Feed
from shopwatch.i18n import translation
from shopwatch.rulebook import scorecards
from shopwatch.scoring.scorecard import Scorecard

BOARDS = any_of(Board)


def gone_over(message: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(message), type=type(message))


@settings(max_examples=20)
@given(BOARDS, st.one_of(st.none(), BOARDS))
def test_a_board_is_the_same_on_both_sides_whatever_was_there_before(
    board: Board, before: Board | None
) -> None:
    news = difference(board, before)
    found = before if news is None else changed(before, gone_over(news))
    assert found is not None
    assert found == board
    assert difference(found, board) is None


@settings(max_examples=20)
@given(BOARDS, st.data())
def test_of_a_board_only_what_has_changed_goes_over(board: Board, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(Board.__struct_fields__))
    hint = typing.get_type_hints(Board)[name]
    after = msgspec.structs.replace(board, **{name: data.draw(any_of(hint))})
    news = difference(after, board)
    if after == board:
        assert news is None
        return
    assert news is not None
    told = [one for one in Board.__struct_fields__ if getattr(news.fields, one) is not msgspec.UNSET]
    assert told == [name]
    assert changed(board, gone_over(news)) == after


def test_a_shop_keeps_its_own_zone() -> None:
    """A year has days of other offsets."""
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    board = next(iter(boards("en").values()))
    board = msgspec.structs.replace(board, as_of=NOW.astimezone(berlin))
    news = difference(board, None)
    found = changed(None, gone_over(news)).as_of
    assert found is not None
    assert found == board.as_of
    assert found.tzinfo is berlin


@settings(max_examples=30)
@given(any_of(Shown))
def test_what_a_feed_has_beside_its_boards(shown: Shown) -> None:
    assert gone_over(shown) == shown


def typed(name: str) -> dict[str, Any]:
    """Return the types that a question is asked with and answered by."""
    hints = typing.get_type_hints(getattr(Feed, name), vars(feed) | {"Scorecard": Scorecard})
    return {part: frozen(hint) for part, hint in hints.items()}


@pytest.mark.parametrize("name", sorted(ASKED))
@settings(max_examples=8)
@given(data=st.data())
def test_a_question_is_heard_as_it_was_asked(name: str, data: st.DataObject) -> None:
    hints = typed(name)
    given_ = {part: data.draw(any_of(hint)) for part, hint in hints.items() if part != "return"}
    signature = inspect.signature(getattr(Feed, name))
    asked = signature.bind(None, **given_)
    words = question(name).words(asked.args[1:], asked.kwargs)
    places, options = question(name).given(msgspec.Raw(words))
    assert signature.bind(None, *places, **options).arguments == asked.arguments


@pytest.mark.parametrize("name", sorted(ASKED - {"scorecard"}))
@settings(max_examples=8)
@given(data=st.data())
def test_an_answer_comes_as_it_was_given(name: str, data: st.DataObject) -> None:
    answer = data.draw(any_of(typed(name)["return"]))
    assert question(name).answer(msgspec.Raw(msgspec.json.encode(answer))) == answer


def test_the_rules_of_every_marketplace_come_whole() -> None:
    for rules in scorecards(None, _=translation("en")).values():
        assert question("scorecard").answer(msgspec.Raw(msgspec.json.encode(rules))) == rules


def test_every_question_of_the_feed_is_known() -> None:
    asked = {name for name in vars(Feed) if inspect.iscoroutinefunction(getattr(FakeFeed, name, None))}
    assert asked - {"run"} == ASKED
    assert datetime.datetime in typed("replay")["at"].__args__
