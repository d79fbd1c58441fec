"""When something found is told: once, again while nobody takes note, at the end of the quiet hours, and when it is over."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwatch.alerts.episodes import SETTLED, Episode, Policy, Telling, acknowledged, step
from shopwatch.alerts.judging import Finding, Judged
from shopwatch.alerts.messages import MOST, message
from shopwatch.board.alerts import Level
from shopwatch.i18n import translation

ZONE = datetime.timezone(datetime.timedelta(hours=8))
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=ZONE)
NIGHT = Policy((datetime.time(23), datetime.time(8)), repeat=6 * 3600)
ZH = translation("zh_CN")
URGENT: tuple[Level, ...] = ("urgent",)
NOTICE: tuple[Level, ...] = ("notice",)


def finding(subject: str = "alliance", level: str = "urgent", **more: object) -> Finding:
    made = Finding("rule", "shop", "旗舰店", subject, "精选联盟", "urgent", "精选联盟 未达 还差1.0")
    return made._replace(level=level, **more)  # type: ignore[arg-type]


class Watch:
    """Steps through time, remembering as the journal does."""

    def __init__(
        self, policy: Policy = NIGHT, start: datetime.datetime = NOON, *, looked: bool = True
    ) -> None:
        self.policy, self.now = policy, start
        self.known: dict[str, Episode] = {}
        self.looked = {"shop"} if looked else set()

    def see(
        self, *findings: Finding, after: float = 0, unsure: Sequence[str] = (), judged: bool = True
    ) -> list[str]:
        self.now += datetime.timedelta(seconds=after)
        boards = {"shop": Judged(findings, frozenset(unsure))} if judged else {}
        found = step(boards, self.known, self.looked, self.now, self.policy)
        self.known.update({one.id: one for one in found.changed})
        self.looked.add("shop")
        return [telling.why for telling in found.tellings]


HOUR = 3600


def test_told_once_while_it_lasts() -> None:
    watch = Watch()
    assert watch.see(finding()) == ["new"]
    assert watch.see(finding(), after=5) == []
    assert watch.see(finding(words="还差1.2"), after=HOUR) == []


def test_told_again_until_somebody_takes_note() -> None:
    watch = Watch()
    watch.see(finding())
    assert watch.see(finding(), after=6 * HOUR) == ["still"]
    (noted,) = acknowledged(watch.known.values(), ["shop/rule/alliance"], int(watch.now.timestamp()), "小林")
    watch.known[noted.id] = noted
    assert watch.see(finding(), after=60 * HOUR) == []
    assert watch.see(after=SETTLED) == ["over"]  # and that it is over is told all the same


def test_a_recovery_is_told_once_and_only_after_it_has_settled() -> None:
    watch = Watch()
    watch.see(finding())
    assert watch.see(after=SETTLED - 1) == []
    assert watch.see(finding(), after=1) == []  # back on the limit: the same trouble
    assert watch.see(after=SETTLED) == ["over"]
    assert watch.see(after=HOUR) == []
    assert watch.see(finding(), after=HOUR) == ["new"]


def test_what_was_never_told_is_not_told_to_be_over() -> None:
    watch = Watch()
    assert watch.see(finding(hold=600.0)) == []
    assert watch.see(after=SETTLED) == []


def test_it_must_hold_for_as_long_as_its_rule_says() -> None:
    watch = Watch()
    assert watch.see(finding(hold=600.0)) == []
    assert watch.see(finding(hold=600.0), after=599) == []
    assert watch.see(finding(hold=600.0), after=1) == ["new"]


@pytest.mark.parametrize(("level", "at_night"), [("urgent", ["new"]), ("warning", []), ("notice", [])])
def test_at_night_only_what_is_urgent(level: str, at_night: list[str]) -> None:
    watch = Watch(start=NOON.replace(hour=23))
    assert watch.see(finding(level=level)) == at_night
    assert watch.see(finding(level=level), after=9 * HOUR - 1) == (["still"] if at_night else [])
    assert watch.see(finding(level=level), after=1) == ([] if at_night else ["new"])  # 08:00: the digest


def test_a_recovery_at_night_waits_for_the_morning() -> None:
    watch = Watch(start=NOON.replace(hour=22))
    watch.see(finding(level="warning"))
    assert watch.see(after=2 * HOUR) == []
    assert watch.see(after=8 * HOUR) == ["over"]


def test_what_got_worse_is_told_at_once() -> None:
    watch = Watch()
    watch.see(finding(level="warning"))
    assert watch.see(finding(level="urgent"), after=5) == ["new"]
    assert watch.see(finding(level="warning"), after=5) == []


def test_what_nothing_is_known_of_goes_on() -> None:
    watch = Watch()
    watch.see(finding())
    assert watch.see(after=9 * HOUR, unsure=["rule"]) == []
    assert watch.see(after=9 * HOUR, judged=False) == []
    assert watch.known["shop/rule/alliance"].ended_at is None


def test_a_notice_that_was_there_at_the_first_look_is_no_news_but_its_end_is() -> None:
    watch = Watch(looked=False)
    assert watch.see(finding(level="notice"), finding("mall", level="warning")) == ["new"]
    assert watch.see(finding("mall", level="warning"), after=SETTLED) == ["over"]


def test_one_message_for_all_of_one_moment_and_none_for_a_channel_that_wants_none() -> None:
    watch = Watch()
    findings = [finding(f"line{n}", level="warning", words=f"第{n}条") for n in range(MOST + 5)]
    found = step({"shop": Judged((*findings, finding()), frozenset())}, {}, {"shop"}, NOON, watch.policy)
    told = message(found.tellings, ("urgent", "warning"), ZH)
    assert told is not None
    assert told.title == f"shopwatch · 紧急 1 · 警告 {MOST + 5}"
    lines = told.body.splitlines()
    assert lines[0] == "【紧急】旗舰店:精选联盟 未达 还差1.0"  # the loudest first
    assert (len(lines), lines[-1]) == (MOST + 1, "另有 6 条")
    assert message(found.tellings, NOTICE, ZH) is None


def test_a_name_cannot_begin_a_header() -> None:
    episode = Episode(
        id="x", rule="r", shop="s", shop_name="a\r\nBcc: x@example.org", name="n", level="urgent", words="w\x1b]2;x\x07",
        opens="", since=0, seen_at=0,
    )  # fmt: skip
    told = message([Telling(episode, "new")], URGENT, ZH)
    assert told is not None
    assert "\n" not in told.title
    assert told.title.isprintable()


@given(
    st.lists(
        st.tuples(st.integers(1, 8 * HOUR), st.booleans(), st.sampled_from(["urgent", "warning", "notice"])),
        max_size=40,
    )
)
def test_whatever_happens_a_trouble_is_told_before_it_is_over_and_over_at_most_once(
    days: list[tuple[int, bool, str]],
) -> None:
    watch = Watch(Policy(NIGHT.quiet, repeat=None))
    said: list[str] = []
    for after, there, level in days:
        said += watch.see(*([finding(level=level)] if there else []), after=after)
    for before, now in zip([None, *said], said, strict=False):
        assert now != "over" or before not in (None, "over")
    open_now = [one for one in watch.known.values() if one.ended_at is None]
    assert len(open_now) <= 1
    assert all(msgspec.json.decode(msgspec.json.encode(one), type=Episode) == one for one in open_now)
