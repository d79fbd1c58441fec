"""Warehouse → boards: the readings of the shops that changed, scored, assessed and assembled."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from shopwatch import leagues, playbooks
from shopwatch.alerts.rules import rules_of, watched
from shopwatch.assembly import Assembler
from shopwatch.board import Board, CampaignBoard, StockBoard
from shopwatch.board.leagues import LeagueBoard, LeagueOrder
from shopwatch.calibrating import Fits
from shopwatch.campaigning import campaign_boards
from shopwatch.campaigning import scored as looked_back
from shopwatch.care import Template
from shopwatch.care import load as load_care
from shopwatch.care.templates import FOLDER as CARE
from shopwatch.chances import Chances
from shopwatch.collection import no_collection
from shopwatch.competitors import competition
from shopwatch.config import Config
from shopwatch.feed import GoalBoard
from shopwatch.fleet import Shop, Sources, SourcesShown, alike, fleet
from shopwatch.foresight import MOST, Foreseen, Foresight
from shopwatch.goals import as_kept, goal_board
from shopwatch.hearing import HEARD_IN, Ear
from shopwatch.i18n import Translate
from shopwatch.journal import TickRow
from shopwatch.known import Known, nothing_known
from shopwatch.moves import moves
from shopwatch.playbooks import Playbook, Tick
from shopwatch.playbooks.loading import FOLDER as BOOKS
from shopwatch.records import Poll
from shopwatch.remarks import Remarks, said
from shopwatch.risk import Assessment, Moment, Watch, assess
from shopwatch.risk.assessment import NOTHING_WATCHED
from shopwatch.rulebook import FOLDER as CARDS
from shopwatch.rulebook import ScorecardError, Scorecards, scorecards
from shopwatch.scoring.assessment import NO_SALES, Sales, opened_month
from shopwatch.scoring.goal import Habit, Kept, aim, pursue
from shopwatch.scoring.readings import NOTHING_USUAL, Exposure
from shopwatch.scoring.score import Scored, score
from shopwatch.scoring.scorecard import Scorecard
from shopwatch.stocking import stock_board
from shopwatch.warehouse import Warehouse, write_ahead
from shopwatch.warehouse.proving import mistakes

NOBODY: Mapping[str, Mapping[str, Remarks]] = {}
"""Nobody said anything of any order."""

FIRST_RISKS = 20
"""As many risks are told of a shop that nobody looks at: what a fleet is compared by, and each is words."""


@dataclasses.dataclass(frozen=True)
class Refresher:
    """Makes boards. All of it blocks: it belongs in the warehouse's thread."""

    config: Config
    cards: Mapping[str, Scorecard]
    books: Sequence[Playbook]
    language: str
    translate: Translate
    watched: Mapping[str, Watch] = dataclasses.field(default_factory=dict)
    templates: tuple[Template, ...] = ()
    foresight: Foresight = dataclasses.field(default_factory=Foresight)
    fits: Fits = dataclasses.field(default_factory=Fits)
    chances: Chances = dataclasses.field(default_factory=Chances)
    ear: Ear = dataclasses.field(default_factory=Ear)
    league_rules: leagues.LeagueRules = dataclasses.field(default_factory=leagues.load)

    @classmethod
    def of(cls, config: Config, language: str, _: Translate) -> Refresher:
        """Read what the boards rest on; raises ScorecardError, PlaybookError or CareError."""
        cards = scorecards(config.folder / CARDS, _=_)
        _prove(cards, _)
        books = playbooks.load(config.folder / BOOKS, _=_)
        watch = watched(rules_of(config.alert))
        judged = leagues.load(config.monitor.league_cases)
        care = load_care(config.folder / CARE, _=_)
        return cls(config, cards, books, language, _, watch, care, league_rules=judged)

    def titles(self, shop: Shop) -> dict[str, str]:
        """Return what each action is called in a shop, by its id."""
        place = shop.model.scorecard.id
        return {
            action.id: action.on(place).title.of(self.language)
            for book in self.books
            for action in book.action
        }

    def read_ahead(self, now: datetime.datetime) -> None:
        """Write the statements that the configured shops will need: the expressions in them are read but once."""
        for group in alike(fleet(self.config, [], {}, self.cards, now, self.translate)).values():
            write_ahead(group[0].model.scorecard, group[0].zone, _epoch(now))

    @property
    def behind(self) -> bool:
        """Whether the boards made last rest on less of the past than there is: the next look at more of it."""
        return self.foresight.behind or self.fits.behind or self.chances.behind

    def took(self, poll: Poll, shops: Collection[str]) -> None:
        """Take note that a poll was taken in, and changed these shops."""
        if not HEARD_IN.isdisjoint(batch.table for batch in poll.batches):
            self.ear.listen(shops)

    def shops(self, warehouse: Warehouse, now: datetime.datetime) -> dict[str, Shop]:
        """Return all that are watched at a moment."""
        discovered = warehouse.shops(_epoch(now)) if self.config.defaults.discover else []
        return fleet(self.config, discovered, warehouse.names(), self.cards, now, self.translate)

    def boards(
        self,
        warehouse: Warehouse,
        now: datetime.datetime,
        shops: Mapping[str, Shop],
        *,
        only: Collection[str] | None = None,
        whole: Collection[str] | None = None,
        split: Collection[str] | None = None,
        ticks: Mapping[str, Mapping[str, TickRow]],
        remarks: Mapping[str, Mapping[str, Remarks]] = NOBODY,
        sources: Sources,
        risks: int,
        watch: bool = False,
        pinned: bool,
        patience: int | None = None,
        learn: bool = True,
    ) -> list[Board]:
        """Return the boards of all shops, or of `only` those; `risks` 0 is all.

        whole: the shops whose actions are worked out as well, and all of whose `risks` are told, not the first
        alone; None is all of them. For a large fleet that is dear, and one screen shows them of one shop. watch:
        what alerts look at is told wherever it stands. split: the shops of which what moved is split into carriers,
        products and so on, and the days ahead are foreseen; None is all of them, but of a large fleet none: each
        takes statements of its own. patience: see `Foresight` and `Fits`; with 0, for which someone waits, nothing
        is split either. learn: whether the pasts of clocks may be worked out anew, `patience` in all.
        """
        if split is None and len(shops if only is None else only) > MOST:
            split = ()
        wanted = dict(shops) if only is None else {shop: shops[shop] for shop in only if shop in shops}
        made: dict[str, Board] = {}
        clocks = patience if learn else 0
        self.foresight.behind = self.fits.behind = self.chances.behind = False
        shown = SourcesShown(sources)
        counted = warehouse.counts_stock()
        with no_collection():
            for group in _in_view_first(alike(wanted).values(), whole):
                scorecard, zone = group[0].model.scorecard, group[0].zone
                asked = None if len(wanted) == len(shops) else [shop.id for shop in group]
                as_of = _epoch(now)
                readings = warehouse.readings(scorecard, zone, as_of, asked)
                exposures = warehouse.exposures(scorecard, zone, as_of, asked)
                first = _most_open(exposures.get(shop.id, ()) for shop in group if whole and shop.id in whole)
                pasts = self.chances.of(warehouse, _like(group[0], shops), now, clocks, first)
                clocks = None if clocks is None else clocks - pasts.new
                sold = _sold(warehouse, group, as_of)
                rivals = competition(warehouse, group, shops, as_of)
                local = now.astimezone(zone)
                assemblers: dict[int, Assembler] = {}
                recent = warehouse.recent(as_of, [shop.id for shop in group if shop.id in exposures])
                seen = [
                    shop.id for shop in group if all(ids is None or shop.id in ids for ids in (whole, split))
                ]
                foreseen = self.foresight.of(warehouse, _like(group[0], shops), seen, now, patience)
                fitted = self.fits.of(group, readings, seen, patience)
                if patience != 0:
                    looked_at = [shop.id for shop in group if whole is None or shop.id in whole]
                    self.ear.pass_over(warehouse, looked_at, now)
                for shop in fitted:
                    if id(shop.model) not in assemblers:
                        assemblers[id(shop.model)] = Assembler(shop.model, self.translate, self.language)
                    known = Known(
                        shop,
                        assemblers[id(shop.model)],
                        readings.get(shop.id) or nothing_known(shop, now),
                        exposures.get(shop.id, ()),
                        pasts.of(shop.id),
                        recent.get(shop.id, NOTHING_USUAL),
                        sold.get(shop.id, NO_SALES),
                        shown.of(shop),
                        local,
                        self.config.monitor.pickups,
                        pinned,
                    )
                    looking = self.watched if watch else NOTHING_WATCHED
                    if whole is None or shop.id in whole:
                        cut = warehouse if shop.id in seen and patience != 0 else None
                        campaigns = campaign_boards(
                            warehouse, self.config.campaign, shop, local, self.translate
                        )
                        stock = stock_board(warehouse, shop, local) if counted else StockBoard()
                        board = self._whole_board(
                            known, ticks.get(shop.id, {}), risks, looking, foreseen, cut, campaigns, stock
                        )
                    else:
                        board = self._first_board(known, min(risks or FIRST_RISKS, FIRST_RISKS), looking)
                    made[shop.id] = said(board, remarks.get(shop.id, {}))
                    if made[shop.id].whole and patience != 0:
                        made[shop.id] = msgspec.structs.replace(
                            made[shop.id],
                            sudden=self.ear.sudden(warehouse, shop, local, self.translate, self.language),
                        )
                    made[shop.id] = rivals.beside(
                        made[shop.id], shop.model.scorecard, known.readings.official, self.translate
                    )
        return [made[shop] for shop in wanted]

    def goal(
        self,
        warehouse: Warehouse,
        now: datetime.datetime,
        shops: Mapping[str, Shop],
        name: str,
        target: float,
        begun: Collection[str],
        board: Board | None,
    ) -> GoalBoard:
        """Return what takes a shop to a target; see `Feed.goal`. board: its last, whose actions and orders the plan
        names."""
        shop, scored, habits = self.going(warehouse, now, shops, name)
        goal = aim(scored, target, habits, begun)
        return goal_board(
            warehouse, shop, _epoch(now), goal, board, self.books, self.translate, self.language
        )

    def pursued(
        self,
        warehouse: Warehouse,
        now: datetime.datetime,
        shops: Mapping[str, Shop],
        name: str,
        kept: Kept,
        board: Board | None,
    ) -> tuple[GoalBoard, Kept]:
        """Return the plan of a goal that a shop keeps, and what is to be kept of it from now on."""
        shop, scored, habits = self.going(warehouse, now, shops, name)
        goal, followed = pursue(scored, kept, habits)
        plan = goal_board(
            warehouse, shop, _epoch(now), goal, board, self.books, self.translate, self.language
        )
        return as_kept(plan, followed, habits), followed

    def leagues(
        self, warehouse: Warehouse, now: datetime.datetime, shops: Mapping[str, Shop], name: str
    ) -> LeagueBoard:
        """Return a shop's league tables; see `Feed.leagues`."""
        shop, scored = self.scored(warehouse, now, shops, name)
        sums = warehouse.leagues(shop.model.scorecard, shop.zone, _epoch(now), name)
        complaining = self.ear.complaining(warehouse, shop, now, leagues.longest(self.league_rules))
        known = leagues.Standings(
            sums, shop, now.astimezone(shop.zone).date(), scored, complaining, self.language
        )
        return leagues.standings(self.league_rules, known)

    def league_orders(
        self, warehouse: Warehouse, now: datetime.datetime, shop: Shop, table: str, row: str
    ) -> tuple[LeagueOrder, ...]:
        """Return the orders behind a row of a league table; see `Feed.league_orders`."""
        league = self.league_rules.of(table)
        if league is None:
            return ()
        sums = warehouse.leagues(shop.model.scorecard, shop.zone, _epoch(now), shop.id)
        complaining = self.ear.complaining(warehouse, shop, now, leagues.longest(self.league_rules))
        asking = leagues.Asking(sums, shop, league.by, row, complaining, self.language, self.translate)
        return leagues.orders_behind(league, asking)

    def going(
        self, warehouse: Warehouse, now: datetime.datetime, shops: Mapping[str, Shop], name: str
    ) -> tuple[Shop, Scored, Mapping[str, Habit]]:
        """Return a shop with all that its history brings, its score, and how its indicators go."""
        shop, scored = self.scored(warehouse, now, shops, name)
        return shop, scored, self.foresight.habits(warehouse, _like(shop, shops), shop, now)

    def scored(
        self, warehouse: Warehouse, now: datetime.datetime, shops: Mapping[str, Shop], name: str
    ) -> tuple[Shop, Scored]:
        """Return a shop with the curves that its history brings, and its score."""
        watched = shops[name]
        readings = warehouse.readings(watched.model.scorecard, watched.zone, _epoch(now), [name])
        (shop,) = self.fits.of([watched], readings, [name], None)
        return shop, score(shop.model, readings.get(name) or nothing_known(shop, now))

    def _first_board(self, known: Known, risks: int, watched: Mapping[str, Watch]) -> Board:
        """Return the board of a shop that nobody looks at."""
        scored = score(known.shop.model, known.readings, known.assembler.plan)
        assessed = self._assessed(known, known.moment(scored), risks, watched)
        return msgspec.structs.replace(known.board(scored, assessed), whole=False)

    def _assessed(self, known: Known, moment: Moment, risks: int, watched: Mapping[str, Watch]) -> Assessment:
        return assess(
            known.exposures, moment, limit=risks, watched=watched, _=self.translate, language=self.language
        )

    def _whole_board(
        self,
        known: Known,
        ticks: Mapping[str, TickRow],
        risks: int,
        watched: Mapping[str, Watch],
        foreseen: Foreseen,
        warehouse: Warehouse | None,
        campaigns: Sequence[CampaignBoard],
        stock: StockBoard,
    ) -> Board:
        scored = score(known.shop.model, known.readings, known.assembler.plan)
        moment = known.moment(scored)
        assessed = self._assessed(known, moment, risks, watched)
        moved = None
        if warehouse is not None:
            moved = moves(warehouse, known.shop, _epoch(known.now), scored, self.translate)
            moved = moved._replace(outlook=foreseen.outlook(scored))
        board = known.board(scored, assessed, moved)
        seen = looked_back(campaigns, board)
        actions = playbooks.recommend(
            self.books,
            moment,
            exposures=known.exposures,
            causes=assessed.causes,
            lines=board.lines,
            pressed=assessed.pressures,
            campaigns=campaigns,
            stock=stock,
            bests=foreseen.bests.get(known.shop.id, {}),
            ticks={
                action: Tick(action=action, at=tick.at, by=tick.by, orders=tick.orders)
                for action, tick in ticks.items()
            },
            _=self.translate,
            language=self.language,
        )
        return msgspec.structs.replace(board, actions=actions, campaigns=seen, stock=stock)


