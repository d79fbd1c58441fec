"""What was done of the checklist, by the monitor's front door: who ticked what, after a restart too."""

from __future__ import annotations

import datetime
from pathlib import Path

from monitor.test_monitor import NOW, ORDERS, UNSHIPPED, config, running, until, written
from shopwatch.board import Board
from shopwatch.config import MonitorSection
from shopwatch.remarks import of_action

ACTION = "shift_handover"


def ticked(board: Board) -> bool:
    return next((one.done for one in board.actions if one.id == ACTION), False)


async def test_who_ticked_what_is_kept_over_restarts(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    written(exports / "orders.csv", ORDERS, UNSHIPPED)
    made = config(tmp_path, monitor=MonitorSection(refresh=0.1, who="小林"))
    later = NOW + datetime.timedelta(hours=2)
    async with running(made, tmp_path / "state") as monitor:
        await until(monitor, lambda board: board.actions)
        await monitor.tick("shop", ACTION, True)
        await monitor.tick("shop", ACTION, False)
        await monitor.tick("shop", ACTION, True)
        board = await until(monitor, ticked)
        (action,) = (one for one in board.actions if one.id == ACTION)
        assert (action.ticked_by, action.ticked_at, action.done_at) == ("小林", NOW, NOW)
        await monitor.remark("shop", [of_action(ACTION)], note="已交给夜班")
        await monitor.remark("shop", [of_action(ACTION)], owner="小王", until=later)
        await monitor.remark("shop", ["6900000000000000001"], note="这是订单的备注")
    other = config(tmp_path, monitor=MonitorSection(refresh=0.1, who="小王"))
    async with running(other, tmp_path / "state") as monitor:
        board = await until(monitor, lambda board: ticked(board) and board.as_of == NOW)
        (action,) = (one for one in board.actions if one.id == ACTION)
        assert (action.owner, action.due_at, action.note) == ("小王", later, "已交给夜班")
        await monitor.tick("shop", ACTION, False)
        await until(monitor, lambda board: not ticked(board))
        deeds = await monitor.history("shop")
        assert sorted((one.kind, one.by, one.words) for one in deeds) == [
            ("note", "小林", "已交给夜班"),
            ("owner", "小林", "小王"),
            ("tick", "小林", ""),
            ("tick", "小林", ""),
            ("undo", "小林", ""),
            ("undo", "小王", ""),
        ]
        assert {one.action for one in deeds} == {ACTION}
        assert {one.title for one in deeds} == {action.title}
        assert next(one.until for one in deeds if one.kind == "owner") == later
