"""What ends a command from outside: it leaves at once, says nothing, and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from monitor.test_clocks import held
from running import Place, Watched
from until import PATIENCE

LONG = 300  # seconds; whoever waits for the server's answer is not gone in time
ENDINGS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]


class Slow:
    """A server that takes its time; `asked` once somebody waits for it."""

    def __init__(self) -> None:
        self.asked, self._over = threading.Event(), threading.Event()
        slow = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                slow.asked.set()
                slow._over.wait(LONG)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/records"

    def answer(self) -> None:
        self._over.set()

    def close(self) -> None:
        self.answer()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def slow() -> Iterator[Slow]:
    server = Slow()
    yield server
    server.close()


def watching(place: Place, url: str) -> None:
    place.write(
        "shopwatch.toml",
        f'[[shop]]\nid = "a"\n[[shop.source]]\nkind = "http"\nurl = "{url}"\ntimeout = {LONG}\n',
    )


@pytest.mark.parametrize("command", ["status", "check"])
@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_a_command_that_waits(
    place: Place, slow: Slow, command: str, number: signal.Signals, code: int
) -> None:
    watching(place, slow.url)
    with place.start(command, "--state", "state") as run:
        assert slow.asked.wait(PATIENCE)
        assert list(place.temporary.iterdir()), "it reads into a folder of its own"
        run.send_signal(number)
        out, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == code
    assert (out, err) == ("", "")
    assert list(place.temporary.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), ENDINGS)
def test_a_command_that_has_hardly_begun(shops: Place, number: signal.Signals, code: int) -> None:
    """Whatever it is doing by then: nothing of it stays, and no traceback."""
    for wait in (0.15, 0.4):
        with shops.start("status") as run:
            time.sleep(wait)
            run.send_signal(number)
            _out, err = run.communicate(timeout=PATIENCE)
        assert run.returncode in (0, code, -number)
        assert "Traceback" not in err or ", in main" not in err, err  # Python itself, before it is ours
        assert list(shops.temporary.iterdir()) == []


def test_nohup_is_heard(place: Place, slow: Slow) -> None:
    watching(place, slow.url)
    silent = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which a child inherits
    try:
        run = place.start("status", "--state", "state")
    finally:
        signal.signal(signal.SIGHUP, silent)
    with run:
        assert slow.asked.wait(PATIENCE)
        run.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert run.poll() is None
        slow.answer()
        run.communicate(timeout=PATIENCE)
    assert run.returncode == 3, "the server's empty answer is no records"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_monitor(place: Place, slow: Slow, number: signal.Signals) -> None:
    watching(place, slow.url)
    with Watched(place, "--state", "state") as run:
        assert slow.asked.wait(PATIENCE)
        run.process.send_signal(number)
        code, seen = run.end()
    assert code == 0
    assert b"\x1b[?1049l" in seen, "the terminal is as it was"
    assert b"Traceback" not in seen
    assert list(place.temporary.iterdir()) == []


@pytest.mark.parametrize("wait", [0.0, 0.3])
def test_a_terminal_that_is_closed(shops: Place, wait: float) -> None:
    """Its window goes away while much is still to be written: the monitor ends, and holds nothing any more."""
    with Watched(shops, "--state", "state") as run:
        run.until(b"Orders to save")
        for _turn in range(100):
            run.press(b"\tj")
        time.sleep(wait)
        run.close()
        run.process.wait(timeout=PATIENCE)
    assert list(shops.temporary.iterdir()) == []
    shops.status("--state", "state")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_demo(place: Place, number: signal.Signals) -> None:
    with Watched(place, "demo") as run:
        run.until(b"Qingyan")
        children = children_of(run.process.pid)
        assert children, "the marketplace is a process of its own"
        run.process.send_signal(number)
        code, seen = run.end()
    assert code == 0
    assert b"Traceback" not in seen
    assert list(place.temporary.iterdir()) == []
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_start_right_after_one_that_was_killed(shops: Place) -> None:
    """Nothing of the first stands in its way, and it shows what that one had."""
    with Watched(shops, "--state", "state") as run:
        run.until(b"1001")
        run.process.kill()
    with Watched(shops, "--state", "state") as again:
        again.until(b"1001")
        again.until(b"Sources 1/1")


def test_a_start_while_another_process_has_the_warehouse(shops: Place) -> None:
    """Never an empty screen: it says which process that is, and shows the shops once it lets go."""
    (shops.folder / "state").mkdir()
    with (
        held(shops.folder / "state" / "warehouse.duckdb") as holder,
        Watched(shops, "--state", "state") as run,
    ):
        run.until(f"another process ({holder.pid}) has the".encode())
        holder.communicate()
        run.until(b"1001")


def children_of(process: int) -> list[str]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return listed.stdout.split()
