"""The feed's questions as messages: what each is asked with and answered by, as the signatures of `Feed` say."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from shopwatch import feed
from shopwatch.feed import Feed

ASKED = frozenset(
    name for name, method in vars(Feed).items() if inspect.iscoroutinefunction(method) and name != "run"
)
"""The names of all questions."""


class Question:
    """One of them. acts: it is answered by nothing, once the boards show what it did."""

    def __init__(self, name: str) -> None:
        from shopwatch.scoring.scorecard import Scorecard

        method = getattr(Feed, name)
        self._signature = inspect.signature(method)
        hints = {
            name: frozen(hint)
            for name, hint in typing.get_type_hints(method, vars(feed) | {"Scorecard": Scorecard}).items()
        }
        answer = hints.pop("return")
        self.acts = answer is type(None)
        given = [
            _field(one, hints[one.name]) for one in self._signature.parameters.values() if one.name in hints
        ]
        self._given = msgspec.defstruct(name, given, kw_only=True)
        self._asked = msgspec.json.Decoder(self._given)
        self._answered = msgspec.json.Decoder(answer)

    def words(self, given: Sequence[Any], options: Mapping[str, Any]) -> bytes:
        bound = self._signature.bind(None, *given, **options).arguments
        del bound["self"]
        return msgspec.json.encode(self._given(**bound))

    def given(self, words: msgspec.Raw) -> tuple[list[Any], dict[str, Any]]:
        """Return what it is asked with, as its method takes it."""
        asked = self._asked.decode(words)
        places, options = [], {}
        for one in self._signature.parameters.values():
            if one.kind is one.KEYWORD_ONLY:
                options[one.name] = getattr(asked, one.name)
            elif one.name != "self":
                places.append(getattr(asked, one.name))
        return places, options

    def answer(self, words: msgspec.Raw) -> Any:
        return self._answered.decode(words)


@functools.cache
def question(name: str) -> Question:
    """Return the question of this name; a KeyError where there is none."""
    if name not in ASKED:
        raise KeyError(name)
    return Question(name)


def frozen(hint: Any) -> Any:
    """Return what a sequence is decoded as."""
    if typing.get_origin(hint) is not Sequence:
        return hint
    (of,) = typing.get_args(hint)
    return tuple.__class_getitem__((of, ...))


def _field(parameter: inspect.Parameter, hint: Any) -> tuple[str, Any] | tuple[str, Any, Any]:
    if parameter.default is parameter.empty:
        return parameter.name, hint
    return parameter.name, hint, parameter.default
