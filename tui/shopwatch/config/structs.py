"""The sections of the configuration, their keys and what a key is worth when it isn't there."""

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import msgspec

from shopwatch.scoring.clauses import Exclusion, Line, Part, Words


class Secret(str):
    """A text from the environment, a file or the keyring, a header, a token: shown nowhere, not even in a traceback.
    name: what refers to it, such as `env:NAME`."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, value: str, name: str = "") -> "Secret":
        secret = super().__new__(cls, value)
        secret.name = name
        return secret

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the configuration."""


class MonitorSection(Section, frozen=True):
    """now: pins the clock (the screen says so). refresh: least seconds between two refreshes of the boards.
    pickups: local times at which carriers collect, by which "acting now" is reckoned (our default).
    reports: the folder into which `e` writes, beside the configuration; unless given, `shopwatch-reports` of the
    working directory. who: is at the keyboard, beside what is ticked and said; by default the account's name.
    league_cases: from how many cases a row of a league table is judged; by default 30, which is ours."""

    now: datetime.datetime | None = None
    refresh: float = 5.0
    pickups: tuple[str, ...] = ("09:00", "21:00")
    reports: str | None = None
    who: str | None = None
    league_cases: int | None = None


class DefaultsSection(Section, frozen=True):
    """What a shop has unless it says otherwise. discover: a shop id met in the records becomes a shop."""

    scorecard: str = "douyin"
    timezone: str = "Asia/Shanghai"
    language: Literal["auto", "zh_CN", "en"] = "auto"
    discover: bool = True


class StoreSection(Section, frozen=True):
    """keep_days: forget records older than this, counted from the shop's newest; nothing by default. warehouse: where
    the records are kept, `clickhouse://user:password@host:8123/database`; a file beside the journal by default."""

    keep_days: int | None = None
    warehouse: str | None = None


class PagingSection(Section, frozen=True):
    """How one page of an HTTP source leads to the next. by: `page` numbers them from `first` on, until one holds fewer
    than `size` records; `cursor` sends back what the answer has at `at`; `link` follows the `Link` header, or the
    address at `at`. parameter: what the number or the cursor is called in a request."""

    by: Literal["page", "cursor", "link"]
    parameter: str | None = None
    first: int = 1
    size_parameter: str = "page_size"
    size: int | None = None
    at: str | None = None


class SourceSection(Section, frozen=True):
    """One source. Which keys it may have is its kind's; README has them all.

    kind: of file, server or marketplace. every: seconds between polls. shop: whose rows they are, an SQL
    expression; not inside a [[shop]]. records: the table that `map` or `query` fills, or into whose fields
    columns of the same name go. profile: a known export, `auto` by its header row, which is what files are
    read by that say nothing else. records_path: where the list of records stands in a JSON document.
    updated_column: of a query, the one that says when a row was changed; overlap: so many seconds before the
    newest it is asked again, since what is committed later may bear an earlier time. gateway: where a
    marketplace is asked, by default the real one; lookback: the days of its past that are read at first; rate:
    calls a second of each method; leave_out: what isn't asked for there, as another source tells it. session:
    a seller's access token at Taobao; agents: the accounts of its customer
    service whose votes are asked for. sign_secret: what Kuaishou's calls are signed with.
    """

    kind: Literal["files", "http", "sql", "official", "doudian", "taobao", "kuaishou"]
    name: str | None = None
    every: float = 60.0
    path: str | None = None
    url: str | None = None
    profile: str | None = None
    records: str | None = None
    shop: str | None = None
    competitor: str | None = None
    map: dict[str, str] | None = None
    query: str | None = None
    timezone: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    headers: dict[str, str] = {}
    method: Literal["GET", "POST"] = "GET"
    body: dict[str, Any] | None = None
    paging: PagingSection | None = None
    records_path: str | None = None
    updated_column: str | None = None
    overlap: float = 600.0
    timeout: float = 20.0
    app_key: str | None = None
    app_secret: str | None = None
    shop_id: str | None = None
    access_token: str | None = None
    refresh_token: str | None = None
    session: str | None = None
    sign_secret: str | None = None
    sign_method: str | None = None
    agents: tuple[str, ...] = ()
    gateway: str | None = None
    lookback: int = 30
    rate: float = 5.0
    leave_out: tuple[str, ...] = ()


