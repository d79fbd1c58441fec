"""The ways out of the terminal: chat rooms, mail and the desktop, by Apprise, which knows them all.

An address holds a key, so it is never quoted: a channel is known by its name. Apprise blocks; it is called in a
thread, with time-outs of its own.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import warnings
from types import ModuleType

from shopwatch.alerts.messages import Message
from shopwatch.config.structs import ChannelSection

SECONDS = 10.0


class ChannelError(Exception):
    """A channel that didn't take a message, or can't. mends: whether another try may."""

    def __init__(self, kind: str, *, mends: bool) -> None:
        super().__init__(kind)
        self.kind, self.mends = kind, mends


async def send(channel: ChannelSection, message: Message) -> None:
    """Send it; raises ChannelError."""
    await asyncio.to_thread(_quietly, channel, message)


def _quietly(channel: ChannelSection, message: Message) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Apprise's own, of modules that it may use
        _send(channel, message)


def _send(channel: ChannelSection, message: Message) -> None:
    apprise = _apprise()
    for name in ("apprise", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they quote addresses
    plugin = apprise.Apprise.instantiate(_timed(channel.url), suppress_exceptions=True)
    if plugin is None:
        raise ChannelError("address", mends=False)
    try:
        taken = plugin.notify(body=message.body, title=message.title, body_format=apprise.NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001 (its text may quote the address)
        raise ChannelError(type(error).__name__, mends=True) from None
    if not taken:
        raise ChannelError("refused", mends=True)


def _apprise() -> ModuleType:
    try:
        return importlib.import_module("apprise")
    except ImportError:
        raise ChannelError("apprise", mends=False) from None


def _timed(url: str) -> str:
    """Give it time-outs, unless it has its own."""
    if "cto=" in url or "rto=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}cto={SECONDS}&rto={SECONDS}"
