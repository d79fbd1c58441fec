"""The monitor in a browser: on this machine alone unless told otherwise, and for whoever has the token."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import sys

from shopwatch.commands.here import (
    OK,
    CommandError,
    Here,
    address_of,
    configuration_path,
    narrate,
    needed,
    state_of,
)

LEAST_TOKEN = 16


def run(here: Here) -> int:
    here, _config = needed(here)
    _ = here.translate
    host, port = address_of(here.arguments.listen, "--listen", _)
    token = here.environment.get("SHOPWATCH_TOKEN") or secrets.token_urlsafe(24)
    if len(token) < LEAST_TOKEN:
        raise CommandError(_("SHOPWATCH_TOKEN is too short: at least {n} characters.").format(n=LEAST_TOKEN))
    try:
        from shopwatch.screens.web import GuardedServer
    except ModuleNotFoundError:
        raise CommandError(_("This needs textual-serve: pip install 'shopwatch[serve]'")) from None
    url = (here.arguments.url or f"http://{f'[{host}]' if ':' in host else host}:{port}").rstrip("/")
    server = GuardedServer(_command(here), host, port, url, token)
    narrate(
        _("open {address} in a browser; whoever has this address has the shops").format(
            address=f"{url}/?token={token}"
        )
    )
    os.environ.pop("SHOPWATCH_TOKEN", None)  # the processes that are started need no token
    try:
        with contextlib.suppress(KeyboardInterrupt):
            server.serve()
    except OSError as error:
        words = _("{address} can't be listened on: {reason}.")
        raise CommandError(words.format(address=f"{host}:{port}", reason=error.strerror or error)) from None
    return OK


def _command(here: Here) -> str:
    """Return the monitor's own command line, for a shell."""
    words = [
        sys.executable,
        "-P",
        "-m",
        "shopwatch",
        "--config",
        str(configuration_path(here)),
        "--state",
        str(state_of(here)),
    ]
    return shlex.join(words)
