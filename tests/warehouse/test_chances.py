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
from shopwatch.refresher import Refresher
from shopwatch.scoring.model import Model
from shopwatch.warehouse import DuckWarehouse
from warehouse.test_waits import NOW, take, usual
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
