"""Gives back to the system the memory that is free: glibc keeps what was freed between things that are still in use,
more of it every day in a process with many threads."""

from __future__ import annotations

import contextlib


def give_back() -> None:
    """Let the system have what nothing is in, where the C library knows how to. Blocks for some milliseconds."""
    import ctypes

    with contextlib.suppress(
        OSError, AttributeError, TypeError
    ):  # elsewhere than on Linux, or with another library
        ctypes.CDLL(None).malloc_trim(0)