def _prove(cards: Scorecards, _: Translate) -> None:
    """Raise ScorecardError where a scorecard of the owner's own has SQL that can't be asked."""
    sentence = _("Scorecard {file}, {key}: {reason}.")
    wrong = [
        sentence.format(file=file, key=where, reason=reason.rstrip(".!"))
        for key, file in cards.files.items()
        for where, reason in mistakes(cards[key], _)
    ]
    if wrong:
        raise ScorecardError("\n".join(wrong))


def _in_view_first(groups: Iterable[Sequence[Shop]], whole: Collection[str] | None) -> list[Sequence[Shop]]:
    """Return groups of shops, first those with a shop in view: what is learned bit by bit is learned for it first."""
    return sorted(groups, key=lambda group: not whole or all(shop.id not in whole for shop in group))


def _most_open(shops: Iterable[Sequence[Exposure]]) -> list[str]:
    """Return the clocks under which something is open, those with most of it first."""
    return [clock for clock, _n in Counter(one.clock for open_ in shops for one in open_).most_common()]


def _like(shop: Shop, shops: Mapping[str, Shop]) -> list[Shop]:
    """Return the fleet that a shop is one of: all of its scorecard and timezone."""
    key = shop.model.scorecard.key
    return [one for one in shops.values() if one.model.scorecard.key == key and one.zone == shop.zone]


def _sold(warehouse: Warehouse, group: Sequence[Shop], as_of: int) -> Mapping[str, Sales]:
    """Return the sales of those of a group whose assessment asks for them."""
    if group[0].model.scorecard.assessment is None:
        return {}
    assessed = [shop.id for shop in group if opened_month(shop.model.given) is not None]
    return warehouse.sales(group[0].zone, as_of, assessed) if assessed else {}


def _epoch(moment: datetime.datetime) -> int:
    return int(moment.timestamp())
