"""Which shops are watched, and by what each is scored: the configuration laid over what was discovered."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from shopwatch.config import Config, ShopSection
from shopwatch.i18n import Translate
from shopwatch.rulebook import choose
from shopwatch.scoring.model import Model
from shopwatch.scoring.scorecard import Scorecard


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """One shop as it is watched."""

    id: str
    name: str
    zone: ZoneInfo
    model: Model
    tags: tuple[str, ...] = ()


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
            id=shop, name=section.name or names.get(shop) or shop, zone=zone, model=model, tags=section.tags
        )
    return shops


def _model(scorecard: Scorecard, section: ShopSection) -> Model:
    return Model(
        scorecard=scorecard,
        weights=section.weights,
        curves=section.curves,
        given=section.given,
        category=section.category,
        lines=section.lines,
        alert_at=section.alert_at,
    )


def alike(shops: Mapping[str, Shop]) -> dict[tuple[str, str], list[Shop]]:
    """Group shops that one query can answer for: the same scorecard and timezone."""
    groups: dict[tuple[str, str], list[Shop]] = {}
    for shop in shops.values():
        groups.setdefault((shop.model.scorecard.key, shop.zone.key), []).append(shop)
    return groups
