"""Naive times against the zone database: of an ambiguous hour the earlier, a missing one moves forward."""

from __future__ import annotations

import datetime
import itertools
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reading import polled, rows, values
from shopwatch.sources.mapping import Mapping
from shopwatch.sources.opening import Options
from shopwatch.sources.reader import Reader
from shopwatch.sources.zones import changes

ZONES = ("America/Sao_Paulo", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca")

WHENEVER = st.datetimes(datetime.datetime(2000, 1, 3), datetime.datetime(2099, 12, 29))


@st.composite
def zones_and_times(draw: st.DrawFn) -> tuple[str, list[datetime.datetime]]:
    """Any times, and those within hours of a change of the clocks."""
    zone = draw(st.sampled_from(ZONES))
    turns = changes(zone)
    near = [
        datetime.datetime.fromtimestamp(draw(st.sampled_from(turns))[0], datetime.UTC).replace(tzinfo=None)
        + datetime.timedelta(seconds=draw(st.integers(-50_000, 50_000)))
        for _number in range(draw(st.integers(0, 30)) if turns else 0)
    ]
    times = near + draw(st.lists(WHENEVER, min_size=1, max_size=10))
    inside = [at for at in times if datetime.datetime(2000, 1, 3) < at < datetime.datetime(2099, 12, 29)]
    return zone, [at.replace(microsecond=0, fold=0) for at in inside or [datetime.datetime(2018, 1, 1)]]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(zones_and_times())
def test_naive_times_are_read_as_the_zone_database_has_them(
    zone_and_times: tuple[str, list[datetime.datetime]],
) -> None:
    zone, times = zone_and_times
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "o.csv"
        lines = [f"{i},{at.isoformat(' ')},{at:%Y/%m/%d %H:%M:%S}" for i, at in enumerate(times)]
        path.write_text("\n".join(["order_id,paid_at,created_at", *lines]))
        fields = {name: name for name in ("order_id", "paid_at", "created_at")} | {"shop": "'s'"}
        with Reader(Path(folder) / "s", Path(folder), zone, str) as reader:
            taken = reader.read_file(path, Options(), lambda _: [Mapping("orders", fields)], 1, "o.csv")
        found = rows(taken.batches, "orders", "paid_at", "created_at")
    expected = [int(at.replace(tzinfo=ZoneInfo(zone)).timestamp()) for at in times]
    assert found == [(at, at) for at in expected]


@pytest.mark.parametrize("zone", ZONES)
def test_the_changes_are_all_there_are(zone: str) -> None:
    turns = changes(zone)
    for before, after in itertools.pairwise(turns):
        assert before[0] < after[0]
        assert before[2] == after[1]
    for second, earlier, later in turns:
        offsets = [
            datetime.datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset() for at in (second - 1, second)
        ]
        assert [offset.total_seconds() for offset in offsets if offset is not None] == [earlier, later]
    assert (zone == "Asia/Shanghai") == (not turns)


@pytest.mark.parametrize(
    ("zone", "naive", "utc"),
    [
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),  # twice: the earlier
        ("Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
        ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),  # never: 03:30
        ("Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
        ("America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18T01:30:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),  # a midnight that isn't: 01:00
        ("America/Sao_Paulo", "2026-01-01 00:00:00", "2026-01-01T03:00:00Z"),
    ],
)
async def test_hours_that_come_twice_or_never(tmp_path: Path, zone: str, naive: str, utc: str) -> None:
    (tmp_path / "o.csv").write_text(f"order_id,paid_at,created_at\n1,{naive},{utc}\n")
    poll = await polled(tmp_path, path="o.csv", records="orders", timezone=zone)
    ((paid, created),) = rows(poll.batches, "orders", "paid_at", "created_at")
    assert paid == created


async def test_the_source_has_its_own_zone(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("order_id,paid_at\n1,2026-11-20 10:00:00\n")
    poll = await polled(
        tmp_path, path="o.csv", records="orders", timezone="Europe/Berlin", zone="Asia/Shanghai"
    )
    assert values(poll, "orders", "paid_at") == [1795165200]


async def test_a_moment_with_an_offset_falls_into_the_local_day(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(
        "agent,day\na,2018-02-18T01:30:00Z\nb,2018-02-18T03:00:00Z\nc,2018-02-17 23:59:59\n"
    )
    poll = await polled(tmp_path, path="d.csv", records="agent_days", timezone="America/Sao_Paulo")
    assert values(poll, "agent_days", "day") == [17579, 17580, 17579]
