"""Complaints sorted into topics by their words; the words are data, in `rules/voice/topics.toml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from importlib import resources

import msgspec
import tomli

from shopwatch.scoring.clauses import Words

OTHER = "other"


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One topic, as the file says it; every key is explained there."""

    id: str
    name: Words
    means: Words
    words: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    less: float = 1.0
    reason: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    empty: frozenset[str]
    blameless: tuple[str, ...]
    praise: tuple[str, ...]
    blame: tuple[str, ...]
    topic: tuple[Topic, ...]


def load() -> Sorter:
    """Read the topics that are shipped."""
    file = resources.files("shopwatch") / "rules" / "voice" / "topics.toml"
    rules = msgspec.convert(tomli.loads(file.read_text("utf-8")), _File)
    return Sorter(rules.topic, rules.empty, rules.blameless, rules.praise, rules.blame)


class Sorter:
    """Sorts texts. `topics` are in the order of the file, `other` the last; `empty` words never name a cluster;
    `blameless` reasons to send a thing back complain of nothing; a clause of `praise` without `blame` isn't heard."""

    def __init__(
        self,
        topics: tuple[Topic, ...],
        empty: frozenset[str] = frozenset(),
        blameless: tuple[str, ...] = (),
        praise: tuple[str, ...] = (),
        blame: tuple[str, ...] = (),
    ) -> None:
        self.topics = topics
        self.empty = empty
        self._blameless = _any(blameless) if blameless else None
        self._praise = _any(praise) if praise else None
        self._blame = _any(blame) if blame else None
        self._words = [(topic, _any(topic.words)) for topic in topics if topic.words]
        self._besides = {topic.id: _any(topic.besides) for topic in topics if topic.besides}
        self._weak = [(topic.id, _any(topic.weak)) for topic in topics if topic.weak]
        self._of_reason = {topic.reason: topic.id for topic in topics if topic.reason}
        self.topics_of = functools.lru_cache(maxsize=100_000)(self._topics_of)

    def _topics_of(self, text: str, reason: str | None = None) -> tuple[str, ...]:
        """Return the topics that a complaint names, the main one first. reason: an after-sale's class."""
        named: list[tuple[float, int, str]] = []
        small = self._without_praise(text.lower())
        for topic, words in self._words:
            besides = self._besides.get(topic.id)
            heard = besides.sub(_blank, small) if besides else small
            starts = [found.start() for found in words.finditer(heard)]
            if starts:
                named.append((-len(starts) * topic.less, starts[0], topic.id))
        if named:
            return tuple(topic for _count, _start, topic in sorted(named))
        weak = next((topic for topic, words in self._weak if words.search(small)), None)
        return (weak or self._of_reason.get(reason or "", OTHER),)

    def _without_praise(self, text: str) -> str:
        """Leave out the clauses that praise and blame nothing."""
        if self._praise is None or not self._praise.search(text):
            return text
        return "，".join(clause for clause in _SENTENCE.split(text) if not self._praises(clause))

    def _praises(self, clause: str) -> bool:
        if self._praise is None or not self._praise.search(clause):
            return False
        return self._blame is None or not self._blame.search(clause)

    def complains(self, reason: str) -> bool:
        """Return whether a reason to send a thing back complains of anything: a change of mind doesn't."""
        return self._blameless is None or not self._blameless.fullmatch(reason.strip().lower())

    def about(self, text: str, topic: str) -> str:
        """Return the clauses of a text that name a topic, else all of it."""
        words = next((words for one, words in self._words if one.id == topic), None)
        clauses = [
            clause for clause in _CLAUSE.split(text) if words is not None and words.search(clause.lower())
        ]
        return " ".join(clauses) or text


_SENTENCE = re.compile(r"[，。！？；,.!?;~～…\n]+")
_CLAUSE = re.compile(r"[\s，。！？；,.!?;~～…、]+")


def _blank(found: re.Match[str]) -> str:
    """Return as many marks as there were letters: what stands after them keeps its place."""
    return "·" * len(found[0])


def _any(words: Iterable[str]) -> re.Pattern[str]:
    """Compile words for texts in small letters: told to ignore their case, the engine tries every one everywhere.

    Where each alternative begins with a letter of its own, the engine looks only where one of these letters stands;
    so groups that a word begins with are written out.
    """
    every = dict.fromkeys(one for word in words for one in _written_out(word.lower()))
    return re.compile("|".join(sorted(every, key=lambda one: not _begins_plainly(one))))


def _written_out(word: str) -> Iterator[str]:
    """Write out the group, or the letter that may be lacking, that a word begins with."""
    end = _end_of_group(word) if word.startswith("(") else 1
    first, rest = word[:end], word[end:]
    if rest.startswith(("*", "+", "{")) or word.startswith(("(?", "[", ".", "\\", "^")) or not word:
        yield word
    elif rest.startswith("?"):
        yield from _written_out(first + rest[1:])
        yield from _written_out(rest[1:])
    elif len(first) > 1:
        for one in _alternatives(first[1:-1]):
            yield from _written_out(one + rest)
    else:
        yield word


def _end_of_group(word: str) -> int:
    depth = 0
    for place, letter in enumerate(word):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return place + 1
    return len(word)


def _alternatives(group: str) -> list[str]:
    """Return what stands between the bars of a group, but not between those of a group inside it."""
    found, depth = [""], 0
    for letter in group:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def _begins_plainly(word: str) -> bool:
    return word[:1] not in ("(", "[", ".", "\\", "^")
