"""The warehouse: every record the sources brought, and the questions that scoring asks of them.

`DuckWarehouse` is the default: one DuckDB file that may be deleted and polled again; `click.ClickWarehouse` is the
one for many machines, imported where it is configured. All of a `Warehouse` is
blocking and meant for one thread of its own; `interrupt` alone may be called from elsewhere.
"""

from __future__ import annotations

from shopwatch.warehouse.duck import (
    DuckWarehouse,
    WarehouseAway,
    WarehouseBroken,
    WarehouseDamaged,
    WarehouseHeld,
    WarehouseNewer,
    open_warehouse,
)
from shopwatch.warehouse.engine import EngineError, TakenElsewhere, WarehouseBegunAnew
from shopwatch.warehouse.warehouse import Brought, Warehouse
from shopwatch.warehouse.zoned import write_ahead

__all__ = [
    "Brought",
    "DuckWarehouse",
    "EngineError",
    "TakenElsewhere",
    "Warehouse",
    "WarehouseAway",
    "WarehouseBegunAnew",
    "WarehouseBroken",
    "WarehouseDamaged",
    "WarehouseHeld",
    "WarehouseNewer",
    "open_warehouse",
    "write_ahead",
]
