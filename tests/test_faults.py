"""What a machine does to a process that stands open for weeks: its clock jumps, its zone changes, it sleeps, its disk can't be
written, its window is pulled about. Each through the front door."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import termios
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pyte
import pytest

from at_work import at_work
from monitor.test_monitor import ORDERS, config, order, written
from running import COMMAND, SHOPS, Place, Watched
from running import ORDERS as TWO_SHOPS
from shopwatch.config import Config
from shopwatch.journal import Journal
from shopwatch.monitor import Monitor, open_monitor
from until import PATIENCE, until

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
HOURS, DAYS = datetime.timedelta(hours=1), datetime.timedelta(days=1)


class Wall:
    """The machine's clock, which somebody sets."""

    def __init__(self, now: datetime.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime.datetime:
        return self.now


@contextlib.asynccontextmanager
async def watching(made: Config, state: Path, wall: Wall) -> AsyncIterator[Monitor]:
    monitor = open_monitor(made, state, clock=wall, language="en")
    async with at_work(monitor):
        yield monitor


def shop_of(folder: Path, *orders: dict[str, str], **section: object) -> Config:
    (folder / "exports").mkdir(exist_ok=True)
    written(folder / "exports/orders.csv", ORDERS, *orders)
    made = config(folder)
    (shop,) = made.shop
    return msgspec.structs.replace(made, shop=(msgspec.structs.replace(shop, **section),))


async def left(monitor: Monitor, wall: Wall) -> dict[str, float | None]:
    """Refresh, and return the seconds left of each order."""
    await monitor.refresh()
    await until(lambda: monitor.boards["shop"].as_of == wall.now)
    return {risk.order_id: risk.seconds_left for risk in monitor.boards["shop"].risks if risk.order_id}


# ------------------------------------------------------------------ the clock


@pytest.mark.parametrize(
    "jump", [3 * HOURS, -3 * HOURS, 5 * DAYS, -5 * DAYS], ids=["3h on", "3h back", "5d on", "5d back"]
)
async def test_a_clock_that_jumps_is_followed_at_once(tmp_path: Path, jump: datetime.timedelta) -> None:
    """As does one that was set, and one that slept: the wall's time jumps, and the monotonic one has stood still."""
    made = shop_of(tmp_path, order("1", "2026-11-14 09:00:00", "2026-11-21 12:00:00"))
    wall = Wall()
    async with watching(made, tmp_path / "state", wall) as monitor:
        await until(lambda: monitor.boards and monitor.boards["shop"].risks_total)
        assert (await left(monitor, wall))["1"] == 86400
        wall.now += jump
        assert (await left(monitor, wall))["1"] == 86400 - jump.total_seconds()
        assert monitor.trouble is None
        due = monitor.next_poll
        assert due is not None
        assert due - monitor.wall() <= datetime.timedelta(seconds=1), (
            "no poll waits for a time that was undone"
        )
        written(
            tmp_path / "exports/orders.csv", ORDERS,
            order("1", "2026-11-14 09:00:00", "2026-11-21 12:00:00"),
            order("2", "2026-11-14 10:00:00", "2026-11-22 12:00:00"),
        )  # fmt: skip
        await until(lambda: monitor.boards["shop"].risks_total == 2)
        (source,) = monitor.boards["shop"].sources
        assert source.state == "ok"
        assert source.last_success == wall.now
        wall.now -= jump
        assert (await left(monitor, wall))["1"] == 86400
    with contextlib.closing(Journal(tmp_path / "state/journal.sqlite")) as journal:
        assert journal.restored is None


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "UTC"])
def test_the_zone_of_the_machine_changes_no_figure(place: Place, zone: str) -> None:
    place.write("orders.csv", TWO_SHOPS)
    place.write("shopwatch.toml", SHOPS)
    here = place.run("status", "--json", TZ="Asia/Shanghai")
    there = place.run("status", "--json", TZ=zone)
    here.ended(0)
    there.ended(0)
    assert re.sub(r'"(last_success|next_try)": .*', "", there.out) == re.sub(
        r'"(last_success|next_try)": .*', "", here.out
    )


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)], ids=["spring", "autumn", "summer"]
)  # fmt: skip
async def test_a_day_is_as_long_as_the_shops_zone_makes_it(tmp_path: Path, day: str, hours: int) -> None:
    """A deadline at the end of a day is as many hours away as that day has."""
    begin = datetime.datetime.fromisoformat(day).replace(tzinfo=NEW_YORK)
    paid = (begin - 2 * DAYS).strftime("%Y-%m-%d 12:00:00")
    made = shop_of(
        tmp_path, order("1", paid, f"{day} 23:59:59"), order("2", paid, f"{day} 12:00:00"), timezone=NEW_YORK.key
    )  # fmt: skip
    wall = Wall(begin)
    async with watching(made, tmp_path / "state", wall) as monitor:
        await until(lambda: monitor.boards and monitor.boards["shop"].risks_total == 2)
        assert await left(monitor, wall) == {"1": hours * 3600 - 1, "2": (hours - 12) * 3600}
        board = monitor.boards["shop"]
        assert board.as_of is not None
        assert board.as_of.isoformat() == begin.isoformat()
        wall.now = begin.astimezone(datetime.UTC) + datetime.timedelta(hours=hours)  # the next local midnight
        assert (await left(monitor, wall))["1"] == -1
        assert monitor.boards["shop"].as_of.date() == begin.date() + DAYS  # type: ignore[union-attr]