class ExclusionSection(Section, frozen=True):
    """Days that are left out of some of a shop's indicators, such as a disaster that the marketplace has announced.
    first, last: both left out. day: the moment of a row that must fall in them, `paid_at` say; by default the one
    that the indicator counts it on. provinces: only rows of these; none: all."""

    id: str
    first: datetime.date
    last: datetime.date
    indicators: tuple[str, ...]
    name: str | None = None
    day: str | None = None
    provinces: tuple[str, ...] = ()

    def clause(self) -> Exclusion:
        """Return it as a scorecard has it."""
        name = self.name or self.id
        return Exclusion(
            id=self.id,
            name=Words(zh=name, en=name),
            first=self.first,
            last=self.last,
            indicators=self.indicators,
            day=self.day,
            provinces=self.provinces,
            certainty="house",
            source="configuration",
        )


class LevelSection(Section, frozen=True):
    """One step of the owner's own ladder. benefits: his note of what it brings. at: what it asks for, by
    indicator: at most so much of one that is better lower, else at least so much."""

    name: str
    at: dict[str, float]
    benefits: str = ""

    def clause(self, place: int, lower: Collection[str]) -> Line:
        """Return it as a scorecard has it. lower: the indicators that are better lower."""
        return Line(
            id=f"level_{place}",
            kind="level",
            name=Words(zh=self.name, en=self.name),
            effect=Words(zh=self.benefits, en=self.benefits),
            parts=tuple(
                Part(on=on, measure="today", at=at, good="most" if on in lower else "least")
                for on, at in self.at.items()
            ),
            certainty="house",
            source="configuration",
        )


class ShopSection(Section, frozen=True):
    """One shop. weights: by dimension or indicator id. curves: (value, points) pairs by indicator id.
    category, industry, shop_type: one of those for which the scorecard's lines or weights have figures of
    their own. lines: the shop's own
    figures of unlock lines, by line id and what the part is on. alert_at: the total under which `status`
    exits 1. given: facts only the owner or the page knows. exclusion: days of its own that don't count. level:
    the steps of its ladder, lowest first. competitors: other shops beside which it stands, by name; one that is
    watched here by its id."""

    id: str
    name: str | None = None
    scorecard: str | None = None
    timezone: str | None = None
    tags: tuple[str, ...] = ()
    weights: dict[str, float] = {}
    curves: dict[str, tuple[tuple[float, float], ...]] = {}
    category: str | None = None
    industry: str | None = None
    shop_type: str | None = None
    lines: dict[str, dict[str, float]] = {}
    alert_at: float | None = None
    given: dict[str, Any] = {}
    exclusion: tuple[ExclusionSection, ...] = ()
    level: tuple[LevelSection, ...] = ()
    competitors: tuple[str, ...] = ()
    source: tuple[SourceSection, ...] = ()


