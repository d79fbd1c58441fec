"""A first configuration, commented, in the person's language."""

from __future__ import annotations

from pathlib import Path

from shopwatch.whole_files import create_whole


def starter(language: str) -> str:
    """Return its text."""
    name = "starter.zh_CN.toml" if language.startswith("zh") else "starter.en.toml"
    return (Path(__file__).parent / name).read_text("utf-8")


def write_starter(path: Path, language: str) -> None:
    """Write it; an existing file raises FileExistsError and is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    create_whole(path, starter(language).encode())
