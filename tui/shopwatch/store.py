"""The warehouse in its own thread: every question to it is awaited, and the event loop never waits for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from shopwatch.warehouse import Warehouse

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """One thread, and the warehouse that lives in it. Opening imports the engine, so it comes after the
    first paint."""

    def __init__(self, place: Path | str) -> None:
        """place: DuckDB's file, or ClickHouse's address."""
        self._place = place
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="warehouse")
        self._warehouse: Warehouse | None = None

    @property
    def is_open(self) -> bool:
        return self._warehouse is not None

    @property
    def takes_together(self) -> bool:
        return self._warehouse is not None and self._warehouse.takes_together

    async def open(self) -> None:
        """Open the warehouse; raises WarehouseHeld or WarehouseBroken."""
        if self._warehouse is None:
            self._warehouse = await self._run(_open, self._place)

    async def ask(
        self, question: Callable[Concatenate[Warehouse, P], T], *arguments: P.args, **options: P.kwargs
    ) -> T:
        """Call `question(warehouse, …)` in the warehouse's thread."""
        import duckdb

        warehouse = self._warehouse
        if warehouse is None:
            raise RuntimeError("the warehouse isn't open")
        try:
            return await self._run(lambda: question(warehouse, *arguments, **options))
        except (duckdb.FatalException, duckdb.ConnectionException):
            # After a full disk, say, the engine answers nothing more until the file is opened anew.
            if warehouse is self._warehouse:
                await self._run(warehouse.close)
                self._warehouse = await self._run(_open, self._place)
            raise

    async def aclose(self) -> None:
        try:
            if self._warehouse is not None:
                self._warehouse.interrupt()
                await self._run(self._warehouse.close)
                self._warehouse = None
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


def _open(place: Path | str) -> Warehouse:
    return _open_file(place) if isinstance(place, Path) else _open_address(place)


def _open_address(address: str) -> Warehouse:
    from shopwatch.warehouse.click import open_click

    return open_click(address)


def _open_file(path: Path) -> Warehouse:
    import duckdb

    from shopwatch.warehouse import WarehouseBroken, open_warehouse

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open_warehouse(path)
    except (OSError, duckdb.Error) as error:
        raise WarehouseBroken(f"{path}: {str(error).splitlines()[0]}") from None
