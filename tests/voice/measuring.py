"""How well complaints are sorted: the mean over the topics of how well each is told (F1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def by_topic(pairs: Iterable[tuple[Sequence[str], Sequence[str]]]) -> dict[str, float]:
    """Return each topic's F1, of pairs of what a person named and what was found."""
    known = [(set(named), set(found)) for named, found in pairs]
    topics = {topic for named, _found in known for topic in named}
    return {
        topic: 2
        * sum(topic in named and topic in found for named, found in known)
        / sum((topic in named) + (topic in found) for named, found in known)
        for topic in sorted(topics)
    }


def macro(scores: dict[str, float]) -> float:
    return sum(scores.values()) / len(scores)
