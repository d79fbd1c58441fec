"""The shops on paper: the shift's hand-over, the day's abnormal orders, the fortnight's review."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.commands.here import (
    ALERT,
    OK,
    SOURCE,
    CommandError,
    Here,
    ask,
    moment_of,
    must_exist,
    narrate,
    needed,
)

if TYPE_CHECKING:
    import argparse
    import datetime

    from shopwatch.feed import Beyond
    from shopwatch.once import Once, StatusResult
    from shopwatch.reports.document import Format, Report

ALL = 0  # orders


def run(here: Here) -> int:
    from shopwatch.assembly import under_alert

    arguments = here.arguments
    here, config = needed(here)
    _ = here.translate
    forms: Sequence[Format] = tuple(dict.fromkeys(arguments.format))
    if len(forms) > 1 and arguments.output is None:
        raise CommandError(_("Several formats need a file: -o FILE; each is written with its own ending."))
    must_exist(arguments.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    as_of = moment_of(arguments.as_of, config, _)
    result, beyond = ask(
        here,
        config,
        lambda once: _asked(once, arguments, as_of),
    )
    if not result.held:
        must_exist(arguments.shop, [board.id for board in result.status.shops], False, _)
        _put(_report(here, result, beyond), forms, arguments.output)
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for sentence in [*result.notes, *troubles]:
        narrate(sentence)
    if troubles:
        return SOURCE
    own = {shop.id: shop.alert_at for shop in config.shop}
    return ALERT if any(under_alert(board, own.get(board.id)) for board in result.status.shops) else OK


async def _asked(
    once: Once, arguments: argparse.Namespace, as_of: datetime.datetime | None
) -> tuple[StatusResult, Mapping[str, Beyond]]:
    """Return the boards, and of a review what it tells beyond them."""
    result = await once.status(as_of, poll=not arguments.no_poll, shop=arguments.shop, risks=ALL)
    if arguments.kind != "fortnightly" or result.held:
        return result, {}
    return result, await once.beyond(result.status)


def _report(here: Here, result: StatusResult, beyond: Mapping[str, Beyond]) -> Report:
    from shopwatch.reports.contents import report

    status, arguments = result.status, here.arguments
    return report(
        arguments.kind,
        status.shops,
        status.as_of,
        here.translate,
        language=here.language,
        hours=arguments.hours,
        beyond=beyond,
    )


def _put(report: Report, forms: Sequence[Format], output: Path | None) -> None:
    """Write each format to standard output, or to the file with its ending."""
    from shopwatch.reports.writing import written
    from shopwatch.whole_files import write_whole

    for form in forms:
        data = written(report, form).encode("utf-8", "replace")
        if output is None:
            sys.stdout.buffer.write(data)
            continue
        path = output if len(forms) == 1 else output.with_suffix(f".{form}")
        write_whole(path, data)
        narrate(path)
