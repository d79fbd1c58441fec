"""Voice of the buyer: what complaints are about, and where there are suddenly more of them. Pure but for the rules."""

from shopwatch.voice.bursts import Complaint, sudden
from shopwatch.voice.sorting import OTHER, Sorter, Topic, load

__all__ = ["OTHER", "Complaint", "Sorter", "Topic", "load", "sudden"]
