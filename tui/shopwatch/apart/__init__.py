"""The monitor in a process of its own, behind the same `Feed`: what polls and works out never holds up a key.

In one process the screen and the work share one interpreter, which one thread at a time has: with 20,000 records a
second coming in, one key in twenty waited 20 ms for it. Two processes share nothing but the processor, and that the
kernel gives to the screen first.

The terminal's process has `feed` (what views ask) and `process` (which starts the other, and starts it again); the
other runs `__main__`: a `Monitor` as it is, with `telling` (what is new goes over) and `answering` in front of it.
`wire` is what goes between them. The other is a fresh interpreter: a fork of the first would save some 10 MiB and the
0.1 s of an interpreter's start, which nobody waits for, but only once, before there are threads; what has to start
again after a crash, or with another configuration, is started by one way, and that works on every system of POSIX.
"""

from shopwatch.apart.feed import ClosingFeed, open_apart

__all__ = ["ClosingFeed", "open_apart"]
