"""A hundred thousand reviews are sorted in half a minute on one core."""

from __future__ import annotations

import time

from shopwatch.voice import load
from voice.labelled import reviews

MANY, MOST_SECONDS = 100_000, 30.0


def test_a_hundred_thousand_reviews_are_sorted_in_half_a_minute() -> None:
    sorter = load()
    texts = list(reviews("0"))
    begin = time.process_time()
    for text in texts:
        sorter.topics_of(text)
    taken = (time.process_time() - begin) * MANY / len(texts)
    print(f"{MANY} reviews sorted in {taken:.1f} s of one core")
    assert taken < MOST_SECONDS
