"""Where the configuration and the state lie, in the promised order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

NAME = "shopwatch.toml"
VARIABLE = "SHOPWATCH_CONFIG"


def find(explicit: Path | None, environment: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the configuration file: the one named, else $SHOPWATCH_CONFIG, else the one in this folder,
    else the user's. One that was named is returned even where it doesn't exist: leaving it out in
    silence would watch other shops than the person meant."""
    if explicit is not None:
        return cwd / _expanded(explicit)
    if named := environment.get(VARIABLE):
        return cwd / _expanded(Path(named))
    return next((path for path in (cwd / NAME, user_configuration()) if path.exists()), None)


def user_configuration() -> Path:
    return platformdirs.user_config_path("shopwatch", appauthor=False) / NAME


def state_folder(explicit: Path | None, cwd: Path) -> Path:
    """Return the folder for the warehouse and the journal; it may not exist yet."""
    if explicit is not None:
        return cwd / _expanded(explicit)
    return platformdirs.user_state_path("shopwatch", appauthor=False)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # `~name` of nobody: told as a path that doesn't exist
        return path
