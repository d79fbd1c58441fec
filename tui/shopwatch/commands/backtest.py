"""How good risk order and forecast have been on the shops' own past."""

from __future__ import annotations

from shopwatch.commands.here import (
    OK,
    SOURCE,
    CommandError,
    Here,
    ask,
    must_exist,
    narrate,
    needed,
    print_json,
)


def run(here: Here) -> int:
    here, config = needed(here)
    _ = here.translate
    asked = here.arguments
    if asked.first and asked.last and asked.last < asked.first:
        raise CommandError(
            _("--to {last} is before --from {first}.").format(last=asked.last, first=asked.first)
        )
    must_exist(asked.shop, [shop.id for shop in config.shop], config.defaults.discover, _)
    result = ask(
        here,
        config,
        lambda once: once.backtest(
            asked.first, asked.last, asked.every, poll=not asked.no_poll, shop=asked.shop, most=asked.shops
        ),
    )
    if result.backtest is not None and asked.json:
        print_json(result.backtest)
    elif result.backtest is not None:
        from shopwatch.reports.backtest import backtest_text

        print(backtest_text(result.backtest, _))
    for sentence in [*result.failures, *([result.held] if result.held else [])]:
        narrate(sentence)
    if result.held is None and result.known:
        must_exist(asked.shop, result.known, False, _)
    if result.held is None and not (
        result.backtest and (result.backtest.forecasts or result.backtest.chances)
    ):
        narrate(
            _("There is no past to hold a forecast against: it takes a month of records and a day after it.")
        )
    return SOURCE if result.failures or result.held else OK
