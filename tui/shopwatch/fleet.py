"""Which shops are watched, and by what each is scored: the configuration laid over what was discovered."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.board import SourceBoard
from shopwatch.config import Config, ShopSection
from shopwatch.i18n import Translate
from shopwatch.rulebook import choose
from shopwatch.scoring.model import Model
from shopwatch.scoring.scorecard import Exclusion, Scorecard


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """One shop as it is watched."""

    id: str
    name: str
    zone: ZoneInfo
    model: Model
    tags: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()


def fleet(
    config: Config,
    discovered: Sequence[str],
    names: Mapping[str, str],
    cards: Mapping[str, Scorecard],
    now: datetime.datetime,
    _: Translate,
) -> dict[str, Shop]:
    """Return the shops by id: the configured ones in their order, then the discovered ones."""
    sections = {section.id: section for section in config.shop}
    found = dict.fromkeys(sections)
    if config.defaults.discover:
        found |= dict.fromkeys(discovered)
    models: dict[tuple[str, datetime.date], Model] = {}
    shops = {}
    for shop in found:
        section = sections.get(shop) or ShopSection(id=shop)
        zone = ZoneInfo(section.timezone or config.defaults.timezone)
        day = now.astimezone(zone).date()
        scorecard = section.scorecard or config.defaults.scorecard
        if shop in sections:
            model = _model(choose(scorecard, day, cards, _=_), section)
        else:
            # one model for all that were only discovered: making a plan of it is the dear part
            key = (scorecard, day)
            model = models.get(key) or models.setdefault(
                key, Model(scorecard=choose(scorecard, day, cards, _=_))
            )
        shops[shop] = Shop(
            id=shop,
            name=section.name or names.get(shop) or shop,
            zone=zone,
            model=model,
            tags=section.tags,
            competitors=tuple(name.strip() for name in section.competitors),
        )
    return shops


def _model(scorecard: Scorecard, section: ShopSection) -> Model:
    return Model(
        scorecard=_with_own_steps(_with_own_days(scorecard, section), section),
        weights=section.weights,
        curves=section.curves,
        given=section.given,
        category=section.category,
        industry=section.industry,
        shop_type=section.shop_type,
        lines=section.lines,
    )


def _with_own_days(scorecard: Scorecard, section: ShopSection) -> Scorecard:
    """Return the scorecard with the days that are left out for this shop: without those that a fact given keeps
    in, and with its own."""
    kept = [
        one for one in scorecard.exclusion if one.unless is None or section.given.get(one.unless) is not True
    ]
    own = [one.clause() for one in section.exclusion]
    days = (*kept, *own)
    return scorecard if days == scorecard.exclusion else msgspec.structs.replace(scorecard, exclusion=days)


def _with_own_steps(scorecard: Scorecard, section: ShopSection) -> Scorecard:
    """Return the scorecard with the owner's ladder, as high as it has steps."""
    if not section.level:
        return scorecard
    lower = {indicator.id for indicator in scorecard.indicator if indicator.better == "lower"}
    steps = [level.clause(place, lower) for place, level in enumerate(section.level, 1)]
    total = msgspec.structs.replace(scorecard.total, ceiling=float(len(steps)))
    return msgspec.structs.replace(scorecard, line=(*scorecard.line, *steps), total=total)


Alike = tuple[str, tuple[Exclusion, ...], str]


def alike(shops: Mapping[str, Shop]) -> dict[Alike, list[Shop]]:
    """Group shops that one query can answer for: the same scorecard with the same days left out, and timezone."""
    groups: dict[Alike, list[Shop]] = {}
    for shop in shops.values():
        card = shop.model.scorecard
        groups.setdefault((card.key, card.exclusion, shop.zone.key), []).append(shop)
    return groups


Sources = Mapping[str | None, Sequence[SourceBoard]]
"""The sources of one shop, by its id; those that may hold any shop under None."""


class SourcesShown:
    """The sources as each shop's board shows them: with what of it rests on them, in the shop's own time.

    Shops that are alike share them: a fleet has thousands of shops, and each poll shows them anew.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._made: dict[tuple[int, str, str], SourceBoard] = {}

    def of(self, shop: Shop) -> tuple[SourceBoard, ...]:
        return tuple(
            self._shown(source, shop)
            for source in (*self._sources.get(shop.id, ()), *self._sources.get(None, ()))
        )

    def _shown(self, source: SourceBoard, shop: Shop) -> SourceBoard:
        key = (id(source), shop.model.scorecard.key, shop.zone.key)
        if key not in self._made:
            self._made[key] = msgspec.structs.replace(
                source,
                feeds=fed_by(shop.model.scorecard, source.tables),
                last_success=source.last_success and source.last_success.astimezone(shop.zone),
                next_try=source.next_try and source.next_try.astimezone(shop.zone),
                aside_at=source.aside_at and source.aside_at.astimezone(shop.zone),
            )
        return self._made[key]


# What each table's facts are taken from: a figure over a table rests on the sources of these as well.
_RESTS_ON = {
    "orders": ("orders", "parcels", "aftersales", "chats", "tickets", "reviews"),
    "parcels": ("parcels", "orders"),
    "reviews": ("reviews", "orders"),
    "aftersales": ("aftersales", "orders"),
    "chats": ("chats",),
    "contacts": ("orders", "aftersales", "chats", "tickets"),
}


def fed_by(scorecard: Scorecard, tables: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the indicators, rates and clocks that rest on any of these tables, `official` and
    `competitors`."""
    asked: list[tuple[str, set[str | None]]] = [("official", {"official"}), ("competitors", {"competitors"})]
    asked += [(one.id, {one.from_, one.denominator_from}) for one in scorecard.indicator]
    asked += [(one.id, {one.approximate.from_}) for one in scorecard.indicator if one.approximate]
    asked += [(one.id, {one.from_, one.denominator_from}) for one in scorecard.rate]
    asked += [(clock.id, {*clock.tables}) for clock in scorecard.clock]
    found = (
        name
        for name, sources in asked
        if any(not set(_RESTS_ON.get(source, (source,))).isdisjoint(tables) for source in sources if source)
    )
    return tuple(dict.fromkeys(found))
