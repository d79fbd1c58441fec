"""The negative reviews that a person sorted by hand, and how they were drawn.

The labels were written by reading each text, before there was anything to sort texts with. Half of them, told by the
hash, are for tuning; the other half must not be looked at while tuning: it is what a bar is held against.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shared_data import shared

SEED = "shopwatch-voice-1"
DRAWN = 300
MORE = 400
LABELS = Path(__file__).with_name("labels.tsv")
MORE_LABELS = Path(__file__).with_name("more_labels.tsv")


class Labelled(NamedTuple):
    """One review. topics: those a person sorted it into, the main one first. seen: of the half for tuning."""

    text: str
    topics: tuple[str, ...]
    seen: bool


def key_of(text: str) -> str:
    return hashlib.sha256(f"{SEED}/{text}".encode()).hexdigest()[:24]


def reviews(label: str) -> Iterator[str]:
    """Return the texts with a label: "0" for negative, "1" for positive."""
    csv.field_size_limit(10**9)
    with gzip.open(shared("zh_reviews/online_shopping_10_cats.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            text = row["review"].replace("\ufeff", "").strip()
            if text and row["label"] == label:
                yield text


def drawn() -> dict[str, str]:
    """Return the negative reviews with the lowest hashes, by hash; those labelled for tuning alone follow."""
    texts = {key_of(text): text for text in reviews("0")}
    return {key: texts[key] for key in sorted(texts)[: DRAWN + MORE]}


def labelled() -> list[Labelled]:
    texts = drawn()
    return [Labelled(texts[key], topics, seen=int(key[-1], 16) % 2 == 0) for key, topics in _labels(LABELS)]


def more_labelled() -> list[Labelled]:
    """Return what was labelled later, to tune by."""
    texts = drawn()
    return [Labelled(texts[key], topics, seen=True) for key, topics in _labels(MORE_LABELS)]


def _labels(file: Path) -> list[tuple[str, tuple[str, ...]]]:
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(key, tuple(topics.split())) for key, topics in rows]
