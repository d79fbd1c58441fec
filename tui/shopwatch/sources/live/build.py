"""A section of the configuration → the live source of its marketplace."""

from __future__ import annotations

from collections.abc import Collection

from shopwatch.config import SourceSection
from shopwatch.i18n import Translate
from shopwatch.sources import Source, SourceError
from shopwatch.sources.live.client import Client
from shopwatch.sources.live.platform import Platform
from shopwatch.sources.live.shared import Shared
from shopwatch.sources.live.source import LiveSource
from shopwatch.sources.reader import Place

GATEWAYS = {
    "doudian": "https://openapi-fxg.jinritemai.com",
    "taobao": "https://eco.taobao.com/router/rest",
    "kuaishou": "https://openapi.kwaixiaodian.com",
}


def live_source(
    section: SourceSection, name: str, place: Place, shared: Shared | None, _: Translate
) -> Source:
    """Make the source; raises SourceError."""
    if shared is None:
        raise SourceError(_("{name}: a live marketplace is asked by the monitor alone").format(name=name))
    client = Client(
        section.gateway or GATEWAYS[section.kind],
        section.app_key or "",
        rate=section.rate,
        timeout=section.timeout,
        limits=shared.limits,
        connections=shared.connections,
        timing=shared.timing,
        _=_,
    )
    return LiveSource(
        name=name,
        every=section.every,
        lookback=section.lookback,
        platform=_without(section.leave_out, _platform(section, client, shared, _)),
        place=place,
        shared=shared,
        timing=shared.timing,
        _=_,
    )


def _platform(section: SourceSection, client: Client, shared: Shared, _: Translate) -> Platform:
    match section.kind:
        case "doudian":
            from shopwatch.sources.doudian.platform import doudian

            return doudian(section, client, shared, _)
        case "taobao":
            from shopwatch.sources.taobao.platform import taobao

            return taobao(section, client, shared, _)
        case "kuaishou":
            from shopwatch.sources.kuaishou.platform import kuaishou

            return kuaishou(section, client, shared, _)
    raise AssertionError(section.kind)


def _without(names: Collection[str], platform: Platform) -> Platform:
    """Return the platform, less what another source tells."""
    platform.streams = [one for one in platform.streams if one.name not in names]
    platform.chores = [one for one in platform.chores if one.name not in names]
    platform.tracers = [one for one in platform.tracers if one.name not in names]
    return platform
