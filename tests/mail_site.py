"""A mail server on loopback, for tests that send: it takes whatever comes and keeps it."""

from __future__ import annotations

import socketserver
import threading
from typing import ClassVar


class MailSite:
    """recipients: whom each message was for. messages: as they came over the line."""

    def __init__(self) -> None:
        self.recipients: list[list[str]] = []
        self.messages: list[bytes] = []
        site = self

        class Handler(socketserver.StreamRequestHandler):
            timeout: ClassVar[float] = 10.0

            def handle(self) -> None:
                named: list[str] = []
                self.say("220 here")
                while command := self.rfile.readline():
                    verb = command[:4].upper()
                    if verb == b"RCPT":
                        named.append(command.decode().partition(":")[2].strip())
                    if verb == b"DATA":
                        self.say("354 go on")
                        lines = iter(self.rfile.readline, b".\r\n")
                        site.recipients.append(named)
                        site.messages.append(b"".join(lines))
                        named = []
                    self.say("221 bye" if verb == b"QUIT" else "250 well")
                    if verb == b"QUIT":
                        return

            def say(self, words: str) -> None:
                self.wfile.write(f"{words}\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
