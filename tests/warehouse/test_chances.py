"""The pasts of a fleet's clocks: how many are worked out at once, and what becomes of one that the engine can't."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path

import duckdb
import pytest

from shopwatch import chances
from shopwatch.chances import Chances, Fit
from shopwatch.config import load
from shopwatch.fleet import Shop
from shopwatch.records import Chat
from shopwatch.refresher import Refresher
from shopwatch.risk import chance_of_miss
from shopwatch.rulebook import scorecards
from shopwatch.scoring.model import Model
from shopwatch.scoring.readings import Exposure
from shopwatch.warehouse import DuckWarehouse
from warehouse.test_waits import HOUR, NOW, take, usual
from warehouse_cases import SHANGHAI, SHOP, douyin

DAY = datetime.timedelta(days=1)
AT = datetime.datetime.fromtimestamp(NOW, SHANGHAI)
WATCHED = Shop(id=SHOP, name="", zone=SHANGHAI, model=Model(scorecard=douyin()))


@pytest.fixture
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.fixture
def filled(engine: duckdb.DuckDBPyConnection) -> DuckWarehouse:
    warehouse = DuckWarehouse(engine)
    take(warehouse, usual())
    return warehouse


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the clocks whose pasts were worked out, as they are."""
    found: list[str] = []
    whole = chances.fit_of

    def counted(*asked: object) -> Fit | None:
        warehouse, clock = asked[:2]
        assert isinstance(warehouse, DuckWarehouse)
        if warehouse.tells(clock):  # type: ignore[arg-type]
            found.append(clock.id)  # type: ignore[attr-defined]
        return whole(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(chances, "fit_of", counted)
    return found


def in_the_way(engine: duckdb.DuckDBPyConnection) -> None:
    """Make the engine refuse every fit: where it would lay out what was waited, there is something else."""
    engine.execute("CREATE TEMP VIEW waits AS SELECT 1")


def test_what_the_engine_cannot_work_out_waits_for_the_next_day(
    engine: duckdb.DuckDBPyConnection,
    filled: DuckWarehouse,
    fitted: list[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = Chances()
    in_the_way(engine)
    with caplog.at_level(logging.WARNING, "shopwatch.chances"):
        assert told.of(filled, [WATCHED], AT, None).clocks["ship"] is None
    tried = list(fitted)
    assert "ship" in tried
    assert len(caplog.messages) == len(tried)
    assert all(text.startswith("chances: CatalogException < ") for text in caplog.messages)
    engine.execute("DROP VIEW temp.waits")
    told.of(filled, [WATCHED], AT + datetime.timedelta(hours=1), None)
    assert fitted == tried
    assert told.of(filled, [WATCHED], AT + DAY, None).clocks["ship"] is not None


def test_what_was_known_before_a_failure_stays(
    engine: duckdb.DuckDBPyConnection, filled: DuckWarehouse
) -> None:
    told = Chances()
    before = told.of(filled, [WATCHED], AT, None).clocks["ship"]
    assert before is not None
    in_the_way(engine)
    assert told.of(filled, [WATCHED], AT + DAY, None).clocks["ship"] is before


def test_nothing_of_a_failed_fit_stays_in_memory(
    engine: duckdb.DuckDBPyConnection, filled: DuckWarehouse
) -> None:
    engine.execute("CREATE TEMP VIEW hours_waited AS SELECT 1")  # so that the second of two steps fails
    Chances().of(filled, [WATCHED], AT, None)
    assert (
        engine.execute("SELECT table_name FROM duckdb_tables() WHERE table_name = 'waits'").fetchall() == []
    )


def test_one_more_shop_is_no_reason_to_look_back_again(filled: DuckWarehouse, fitted: list[str]) -> None:
    told = Chances()
    told.of(filled, [WATCHED], AT, None)
    tried = list(fitted)
    told.of(filled, [WATCHED, Shop(id="new", name="", zone=SHANGHAI, model=WATCHED.model)], AT, None)
    assert fitted == tried


def test_one_refresh_works_out_one_past_whatever_the_fleet(
    tmp_path: Path, filled: DuckWarehouse, fitted: list[str]
) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(
        f'[[shop]]\nid = "{SHOP}"\n[[shop]]\nid = "b"\ntimezone = "Asia/Tokyo"\n'
        '[[shop]]\nid = "c"\nscorecard = "tmall"\n',
        "utf-8",
    )
    refresher = Refresher.of(load(path), "en", str)
    shops = refresher.shops(filled, AT)

    def refresh(*, learn: bool) -> None:
        refresher.boards(
            filled, AT, shops, ticks={}, sources={}, risks=0, pinned=True, patience=1, learn=learn
        )

    refresh(learn=False)
    assert fitted == [], "whoever pressed a key doesn't wait for it"
    for so_far in (1, 2, 3):
        refresh(learn=True)
        assert len(fitted) == so_far


def test_what_is_open_in_the_shop_in_view_is_learned_first(filled: DuckWarehouse, fitted: list[str]) -> None:
    told = Chances()
    told.of(filled, [WATCHED], AT, 1, ["pickup", "ship"])
    told.of(filled, [WATCHED], AT, 1, ["pickup", "ship"])
    assert fitted == ["pickup", "ship"]


def test_the_group_of_the_shop_in_view_is_learned_first(
    tmp_path: Path, filled: DuckWarehouse, fitted: list[str]
) -> None:
    path = tmp_path / "shopwatch.toml"
    path.write_text(f'[[shop]]\nid = "a"\nscorecard = "tmall"\n[[shop]]\nid = "{SHOP}"\n', "utf-8")
    refresher = Refresher.of(load(path), "en", str)
    shops = refresher.shops(filled, AT)
    refresher.boards(
        filled, AT, shops, ticks={}, sources={}, risks=0, pinned=True, patience=1, whole={SHOP}, split=()
    )
    known = {shop: refresher.chances.of(filled, [shops[shop]], AT, 0).clocks for shop in ("a", SHOP)}
    assert {shop for shop, clocks in known.items() if any(clocks.values())} == {SHOP}


# ---------------------------------------------------------------- chats, of which no single waits are on record


def chat(number: int, in_time: int, shop: str = SHOP, rounds: int = 4) -> Chat:
    begun = NOW - number * HOUR
    return Chat(
        shop=shop, chat_id=f"{shop}{number}", human=True, started_at=begun, ended_at=begun + 600, rounds=rounds,
        answered_in_180s=in_time, unanswered=0, reply_seconds=60.0, known_at=begun + 600,
    )  # fmt: skip


def of_tmall(shop: str = SHOP) -> Shop:
    return Shop(id=shop, name="", zone=SHANGHAI, model=Model(scorecard=scorecards()["tmall@2026-03-16"]))


def waiting_chat(seconds: int) -> Exposure:
    begun = NOW - seconds
    return Exposure(SHOP, "reply", "c", None, begun, begun + 180, None)


def test_a_chats_chance_is_read_off_what_whole_chats_came_to() -> None:
    warehouse = DuckWarehouse(duckdb.connect())
    warehouse.take("s", "chats", [chat(number, 4 if number % 4 else 0) for number in range(1, 201)])
    past = Chances().of(warehouse, [of_tmall()], AT, None).of(SHOP)["reply"]
    assert (past.basis, past.n, past.by_totals) == ("own", 800, True)
    assert chance_of_miss(past, waiting_chat(0), NOW, NOW + 180) == pytest.approx(0.25, abs=0.01)
    assert chance_of_miss(past, waiting_chat(90), NOW, NOW + 90) == pytest.approx(0.5, abs=0.01)
    assert chance_of_miss(past, waiting_chat(180), NOW, NOW) == 1.0


def test_a_shop_with_few_chats_goes_by_all_and_one_without_any_by_the_default() -> None:
    warehouse = DuckWarehouse(duckdb.connect())
    warehouse.take("s", "chats", [chat(number, 3, "busy") for number in range(1, 201)])
    warehouse.take("s", "chats", [chat(1, 4)])
    fits = Chances().of(warehouse, [of_tmall("busy"), of_tmall()], AT, None)
    past = fits.of(SHOP)["reply"]
    assert (past.basis, past.n) == ("fleet", 804)
    told = chance_of_miss(past, waiting_chat(0), NOW, NOW + 180)
    busy = chance_of_miss(fits.of("busy")["reply"], waiting_chat(0), NOW, NOW + 180)
    assert told is not None
    assert busy == pytest.approx(0.25, abs=0.01)
    assert 0.1 < told < 0.25, "its four answers count, and twenty of the others' beside them"
    nothing = Chances().of(DuckWarehouse(duckdb.connect()), [of_tmall()], AT, None)
    assert nothing.of(SHOP)["reply"].known is False
