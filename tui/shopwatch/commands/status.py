"""What the monitor shows, once, as text or JSON."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from shopwatch.commands.here import (
    ALERT,
    OK,
    SOURCE,
    Here,
    ask,
    moment_of,
    must_exist,
    narrate,
    needed,
    print_json,
)

if TYPE_CHECKING:
    from shopwatch.once import Once, StatusResult


def run(here: Here) -> int:
    from shopwatch.assembly import under_alert

    if here.arguments.schema:
        print_json(schema())
        return OK
    here, config = needed(here)
    _ = here.translate
    arguments = here.arguments
    must_exist(arguments.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    as_of = moment_of(arguments.as_of, config, _)
    result = ask(here, config, lambda once: _status(here, once, as_of))
    boards = result.status.shops
    if arguments.json:
        print_json(result.status)
    elif not result.held:
        from shopwatch.reports.text import status_text

        print(status_text(result.status, _))
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*result.notes, *troubles]:
        narrate(sentence)
    if troubles:
        return SOURCE
    own = {shop.id: shop.alert_at for shop in config.shop}
    return ALERT if any(under_alert(board, own.get(board.id)) for board in boards) else OK


def schema() -> dict[str, Any]:
    """Return the JSON Schema of what `--json` prints."""
    import msgspec

    from shopwatch.board import Status

    return msgspec.json.schema(Status)


async def _status(here: Here, once: Once, as_of: datetime.datetime | None) -> StatusResult:
    arguments = here.arguments
    poll = not arguments.no_poll
    result = await once.status(as_of, poll=poll, shop=arguments.shop, risks=arguments.risks)
    if arguments.shop is not None and not result.status.shops and not result.held:
        everything = await once.status(as_of, poll=False, shop=None, risks=1)
        known = [board.id for board in everything.status.shops]
        must_exist(arguments.shop, known, False, here.translate)
    return result
