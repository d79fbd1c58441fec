"""The log of several processes: whichever puts a full file away, the others go on in the new one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from shopwatch.logs import LOG_NAME

LINES, PROCESSES = 900, 3
WORK = """
import logging, sys
from pathlib import Path
from shopwatch.logs import logging_to

with logging_to(Path(sys.argv[1])):
    for n in range(int(sys.argv[3])):
        logging.getLogger("shopwatch").warning("%s-%d %s", sys.argv[2], n, "x" * 1000)
"""


def test_no_line_of_several_processes_is_lost(tmp_path: Path) -> None:
    words = [sys.executable, "-c", WORK, str(tmp_path)]
    at_once = [subprocess.Popen([*words, f"p{n}", str(LINES)]) for n in range(PROCESSES)]
    assert [one.wait() for one in at_once] == [0] * PROCESSES
    files = sorted(tmp_path.glob(f"{LOG_NAME}*"))
    assert len(files) == PROCESSES, "it was put away twice"
    assert all(path.stat().st_size <= 1_000_000 for path in files)
    said = [line.split()[3] for path in files for line in path.read_text("utf-8").splitlines()]
    assert sorted(said) == sorted(f"p{n}-{line}" for n in range(PROCESSES) for line in range(LINES))


def test_a_folder_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WORK, str(tmp_path / "none"), "p", "1"], capture_output=True, check=True
    )
    assert ran.stderr == b""
