"""Where the marketplace and the shops' own system are asked: free ports of loopback."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"
PATH = "/records"


def listen() -> socket.socket:
    """Take a free port; who asks before anybody serves it waits in the queue."""
    return socket.create_server((HOST, 0), backlog=256)


def url_of(listening: socket.socket) -> str:
    return f"http://{HOST}:{listening.getsockname()[1]}"
