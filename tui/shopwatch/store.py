"""The warehouse in its own thread: every question to it is awaited, and the event loop never waits for it.

A file that turns out damaged, at its opening or under a question, is put aside and another begun in its place.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

if TYPE_CHECKING:
    import duckdb

    from shopwatch.warehouse import Warehouse

P = ParamSpec("P")
T = TypeVar("T")


class _Opened(NamedTuple):
    """aside: the damaged file whose place it took."""

    warehouse: Warehouse
    aside: Path | None = None


class Store:
    """One thread, and the warehouse that lives in it. Opening imports the engine, so it comes after the
    first paint."""

    def __init__(
        self,
        place: Path | str,
        *,
        begun_anew: Callable[[Path], None] = lambda _aside: None,
        today: Callable[[], datetime.date] = datetime.date.today,
    ) -> None:
        """place: DuckDB's file, or ClickHouse's address. begun_anew: told which damaged file was put aside, before
        anything is asked of the new one."""
        self._place = place
        self._begun_anew, self._today = begun_anew, today
        self._thread = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="warehouse")
        self._warehouse: Warehouse | None = None
        self.begun = 0
        """How often another file took a damaged one's place."""
        self._turn = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        return self._warehouse is not None

    @property
    def takes_together(self) -> bool:
        return self._warehouse is not None and self._warehouse.takes_together

    async def open(self) -> None:
        """Open the warehouse; raises WarehouseHeld or WarehouseBroken."""
        if self._warehouse is None:
            self._take_over(await self._run(_open, self._place, self._today))

    async def ask(
        self, question: Callable[Concatenate[Warehouse, P], T], *arguments: P.args, **options: P.kwargs
    ) -> T:
        """Call `question(warehouse, …)` in the warehouse's thread; raises WarehouseBegunAnew where the warehouse
        was replaced meanwhile, and EngineError where it has to be opened again and can't be."""
        import duckdb

        warehouse, begun = self._warehouse, self.begun
        if warehouse is None:
            raise RuntimeError("the warehouse isn't open")
        try:
            return await self._run(lambda: question(warehouse, *arguments, **options))
        except duckdb.Error as error:
            if self._ends(error):
                await self._reopen(warehouse)
            if begun != self.begun:
                from shopwatch.warehouse import WarehouseBegunAnew

                raise WarehouseBegunAnew(str(error).splitlines()[0]) from None
            raise

    def _ends(self, error: duckdb.Error) -> bool:
        """Whether nothing more can be asked of the warehouse as it is open: after a full disk, say, or on damage."""
        import duckdb

        from shopwatch.warehouse.damage import is_damage

        if isinstance(error, duckdb.FatalException | duckdb.ConnectionException):
            return True
        return isinstance(self._place, Path) and is_damage(error, self._place)

    async def _reopen(self, warehouse: Warehouse) -> None:
        """Open the file anew, once for all who found that it has to be."""
        from shopwatch.warehouse import EngineError, WarehouseBroken, WarehouseHeld

        async with self._turn:
            if warehouse is self._warehouse:
                try:
                    opened = await self._run(_reopened, warehouse, self._place, self._today)
                except WarehouseBroken as error:
                    raise EngineError(str(error)) from None
                except WarehouseHeld as error:
                    holder = "" if error.process is None else f" (pid {error.process})"
                    raise EngineError(f"{error}{holder}") from None
                self._take_over(opened)

    def _take_over(self, opened: _Opened) -> None:
        self._warehouse = opened.warehouse
        if opened.aside is not None:
            self.begun += 1
            self._begun_anew(opened.aside)

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


def _reopened(warehouse: Warehouse, place: Path | str, today: Callable[[], datetime.date]) -> _Opened:
    import duckdb

    with contextlib.suppress(duckdb.Error):  # what is damaged can't always be closed in order
        warehouse.close()
    return _open(place, today)


def _open(place: Path | str, today: Callable[[], datetime.date]) -> _Opened:
    return _open_file(place, today) if isinstance(place, Path) else _Opened(_open_address(place))


def _open_address(address: str) -> Warehouse:
    from shopwatch.warehouse.click import open_click

    return open_click(address)


def _open_file(path: Path, today: Callable[[], datetime.date]) -> _Opened:
    import duckdb

    from shopwatch.warehouse import WarehouseBroken, WarehouseDamaged, open_warehouse
    from shopwatch.warehouse.damage import put_aside

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _Opened(open_warehouse(path))
        except WarehouseDamaged:
            aside = put_aside(path, today())
            return _Opened(open_warehouse(path), aside)
    except (OSError, duckdb.Error) as error:
        raise WarehouseBroken(f"{path}: {str(error).splitlines()[0]}") from None
