"""A back-test as tables: each forecast beside "no change", and what its bands held; each clock's chances of a miss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shopwatch import formats
from shopwatch.backtest import Backtest, Tested
from shopwatch.chances_tested import ChanceTested
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
    yield from _chances(backtest.chances, _)


def _chances(chances: Sequence[ChanceTested], _: Translate) -> Iterator[str]:
    heads = [_("cases"), _("missed"), "AUC", "Brier", _("missed of the first 10%")]
    scorecard = None
    for tested in chances:
        if tested.scorecard != scorecard:
            scorecard = tested.scorecard
            yield ""
            yield _("Chances of a miss, {scorecard}").format(scorecard=scorecard)
            yield padded("", NAMED) + "".join(f"  {head}" for head in heads)
        cells = [
            str(tested.n),
            formats.percent(tested.missed),
            formats.UNKNOWN if tested.auc is None else f"{tested.auc:.3f}",
            f"{tested.brier:.4f}",
            formats.percent(tested.first_tenth),
        ]
        pairs = zip(heads, cells, strict=True)
        yield padded(tested.name, NAMED) + "".join(f"  {_under(head, cell)}" for head, cell in pairs)
        for tenth in tested.tenths:
            yield _("  told {told}, missed {missed} ({n} cases)").format(
                told=formats.percent(tenth.told).rjust(6),
                missed=formats.percent(tenth.missed).rjust(6),
                n=tenth.n,
            )


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
