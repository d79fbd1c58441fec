"""`shopwatch serve` in a real browser: it loads, shows a score, takes keys; without the token it shows nothing."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pyte
import pytest

from running import ROOT, Place
from until import PATIENCE

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1600,1000",
    "--remote-debugging-port=0",
]  # fmt: skip
SIZE = (400, 120)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address that `shopwatch serve` tells, with its token."""
    place = Place(tmp_path)
    listen = f"127.0.0.1:{free_port()}"
    places: list[str | Path] = ["--config", ROOT / "config.example.toml", "--state", tmp_path / "state"]
    running = place.start("serve", "--listen", listen, *places)
    assert running.stderr is not None
    try:
        told = running.stderr.readline()
        found = re.search(r"http://\S+token=[\w-]+", told)
        assert found, told
        for _try in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", int(listen[10:])), 1):
                break
            time.sleep(0.1)
        yield found[0]
    finally:
        running.terminate()
        _out, said = running.communicate(timeout=PATIENCE)
    assert "Traceback" not in said, said


class Tab:
    """One page of a browser, driven by its own protocol; `terminal` is what its terminal was sent."""

    def __init__(self, socket_: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._number = socket_, 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.terminal = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self.terminal)
        self.asked: list[str] = []

    async def listen(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told.get("result", told))
            elif told["method"] == "Network.webSocketFrameReceived":
                frame = told["params"]["response"]
                if frame["opcode"] == 2:
                    self._stream.feed(base64.b64decode(frame["payloadData"]))
            elif told["method"] == "Network.requestWillBeSent":
                self.asked.append(told["params"]["request"]["url"])

    async def tell(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, PATIENCE)

    async def press(self, key: str) -> None:
        code = {"key": key, "code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
        await self.tell("Input.dispatchKeyEvent", type="keyDown", text=key, **code)
        await self.tell("Input.dispatchKeyEvent", type="keyUp", **code)

    async def until(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while words not in "\n".join(self.terminal.display):  # noqa: ASYNC110 (it is another process that paints)
                await asyncio.sleep(0.2)

    async def text(self) -> str:
        answer = await self.tell("Runtime.evaluate", expression="String(document.documentElement?.outerHTML)")
        return str(answer["result"]["value"])


@contextlib.asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Tab]:
    assert CHROMIUM is not None
    running = await asyncio.create_subprocess_exec(
        CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = await told_port(folder / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket_:
                tab = Tab(socket_)
                listening = asyncio.create_task(tab.listen())
                for domain in ("Page", "Network", "Runtime"):
                    await tab.tell(f"{domain}.enable")
                yield tab
                listening.cancel()
    finally:
        running.terminate()
        await running.wait()


async def told_port(path: Path) -> str:
    """Wait for the file in which the browser says where it listens."""
    told = ""
    async with asyncio.timeout(PATIENCE):
        while not told:
            await asyncio.sleep(0.1)
            with contextlib.suppress(OSError):
                told = await asyncio.to_thread(path.read_text)
    return told.splitlines()[0]


async def test_it_shows_a_score_and_takes_keys(tmp_path: Path, served: str) -> None:
    async with browser(tmp_path / "profile") as tab:
        await tab.tell("Page.navigate", url=served)
        await tab.until("85.4")
        await tab.tell("Runtime.evaluate", expression="document.querySelector('textarea').focus()")
        await tab.press("c")
        await tab.until("Competitors ·")
        picture = base64.b64decode((await tab.tell("Page.captureScreenshot"))["data"])
        assert len(picture) > 20_000  # a painted terminal, not an empty page
        address = await tab.tell("Runtime.evaluate", expression="location.href")
        assert "token" not in address["result"]["value"]
        host = served.partition("/?")[0]
        assert all(url.startswith((host, "data:")) or "fonts.googleapis" in url for url in tab.asked)


async def test_without_the_token_it_shows_nothing(tmp_path: Path, served: str) -> None:
    bare = served.partition("?")[0]
    async with browser(tmp_path / "profile") as tab:
        for address in (bare, f"{bare}?token=guess", f"{bare}static/js/textual.js"):
            await tab.tell("Page.navigate", url=address)
            assert "shopwatch" not in await tab.text()
            assert "xterm" not in await tab.text()


def test_a_page_elsewhere_gets_nothing(served: str) -> None:
    """Another host's name that leads here, and another page's request with the cookie."""
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(served, headers=headers), timeout=PATIENCE)
        refused.value.close()
        assert refused.value.code == 403


def test_what_cannot_be_served_is_a_sentence(tmp_path: Path) -> None:
    place = Place(tmp_path)
    places: list[str | Path] = ["--config", ROOT / "config.example.toml", "--state", tmp_path / "state"]
    place.run("serve", "--listen", "nowhere", *places).ended(2, "--listen nowhere")
    place.run("serve", *places, SHOPWATCH_TOKEN="short").ended(2, "SHOPWATCH_TOKEN")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        place.run("serve", "--listen", str(port), *places).ended(2, "can't be listened on")
