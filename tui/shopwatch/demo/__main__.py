"""The child process of `apart.py`: serve what the order says until standard input ends."""

from __future__ import annotations

import signal
import socket
import sys
import threading

import msgspec

from shopwatch.demo.apart import Order
from shopwatch.demo.cast import named
from shopwatch.demo.clock import SimClock
from shopwatch.demo.market import opened
from shopwatch.demo.moments import day_of
from shopwatch.demo.server import Server


def main(words: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C in the terminal is for the monitor
    order = msgspec.json.decode(words, type=Order)
    clock = SimClock(order.start, order.speed, base=order.base)
    market = opened(order.seed, named(order.shops, order.language), order.start)
    server = Server(
        market,
        clock.seconds,
        order.speed,
        gateway=socket.socket(fileno=order.gateway),
        system=socket.socket(fileno=order.system),
    )
    days = range(market.opening, day_of(clock.seconds()) + 1)
    threading.Thread(target=server.prepare, args=(days,), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
