"""The tables by every marketplace's rules: each column's statement runs, and its rows make up the shop's own figure."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from leagues.test_standings import records
from shopwatch.config import load as load_config
from shopwatch.i18n import translation
from shopwatch.leagues import load
from shopwatch.records import TABLES, Kind
from shopwatch.refresher import Refresher
from shopwatch.rulebook import scorecards
from shopwatch.scoring.leagues import mean_of
from shopwatch.warehouse import DuckWarehouse
from warehouse_cases import SHANGHAI, SHOP, at

AS_OF = at("2026-11-20 20:00")


@pytest.fixture(scope="module")
def warehouse() -> Iterator[DuckWarehouse]:
    opened = DuckWarehouse(duckdb.connect())
    for name, rows in records().items():
        table = TABLES[name]
        made = [
            table.struct(
                shop=SHOP,
                **{
                    key: int(value.timestamp()) if isinstance(value, datetime.datetime) else value
                    for key, value in row.items()
                    if table.fields[key].kind is not Kind.CHOICE or value in table.fields[key].choices
                },
            )
            for row in rows
        ]
        opened.take("simulated", name, made)
    yield opened
    opened.close()


@pytest.mark.parametrize("card", sorted(scorecards()))
def test_rows_make_up_the_figure_that_the_score_rests_on(card: str, warehouse: DuckWarehouse) -> None:
    scorecard = scorecards()[card]
    readings = warehouse.readings(scorecard, SHANGHAI, AS_OF, [SHOP])[SHOP].indicators
    sums = warehouse.leagues(scorecard, SHANGHAI, AS_OF, SHOP)
    for league in load().league:
        columns = {column.id: column.rules(scorecard) for column in league.column}
        for turn in range(max(map(len, columns.values()))):
            rules = {name: found[turn] for name, found in columns.items() if len(found) > turn}
            for name, slices in sums.slices(rules, league.by).items():
                assert all(one.sums.denominator > 0 for one in slices.values()), (league.id, name)
                reading = readings.get(rules[name].id)
                if reading is not None and reading.now.denominator:
                    assert mean_of(slices.values()) == pytest.approx(reading.now.value), (league.id, name)
                for key in slices:
                    assert len(sums.behind(rules[name], league.by, key, 20)) <= 20


@pytest.mark.parametrize("card", sorted(scorecards()))
def test_carriers_agents_and_products_stand_in_a_table_by_whatever_rules(
    card: str, warehouse: DuckWarehouse, tmp_path: Path
) -> None:
    file = tmp_path / "shopwatch.toml"
    file.write_text(
        f'[defaults]\nscorecard = "{card}"\ntimezone = "Asia/Shanghai"\n[[shop]]\nid = "{SHOP}"\n'
        '[[shop.source]]\nkind = "files"\npath = "none/*.csv"\n',
        "utf-8",
    )
    refresher = Refresher.of(load_config(file), "zh_CN", translation("zh_CN"))
    now = datetime.datetime.fromtimestamp(AS_OF, SHANGHAI)
    board = refresher.leagues(warehouse, now, refresher.shops(warehouse, now), SHOP)
    tables = {one.id: {column.id for column in one.columns} for one in board.tables}
    assert tables["carriers"] >= {"pickup", "delivery", "breakage", "stalls", "complaints"}
    assert tables["agents"] >= {"reply", "dissatisfied", "unanswered"}
    assert tables["products"] >= {"quality", "complaints"}
    assert tables["provinces"] >= {"delivery", "breakage", "complaints"}