class AlertSection(Section, frozen=True):
    """One thing to speak of; with the id of a shipped one it changes what it names. Which keys it may have besides
    `id`, `on`, `level`, `title`, `shops`, `scorecards`, `hold_minutes`, `repeat_hours` and `off` is what it is on:

    line: lines (ids; * stands for anything), states (bad, near). crossing: lines, days. drop: days (1 or 7), points
    of a scale of 100. indicator: indicator, above or below. orders: most, of valid orders. deduction: hours since.
    official: by, a local time. due: clocks, hours left. waited: clocks, hours and seconds since they began. cause:
    least orders. sudden: least complaints. source: states (stale, failing).

    hold_minutes: how long it must last before it is told. repeat_hours: after how long it is told again, 0 never."""

    id: str
    on: (
        Literal[
            "line", "crossing", "drop", "indicator", "orders", "deduction", "official", "due", "waited", "cause", "sudden",
            "source",
        ]
        | None
    ) = None  # fmt: skip
    level: Literal["urgent", "warning", "notice"] | None = None
    title: str | None = None
    shops: tuple[str, ...] | None = None
    scorecards: tuple[str, ...] | None = None
    lines: tuple[str, ...] | None = None
    clocks: tuple[str, ...] | None = None
    states: tuple[str, ...] | None = None
    indicator: str | None = None
    above: float | None = None
    below: float | None = None
    days: int | None = None
    hours: float | None = None
    seconds: float | None = None
    points: float | None = None
    least: int | None = None
    most: int | None = None
    by: str | None = None
    hold_minutes: float | None = None
    repeat_hours: float | None = None
    off: bool | None = None

    @property
    def span(self) -> float:
        """The seconds that are left, or have passed, where it is on due or waiting things."""
        return (self.hours or 0.0) * 3600 + (self.seconds or 0.0)


class ChannelSection(Section, frozen=True):
    """A way out of the terminal: any address that Apprise knows, which holds a key and is a secret."""

    name: str
    url: str
    levels: tuple[Literal["urgent", "warning", "notice"], ...] = ("urgent", "warning", "notice")


class AlertsSection(Section, frozen=True):
    """quiet: from and until when only what is urgent is told. repeat_hours: after how long what nobody took note of
    is told again; 0 never. bell, title, desktop: what the terminal does of it."""

    quiet: tuple[str, ...] = ("23:00", "08:00")
    repeat_hours: float = 6.0
    bell: bool = True
    title: bool = True
    desktop: bool = False
    channel: tuple[ChannelSection, ...] = ()


class CampaignSection(Section, frozen=True):
    """A campaign or a live session. start, end: its moments; without an offset the shop's own time. shops: by id; all
    by default. What to expect of it goes by the last one of its kind, so past ones belong here as well."""

    name: str
    start: datetime.datetime
    end: datetime.datetime
    kind: Literal["campaign", "live"] = "campaign"
    shops: tuple[str, ...] = ()


class CareSection(Section, frozen=True):
    """webhook: an https address that takes what buyers are to be told, a JSON object each; it holds a key and is a
    secret. dry_run: sending shows what it would send. quiet: from and until when nothing is sent. language: of the
    texts; the interface's by default."""

    webhook: str | None = None
    dry_run: bool = True
    quiet: tuple[str, ...] = ("22:00", "08:00")
    language: Literal["zh_CN", "en"] | None = None


class ScreenSection(Section, frozen=True):
    """theme: its colours. density: compact leaves of each pane's frame only the upper line. wall_seconds: how long the
    wall shows a shop. remember: come back to the shop, the pane, the row, the sort and the filter of the last time."""

    theme: Literal["dark", "light", "high-contrast", "colour-blind"] = "dark"
    density: Literal["normal", "compact"] = "normal"
    wall_seconds: float = 15.0
    remember: bool = True


class Contents(Section, frozen=True):
    """The whole file."""

    monitor: MonitorSection = MonitorSection()
    screen: ScreenSection = ScreenSection()
    defaults: DefaultsSection = DefaultsSection()
    store: StoreSection = StoreSection()
    shop: tuple[ShopSection, ...] = ()
    source: tuple[SourceSection, ...] = ()
    alerts: AlertsSection = AlertsSection()
    alert: tuple[AlertSection, ...] = ()
    care: CareSection = CareSection()
    campaign: tuple[CampaignSection, ...] = ()
    keys: dict[str, str] = {}  # action → keys, comma-separated


class Config(Contents, frozen=True):
    """The file, and where it lies: its paths are relative to that folder."""

    folder: Path = Path()
