"""Alerts by the front door: real records, a real journal, a channel that is a real server on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email
import email.policy
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from at_work import at_work
from mail_site import MailSite
from monitor.test_monitor import NOW, ORDERS, config, order, written
from shopwatch.alerts.keeper import Keeper
from shopwatch.config import Config
from shopwatch.config.structs import AlertSection, AlertsSection, ChannelSection, Secret
from shopwatch.i18n import translation
from shopwatch.journal import Journal
from shopwatch.monitor import Monitor
from until import PATIENCE
from web_site import Site

KEY = "s3cr3t-key"


@pytest.fixture
def room() -> Iterator[Site]:
    site = Site()
    site.answer(f"/{KEY}", {})
    yield site
    site.close()


def told(room: Site) -> list[str]:
    return [json.loads(body)["message"] for body in room.bodies]


def watched(folder: Path, room: Site) -> Config:
    """A shop with one order to ship within two days, which its configuration calls urgent."""
    (folder / "exports").mkdir(exist_ok=True)
    written(
        folder / "exports/orders.csv", ORDERS, order("6912", "2026-11-20 10:00:00", "2026-11-22 10:00:00")
    )
    channel = ChannelSection(name="群", url=Secret(f"json://127.0.0.1:{room.port}/{KEY}"))
    rules = (
        AlertSection(id="ship_due", on="due", level="urgent", clocks=("ship",), hours=48),
        AlertSection(id="line_near", off=True),
    )
    return config(folder, alerts=AlertsSection(channel=(channel,)), alert=rules)


class Wall:
    """A wall clock that the test moves on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now


@contextlib.asynccontextmanager
async def running(made: Config, state: Path, wall: Wall) -> AsyncIterator[Monitor]:
    monitor = Monitor(made, state, clock=wall, language="zh_CN")
    async with at_work(monitor):
        yield monitor


async def until(ready: Callable[[], object], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 (what is waited for is in a file or a server)
            await asyncio.sleep(0.05)


async def test_it_goes_out_once_also_over_restarts(tmp_path: Path, room: Site) -> None:
    made, wall = watched(tmp_path, room), Wall()
    for _start in range(2):
        async with running(made, tmp_path / "state", wall) as monitor:
            await until(lambda: room.bodies and monitor.alerts)
            await asyncio.sleep(1)
    (text,) = told(room)
    assert text.startswith("【紧急】旗舰店:待发货 1 件要救,最急 ")
    (alert,) = [one for one in monitor.alerts if one.level == "urgent"]
    assert (alert.times, alert.ended_at) == (1, None)


async def test_a_channel_that_fails_is_tried_again_and_named_without_its_address(
    tmp_path: Path, room: Site
) -> None:
    made, wall, state = watched(tmp_path, room), Wall(), tmp_path / "state"
    room.answer(f"/{KEY}", {}, status=500)
    async with running(made, state, wall) as monitor:
        await until(lambda: monitor.unheard)
        assert "渠道 群" in monitor.unheard[0]
        room.answer(f"/{KEY}", {})
        wall.now += datetime.timedelta(seconds=31)
        await until(lambda: not monitor.unheard)
    assert len(set(told(room))) == 1
    for file in state.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


async def test_who_takes_note_stays_on_record(tmp_path: Path, room: Site) -> None:
    made, wall = watched(tmp_path, room), Wall()
    async with running(made, tmp_path / "state", wall) as monitor:
        await until(lambda: monitor.alerts and told(room))
        await monitor.acknowledge([one.id for one in monitor.alerts])
    async with running(made, tmp_path / "state", wall) as monitor:
        await until(lambda: monitor.alerts)
        assert all(one.acknowledged_by for one in monitor.alerts)
        wall.now += datetime.timedelta(hours=7)
        await asyncio.sleep(1)
    assert len(told(room)) == 1


async def test_a_pinned_day_is_told_nobody(tmp_path: Path, room: Site) -> None:
    made = watched(tmp_path, room)
    pinned = msgspec.structs.replace(made, monitor=msgspec.structs.replace(made.monitor, now=NOW))
    async with running(pinned, tmp_path / "state", Wall()) as monitor:
        await until(lambda: monitor.alerts)
        await asyncio.sleep(0.5)
    assert not room.bodies


async def test_a_message_cut_off_on_its_way_is_not_sent_twice(tmp_path: Path, room: Site) -> None:
    made, wall = watched(tmp_path, room), Wall()
    room.pages.clear()
    async with running(made, tmp_path / "state", wall) as monitor:
        await until(lambda: monitor.unheard)
    journal = Journal(tmp_path / "state/journal.sqlite")
    with journal.transaction() as connection:  # as a lost power leaves it
        connection.execute("UPDATE alert_messages SET begun = 1")
    keeper = Keeper(made, journal, translation("zh_CN"), outward=True)
    before = len(room.bodies)
    assert await keeper.deliver_due(int(NOW.timestamp()) + 86400) == 0
    assert len(room.bodies) == before
    journal.close()


HEADERS = "旗舰店\r\nBcc: everybody@evil.example\r\n\r\n<script>alert(1)</script>\x1b]0;owned\x07"


@pytest.mark.parametrize("where", ["shop", "product"])
async def test_a_name_puts_no_header_and_no_sign_that_acts_into_a_mail(
    tmp_path: Path, room: Site, where: str
) -> None:
    post = MailSite()
    made, wall = watched(tmp_path, room), Wall()
    url = f"mailto://127.0.0.1:{post.port}/?from=me@here.example&to=you@here.example&mode=insecure"
    (shop,) = made.shop
    named = HEADERS if where == "shop" else "旗舰店"
    made = msgspec.structs.replace(
        made,
        alerts=AlertsSection(channel=(ChannelSection(name="信", url=Secret(url)),)),
        shop=(msgspec.structs.replace(shop, name=named),),
    )
    if where == "product":
        hostile = order("6912", "2026-11-20 10:00:00", "2026-11-22 10:00:00", 选购商品=HEADERS)
        written(tmp_path / "exports/orders.csv", ORDERS, hostile)
    async with running(made, tmp_path / "state", wall):
        await until(lambda: post.messages)
    post.close()
    assert post.recipients == [["<you@here.example>"]]
    mail = email.message_from_bytes(post.messages[0], policy=email.policy.default)
    assert mail["Bcc"] is None
    assert str(mail["To"]) == "you@here.example"
    assert "旗舰店" in str(mail["Subject"])
    assert len(str(mail["Subject"]).splitlines()) == 1
    for part in mail.walk():
        text = "" if part.is_multipart() else part.get_content().replace("\r\n", "\n")
        assert not {"\x1b", "\x07", "\r"} & set(text)
        assert "<script>" not in text or part.get_content_type() == "text/plain"
