"""A section of the configuration → its source."""

from __future__ import annotations

import glob
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.records import TABLES
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.sources import Source, SourceError
from shopwatch.sources.files import FilesSource, Shape
from shopwatch.sources.opening import Options
from shopwatch.sources.reader import Place
from shopwatch.sources.watched import PACKAGE

if TYPE_CHECKING:
    from shopwatch.sources.live.shared import Shared


def build(
    section: SourceSection,
    *,
    shop: str | None,
    timezone: str,
    folder: Path,
    scratch: Path,
    _: Translate,
    index: int,
    scorecard: Scorecard | None = None,
    shared: Shared | None = None,
) -> Source:
    """Make the source. shop: the id of its [[shop]]; timezone: the shop's or the default one; index: its
    place from 1 on among those that would have the same name; scorecard: whose words name official figures;
    shared: what the sources of one monitor share. Raises SourceError where the section says too little."""
    place = Place(shop=shop, timezone=section.timezone or timezone, folder=folder, scratch=scratch)
    name = section.name or derived_name(section) + (f"#{index}" if index > 1 else "")
    if section.records is not None and section.records not in TABLES:
        raise SourceError(
            _("{name}: there is no table {table}; there are {tables}").format(
                name=name, table=section.records, tables=", ".join(TABLES)
            )
        )
    match section.kind:
        case "official":
            return _official(section, name, place, scorecard, _)
        case "http":
            return _http(section, name, place, shared, _)
        case "sql":
            return _sql(section, name, place, _)
        case "files":
            return _files(section, name, place, _)
        case "doudian" | "taobao" | "kuaishou":
            from shopwatch.sources.live.build import live_source

            return live_source(section, name, place, shared, _)


def _files(section: SourceSection, name: str, place: Place, _: Translate) -> Source:
    if section.query is not None:
        if section.records is None:
            raise SourceError(_("{name}: `records` must say what the query fills").format(name=name))
        from shopwatch.sources.query import QuerySource

        return QuerySource(
            name=name,
            every=section.every,
            query=section.query,
            records=section.records,
            shop=section.shop,
            place=place,
            _=_,
        )
    if section.path is None:
        raise SourceError(_("{name}: `path` or `query` must say what to read").format(name=name))
    from shopwatch.sources.profile import load_profiles

    return FilesSource(
        name=name,
        every=section.every,
        path=section.path,
        place=place,
        shape=_shape(section),
        options=_options(section),
        profiles=load_profiles() if section.records is None else (),
        _=_,
    )


def _http(section: SourceSection, name: str, place: Place, shared: Shared | None, _: Translate) -> Source:
    if section.url is None:
        raise SourceError(_("{name}: `url` must say where the records are").format(name=name))
    from shopwatch.sources.http import HttpSource
    from shopwatch.sources.paging import way_of

    return HttpSource(
        name=name,
        every=section.every,
        url=section.url,
        place=place,
        shape=_shape(section),
        records_path=section.records_path,
        headers=section.headers,
        method=section.method,
        body=section.body,
        way=way_of(section.paging),
        timeout=section.timeout,
        keeper=None if shared is None else shared.keeper,
        _=_,
    )


def _sql(section: SourceSection, name: str, place: Place, _: Translate) -> Source:
    if section.url is None or section.query is None or section.records is None:
        raise SourceError(_("{name}: `url`, `query` and `records` must say what to read").format(name=name))
    from shopwatch.sources.sql.source import SqlSource

    return SqlSource(
        name=name,
        every=section.every,
        url=section.url,
        query=section.query,
        updated_column=section.updated_column,
        overlap=section.overlap,
        timeout=section.timeout,
        place=place,
        shape=_shape(section),
        _=_,
    )


def _options(section: SourceSection) -> Options:
    return Options(section.encoding, section.sheet, section.records_path)


def _shape(section: SourceSection) -> Shape:
    auto = "auto" if section.records is None and section.kind == "files" else None
    return Shape(profile=section.profile or auto, records=section.records, shop=section.shop, map=section.map)


def _official(
    section: SourceSection, name: str, place: Place, scorecard: Scorecard | None, _: Translate
) -> Source:
    if section.path is None:
        raise SourceError(_("{name}: `path` must say what to read").format(name=name))
    from shopwatch.sources.official import OfficialSource

    return OfficialSource(
        name=name,
        every=section.every,
        path=section.path,
        place=place,
        options=_options(section),
        shop=section.shop,
        competitor=section.competitor and section.competitor.strip(),
        scorecard=scorecard,
        _=_,
    )


def derived_name(section: SourceSection) -> str:
    """Return what it reads, as its owner would call it: orders.csv, exports/*, erp.example.com. It is the same in
    every language, since what a source has read is kept under it."""
    if section.path:
        *folders, last = section.path.removeprefix(PACKAGE).replace("\\", "/").split("/")
        return "/".join([*folders[-1:], last]) if glob.has_magic(last) else last
    what = _host(section.url) or section.records or section.kind
    return f"{what} (query)" if section.query is not None else what


def _host(url: str | None) -> str:
    """Nothing else of an address: a key may stand in its path, and a name is shown."""
    try:
        return urllib.parse.urlsplit(url or "").hostname or ""
    except ValueError:  # a bracket in a password looks like the begin of an IPv6 address
        return ""
