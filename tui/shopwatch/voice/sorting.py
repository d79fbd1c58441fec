"""Complaints sorted into topics by their words; the words are data, in `rules/voice/topics.toml`."""

from __future__ import annotations

import functools
import re
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
    less: float = 1.0
    reason: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    empty: frozenset[str]
    blameless: tuple[str, ...]
    topic: tuple[Topic, ...]


def load() -> Sorter:
    """Read the topics that are shipped."""
    file = resources.files("shopwatch") / "rules" / "voice" / "topics.toml"
    rules = msgspec.convert(tomli.loads(file.read_text("utf-8")), _File)
    return Sorter(rules.topic, rules.empty, rules.blameless)


class Sorter:
    """Sorts texts. `topics` are in the order of the file, `other` the last; `empty` words never name a cluster;
    `blameless` reasons to send a thing back complain of nothing."""

    def __init__(
        self,
        topics: tuple[Topic, ...],
        empty: frozenset[str] = frozenset(),
        blameless: tuple[str, ...] = (),
    ) -> None:
        self.topics = topics
        self.empty = empty
        self._blameless = _any(blameless) if blameless else None
        self._words = [(topic, _any(topic.words)) for topic in topics if topic.words]
        self._weak = [(topic.id, _any(topic.weak)) for topic in topics if topic.weak]
        self._of_reason = {topic.reason: topic.id for topic in topics if topic.reason}
        self.topics_of = functools.lru_cache(maxsize=100_000)(self._topics_of)

    def _topics_of(self, text: str, reason: str | None = None) -> tuple[str, ...]:
        """Return the topics that a complaint names, the main one first. reason: an after-sale's class."""
        named: list[tuple[float, int, str]] = []
        small = text.lower()
        for topic, words in self._words:
            starts = [found.start() for found in words.finditer(small)]
            if starts:
                named.append((-len(starts) * topic.less, starts[0], topic.id))
        if named:
            return tuple(topic for _count, _start, topic in sorted(named))
        weak = next((topic for topic, words in self._weak if words.search(small)), None)
        return (weak or self._of_reason.get(reason or "", OTHER),)

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


_CLAUSE = re.compile(r"[\s，。！？；,.!?;~～…、]+")


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    """Compile words for texts in small letters: told to ignore their case, the engine tries every one everywhere."""
    return re.compile("|".join(words).lower())
