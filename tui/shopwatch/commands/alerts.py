"""What would be told now, and through what; nothing is sent but a test that is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from shopwatch.commands.here import OK, SOURCE, Here, ask, narrate, needed
from shopwatch.usage import USAGE

if TYPE_CHECKING:
    from shopwatch.config import Config
    from shopwatch.once import Once, StatusResult

ALL_RISKS = 0


def run(here: Here) -> int:
    here, config = needed(here)
    if here.arguments.test:
        return _test(here, config)
    _ = here.translate
    result, lines = ask(here, config, lambda once: _asked(once, not here.arguments.no_poll))
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*result.notes, *troubles]:
        narrate(sentence)
    if not result.held:
        print("\n".join(lines) or _("Nothing would be told now."))
        names = " · ".join(one.name for one in config.alerts.channel)
        print(_("Through: {channels}").format(channels=names or _("this terminal alone")))
    return SOURCE if troubles else OK


async def _asked(once: Once, poll: bool) -> tuple[StatusResult, Sequence[str]]:
    result = await once.status(None, poll=poll, shop=None, risks=ALL_RISKS)
    return result, await once.would_tell(result.status.shops)


def _test(here: Here, config: Config) -> int:
    """Send one line to every channel, and say what each made of it."""
    from shopwatch.alerts import channels
    from shopwatch.alerts.keeper import trouble_words
    from shopwatch.alerts.messages import Message

    _ = here.translate
    if not config.alerts.channel:
        narrate(_("There is no [[alerts.channel]] in the configuration."))
        return USAGE
    words = Message(_("shopwatch: a test"), _("This channel will be told what is wrong with the shops."))
    failed = False
    for channel in config.alerts.channel:
        try:
            asyncio.run(channels.send(channel, words))
        except channels.ChannelError as error:
            failed = True
            narrate(f"✗ {trouble_words(channel.name, error, _)}")
        else:
            print(f"✓ {channel.name}")
    return SOURCE if failed else OK
