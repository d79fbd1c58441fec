"""A back-test as a table: each forecast beside "no change", and what its bands held."""

from __future__ import annotations

from collections.abc import Iterator

from shopwatch import formats
from shopwatch.backtest import Backtest, Tested
from shopwatch.i18n import Translate
from shopwatch.reports.text import NAMED, padded


def backtest_text(backtest: Backtest, _: Translate) -> str:
    """Return the whole back-test."""
    return "\n".join(_lines(backtest, _))


def _lines(backtest: Backtest, _: Translate) -> Iterator[str]:
    words = _("{shops} shops, {starts} start days from {first} to {last}")
    yield words.format(shops=backtest.shops, starts=backtest.starts, first=backtest.first, last=backtest.last)
    heads = [_("days ahead"), _("cases"), _("mean error"), _("no change"), _("better by")]
    heads.append(_("in the {share} band").format(share=formats.percent(backtest.band, 0)))
    scorecard = None
    for tested in backtest.forecasts:
        if tested.scorecard != scorecard:
            scorecard = tested.scorecard
            yield ""
            yield padded(scorecard, NAMED) + "".join(f"  {head}" for head in heads)
        cells = zip(heads, _cells(tested, _), strict=True)
        yield padded(tested.name, NAMED) + "".join(f"  {_under(head, cell)}" for head, cell in cells)


def _cells(tested: Tested, _: Translate) -> list[str]:
    return [
        str(tested.days),
        str(tested.n),
        formats.unit_value(tested.mae, tested.unit, _),
        formats.unit_value(tested.mae_no_change, tested.unit, _),
        formats.percent(tested.gain),
        formats.percent(tested.held),
    ]


def _under(head: str, cell: str) -> str:
    """Put a cell under the right end of its head."""
    return cell.rjust(sum(1 if c.isascii() else 2 for c in head))
