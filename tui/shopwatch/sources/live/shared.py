"""What the sources of one process share: the readers of records, and those of live marketplaces where tokens lie, the
limits of each app, and connections."""

from __future__ import annotations

import asyncio
from pathlib import Path

from shopwatch.sources.lending import Keeper
from shopwatch.sources.live.connections import Connections
from shopwatch.sources.live.limits import Limits
from shopwatch.sources.live.timing import Timing


class Shared:
    """tokens: the folder of their files."""

    def __init__(self, tokens: Path, timing: Timing | None = None) -> None:
        self.tokens = tokens
        self.timing = timing or Timing()
        self.limits = Limits(self.timing)
        self.connections = Connections()
        self.keeper = Keeper()
        self.reading = asyncio.Lock()
        """One at a time: an engine for each of hundreds of shops would cost more than it saves."""

    def close(self) -> None:
        self.keeper.close()
