"""The warehouse: every record the sources brought, and the questions that scoring asks of them.

`DuckWarehouse` is the default: one DuckDB file that may be deleted and polled again. All of it is blocking
and meant for one thread of its own; `interrupt` alone may be called from elsewhere.
"""

from __future__ import annotations

from shopwatch.warehouse.duck import (
    Brought,
    DuckWarehouse,
    WarehouseBroken,
    WarehouseHeld,
    open_warehouse,
    write_ahead,
)

__all__ = ["Brought", "DuckWarehouse", "WarehouseBroken", "WarehouseHeld", "open_warehouse", "write_ahead"]