# ------------------------------------------------------------------ the disk


def on_a_disk_that_cannot_be_written(
    place: Place, folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run with a folder bound to itself, read only, in a mount namespace of its own."""
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*namespace, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("nothing may be mounted here")
    return subprocess.run(
        [*namespace, "bash", "-c", mount, str(folder), str(COMMAND), *arguments],
        cwd=place.folder, env=place.environment, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


def test_a_state_folder_that_cannot_be_written(shops: Place) -> None:
    shops.status("--state", "state")
    before = {path.name: path.read_bytes() for path in (shops.folder / "state").iterdir()}
    ran = on_a_disk_that_cannot_be_written(shops, shops.folder / "state", "status", "--state", "state")
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    assert "journal.sqlite can't be used, since its folder can't be written" in ran.stderr
    assert {path.name: path.read_bytes() for path in (shops.folder / "state").iterdir()} == before
    shops.status("--state", "state")


def test_a_configuration_folder_that_cannot_be_written(shops: Place) -> None:
    """Nothing is ever written there."""
    (shops.folder / "config").mkdir()
    for name in ("shopwatch.toml", "orders.csv"):
        (shops.folder / name).rename(shops.folder / "config" / name)
    ran = on_a_disk_that_cannot_be_written(
        shops, shops.folder / "config", "status", "--config", "config/shopwatch.toml", "--state", "state"
    )
    assert ran.returncode == 0, ran.stderr
    assert "━━ a" in ran.stdout
    assert not ran.stderr


# ------------------------------------------------------------------ the window


def resized(run: Watched, rows: int, columns: int) -> None:
    fcntl.ioctl(run._main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with contextlib.suppress(ProcessLookupError):
        os.kill(run.process.pid, signal.SIGWINCH)


def test_a_window_that_is_pulled_about_while_data_arrives(shops: Place) -> None:
    """Two hundred sizes, some of them too small for anything: nothing is raised, and what is left is a whole screen."""
    roll = random.Random(1)
    with Watched(shops, "--state", "state") as run:
        run.until(b"1001")
        for number in range(200):
            resized(run, roll.randint(1, 70), roll.randint(1, 250))
            if number % 20 == 0:
                shops.write(
                    "orders.csv", TWO_SHOPS + f"2{number:03},a,2026-11-19 10:00:00,2026-11-21 10:00:00\n"
                )
                run.press(b"r")
            run.wait(0.01)
        assert run.process.poll() is None
        run.wait(1)
        resized(run, 30, 100)
        run.wait(3)
        seen = len(run.seen)
        screen = pyte.Screen(100, 30)
        resized(run, 31, 100)
        run.wait(2)
        resized(run, 30, 100)
        run.wait(3)
        pyte.ByteStream(screen).feed(run.seen[seen:])
        lines = screen.display
        assert any("1001" in line for line in lines), lines
        run.press(b"q")
        code, _all = run.end()
        assert code == 0
    log = shops.folder / "state/shopwatch.log"
    assert not log.exists() or "Error" not in log.read_text()
