"""Order care: whom to tell what today, with the text; sent to the configured webhook where that is asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shopwatch.commands.here import OK, SOURCE, Here, ask, must_exist, narrate, needed, print_json
from shopwatch.usage import USAGE

if TYPE_CHECKING:
    from shopwatch.board.care import CareSent
    from shopwatch.once import CareResult


def run(here: Here) -> int:
    here, config = needed(here)
    arguments, _ = here.arguments, here.translate
    must_exist(arguments.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    if arguments.send and config.care.webhook is None:
        narrate(_("There is no `webhook` in [care]: nothing can be sent."))
        return USAGE
    result = ask(
        here,
        config,
        lambda once: once.care(arguments.shop, poll=not arguments.no_poll, send=arguments.send),
    )
    if result.held is None:
        must_exist(arguments.shop, list(result.shops), False, _)
        _put(here, result)
    troubles = [*result.failures, *([result.held] if result.held else [])]
    for shop, sent in result.sent.items():
        narrate(f"{result.shops[shop][0]}: {_sent_words(here, sent)}")
        troubles += [sent.trouble] if sent.trouble else []
    for sentence in troubles:
        narrate(sentence)
    return SOURCE if troubles else OK


def _put(here: Here, result: CareResult) -> None:
    from shopwatch.reports.care import care_report
    from shopwatch.reports.writing import written
    from shopwatch.whole_files import write_whole

    arguments = here.arguments
    if arguments.json:
        print_json(
            {"as_of": result.as_of, "shops": {shop: board for shop, (_name, board) in result.shops.items()}}
        )
        return
    report = care_report(result.shops, result.as_of, here.translate, here.language)
    data = written(report, arguments.format).encode("utf-8", "replace")
    if arguments.output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(arguments.output, data)
        narrate(arguments.output)


def _sent_words(here: Here, sent: CareSent) -> str:
    _ = here.translate
    words = {
        "dry": _("dry run: {n} would be sent; `dry_run = false` in [care] sends them"),
        "quiet": _("nothing is sent in the quiet hours of [care]"),
    }.get(sent.sends, _("{n} sent"))
    return words.format(n=len(sent.items))
