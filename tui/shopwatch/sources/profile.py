"""A profile: one known export, told by its header row, as data (`sources/profiles/*.toml`)."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from shopwatch.scoring.scorecard import Words


class ProfileTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One canonical table that the export fills.

    map: record field → SQL expression (DuckDB) over the file's columns, which are all text, stripped,
    and NULL where empty or `-`. `yuan(x)` turns an amount in yuan into fen, `percent(x)` a share into
    0..1, `ident(x)` strips a leading TAB or apostrophe from an id,
    `file_time()` is when the file was saved. Times may stay text: naive ones are
    read in the source's timezone.
    where: the rows that count. group: an expression; its rows become one record, so that every
    expression of the map is an aggregate or the group itself.
    """

    records: str
    map: dict[str, str]
    where: str | None = None
    group: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """headers: every one of these cells must stand in the header row (stripped); of several profiles that
    fit, the one with most headers wins. skip_rows: note rows under the header. shop: an SQL expression
    for the shop's id where the file names it. lacks: what the export can't tell, in words."""

    id: str
    name: Words
    headers: tuple[str, ...]
    table: tuple[ProfileTable, ...]
    skip_rows: int = 0
    shop: str | None = None
    lacks: Words | None = None


FOLDER = Path(__file__).parent / "profiles"


def shipped(folder: Path = FOLDER) -> list[str]:
    """Return the ids of the shipped profiles, which are the names of their files."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load_profiles(folder: Path = FOLDER) -> tuple[Profile, ...]:
    """Every shipped profile, by file name; a file that is no profile raises, for it is a mistake of ours."""
    import tomli

    texts = (path.read_text("utf-8") for path in sorted(folder.glob("*.toml")))
    return tuple(msgspec.convert(tomli.loads(text), Profile) for text in texts)


def missing(headers: Iterable[str], profile: Profile) -> tuple[str, ...]:
    """The headers that the profile asks for and the file lacks."""
    found = {header.strip() for header in headers}
    return tuple(header for header in profile.headers if header not in found)


def match(headers: Iterable[str], profiles: Sequence[Profile]) -> Profile | None:
    """The profile that asks for most of those that fit the header row."""
    found = tuple(headers)
    fitting = [profile for profile in profiles if not missing(found, profile)]
    return max(fitting, key=lambda profile: len(profile.headers), default=None)


def nearest(headers: Iterable[str], profiles: Sequence[Profile]) -> Profile | None:
    """The profile of which the header row has the largest share, for the sentence on what is missing."""
    found = tuple(headers)

    def share(profile: Profile) -> float:
        return 1 - len(missing(found, profile)) / len(profile.headers)

    return max(profiles, key=share, default=None)
