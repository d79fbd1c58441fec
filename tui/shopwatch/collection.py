"""Without the garbage collector, for a while.

A fleet's refresh makes a hundred thousand values that all live on; looking for garbage among them again and
again takes as long as making them.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def no_collection() -> Iterator[None]:
    """Collect nothing inside the block."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
