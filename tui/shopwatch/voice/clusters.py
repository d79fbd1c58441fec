"""Complaints of one topic, clustered by the word that most of them share.

The word that most of them use in the clauses about the topic makes the first cluster, what is left the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

LEAST = 3
"""Fewer complaints than this that share a word are single cases."""

MOST = 6


class Cluster(NamedTuple):
    word: str
    places: tuple[int, ...]  # of the texts that use it


def clusters(texts: Sequence[str], empty: Collection[str]) -> list[Cluster]:
    """Return the clusters of some texts, the largest first. empty: words that say nothing of what is wrong."""
    left = {place: words for place, text in enumerate(texts) if (words := set(_words(text, empty)))}
    found: list[Cluster] = []
    while len(found) < MOST:
        counted = Counter(word for words in left.values() for word in words)
        word, count = max(counted.items(), key=lambda one: (one[1], len(one[0]), one[0]), default=("", 0))
        if count < LEAST:
            break
        places = tuple(place for place, words in left.items() if word in words)
        found.append(Cluster(word, places))
        for place in places:
            del left[place]
    return found


def _words(text: str, empty: Collection[str]) -> Iterable[str]:
    import rjieba  # its dictionary takes a third of a second to load

    return (
        word
        for one in rjieba.cut(text)
        if len(word := one.strip().lower()) > 1 and word not in empty and not word.isdigit()
    )
