"""What may know what: the contracts of pyproject.toml, and the same at run time."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import shopwatch

ROOT = Path(__file__).parent.parent
TERMINAL = {"textual", "rich"}
HEAVY = TERMINAL | {"duckdb", "httpx", "sqlglot", "msgspec", "asyncio", "python_calamine"}
PACKAGE = ROOT / "tui" / "shopwatch"
OF_THE_TERMINAL = ("app", "screens", "panes")


def headless() -> list[str]:
    names = [module.name for module in pkgutil.walk_packages(shopwatch.__path__, "shopwatch.")]
    return [name for name in names if name.split(".")[1] not in OF_THE_TERMINAL]


def loaded_by(code: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter has loaded after this code."""
    whole = (
        f"import sys, json\n{code}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    run = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_the_contracts_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_package_has_its_place_in_a_contract() -> None:
    """A module that no contract names could learn of the terminal without anybody noticing."""
    contracts = (ROOT / "pyproject.toml").read_text("utf-8")
    names = {name.split(".")[1] for name in headless()} - {"cli", "__main__"}
    assert [name for name in sorted(names) if f'"shopwatch.{name}"' not in contracts] == []


def test_no_headless_module_brings_the_terminal() -> None:
    """All of them in one interpreter: what one brings, all bring."""
    modules = headless()
    assert "shopwatch.config" in modules
    assert loaded_by("\n".join(f"import {name}" for name in modules)) & TERMINAL == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status", "--help"], ["rules", "list"]])
def test_a_quick_command_loads_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import shopwatch.cli
sys.argv = ['shopwatch', *{arguments!r}]
try:
    shopwatch.cli.main()
except SystemExit:
    pass
"""
    allowed = {"msgspec"} if arguments == ["rules", "list"] else set()
    assert loaded_by(code) & HEAVY <= allowed


def test_neither_status_nor_check_loads_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text('[[shop]]\nid = "a"\n', encoding="utf-8")
    for command in ("status", "check"):
        code = f"""
import shopwatch.cli
sys.argv = ['shopwatch', '--config', {str(path)!r}, '--state', {str(tmp_path)!r}, {command!r}]
assert shopwatch.cli.main() == 0
"""
        assert loaded_by(code) & TERMINAL == set()


def test_what_a_start_reads_has_types_and_not_their_texts() -> None:
    boards = sorted((PACKAGE / "board").glob("*.py"))
    others = (
        "config/structs.py",
        "records.py",
        "scoring/scorecard.py",
        "scoring/clauses.py",
        "sources/profile.py",
    )
    files = [*boards, *(PACKAGE / other for other in others)]
    late = [str(file) for file in files if "from __future__ import annotations" in file.read_text("utf-8")]
    assert late == [], "msgspec would compile each annotation before the first paint"
