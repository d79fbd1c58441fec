"""The improvement guides as data, and what to do today from them: load, match, rank, tick off."""

from shopwatch.playbooks.loading import PlaybookError, load
from shopwatch.playbooks.recommending import recommend
from shopwatch.playbooks.schema import Action, Playbook
from shopwatch.playbooks.ticks import Tick

__all__ = ["Action", "Playbook", "PlaybookError", "Tick", "load", "recommend"]
