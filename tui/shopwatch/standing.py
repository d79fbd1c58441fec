"""Where a shop stands in its yearly assessment, as its board shows it: the figures, and the words for them."""

from __future__ import annotations

from collections.abc import Iterator

from shopwatch import formats
from shopwatch.board import AssessmentBoard, MonthBoard, SalesBoard
from shopwatch.phrases import Voice
from shopwatch.scoring.assessment import (
    OPENED,
    TARGET,
    TARGETS_OF_TRIAL,
    Check,
    Sales,
    Standing,
    first_day,
    last_day,
)

CYCLE = 12


def assessment_board(standing: Standing, sales: Sales, voice: Voice) -> AssessmentBoard:
    """Return what a board shows of an assessment."""
    rule = standing.rule
    return AssessmentBoard(
        name=rule.name.of(voice.language),
        effect=rule.effect.of(voice.language),
        level=standing.level,
        phase=standing.phase,
        month=standing.number,
        begins=None if standing.begins is None else first_day(standing.begins),
        at=standing.at,
        months=tuple(
            MonthBoard(month=first_day(one.month), value=one.value, met=one.met) for one in standing.ends
        ),
        failed=max(standing.failed, standing.in_cycle),
        left=standing.left,
        sales=_sales(standing.next_check),
        last_sales=_sales(standing.last_check),
        idle=standing.idle,
        idle_most=standing.idle_most,
        words=tuple(_words(standing, sales, voice)),
    )


def _sales(check: Check | None) -> SalesBoard | None:
    if check is None:
        return None
    return SalesBoard(
        by=last_day(check.month),
        month=check.number,
        target=check.target,
        sold=check.sold,
        complete=check.complete,
        met=check.met,
    )


def _words(standing: Standing, sales: Sales, voice: Voice) -> Iterator[str]:
    yield _phase(standing, voice)
    if standing.phase == "exempt":
        return
    yield " · ".join(_month_ends(standing, voice))
    if standing.last_check is not None and standing.last_check.met is False:
        yield _check(standing, standing.last_check, sales, voice)
    if standing.next_check is not None:
        yield _check(standing, standing.next_check, sales, voice)
    if standing.idle is not None:
        _ = voice.translate
        words = _("finished months without business: {n}, at most {most}")
        yield words.format(n=standing.idle, most=standing.idle_most)


def _phase(standing: Standing, voice: Voice) -> str:
    _ = voice.translate
    if standing.phase == "exempt":
        return _("the opening month: not assessed yet")
    if standing.begins is None:
        return _("its cycle isn't known: give the month it opened, `{key}`").format(key=f"given.{OPENED}")
    words = (
        _("trial, month {n}: {first} to {last}")
        if standing.phase == "trial"
        else _("yearly cycle, month {n}: {first} to {last}")
    )
    months = standing.rule.trial_months if standing.phase == "trial" else CYCLE
    last = standing.begins + months - 1
    return words.format(
        n=standing.number, first=f"{first_day(standing.begins):%Y-%m}", last=f"{first_day(last):%Y-%m}"
    )


def _month_ends(standing: Standing, voice: Voice) -> Iterator[str]:
    _ = voice.translate
    failed = max(standing.failed, standing.in_cycle)
    yield _("month's end ≥ {at}").format(at=f"{standing.at:g}")
    if failed >= standing.rule.failed_below:
        yield _("{n} months failed, and {limit} end it").format(n=failed, limit=standing.rule.failed_below)
    else:
        yield _("months failed: {n}; {left} more may").format(n=failed, left=standing.left)
    missing = [f"{first_day(one.month):%Y-%m}" for one in standing.ends if one.met is None]
    if len(missing) == len(standing.ends) > 1:
        yield _("no month's last day on record yet")
    elif missing:
        yield _("no score of the last day on record: {months}").format(months=voice.listed(missing))


def _check(standing: Standing, check: Check, sales: Sales, voice: Voice) -> str:
    _ = voice.translate
    sold = _yuan(check.sold)
    day = formats.day(last_day(check.month))
    if check.target is None:
        key = TARGETS_OF_TRIAL if standing.phase == "trial" else TARGET
        words = _("sales {sold} · the target by {day} isn't known: enter `{key}`")
        return words.format(sold=sold, day=day, key=f"given.{key}")
    said = [_("sales {sold} of {target} by {day}").format(sold=sold, target=_yuan(check.target), day=day)]
    if check.met:
        said.append(_("reached"))
    elif check.sold is not None and check.target > check.sold:
        said.append(_("{yuan} to go").format(yuan=_yuan(check.target - check.sold)))
    if not check.complete and sales.since is not None:
        said.append(_("records only since {day}").format(day=formats.day(sales.since)))
    return " · ".join(said)


def _yuan(value: float | None) -> str:
    """¥82,500: a target and what is missing of it are compared to the yuan."""
    return formats.UNKNOWN if value is None else f"¥{value:,.0f}"
