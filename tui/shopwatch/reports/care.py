"""Order care on paper: whom to tell what, with the text ready to paste."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping

from shopwatch import formats
from shopwatch.board.care import CareBoard
from shopwatch.i18n import Translate
from shopwatch.reports.document import Lines, Part, Report, ShopPart, Table


def care_report(
    shops: Mapping[str, tuple[str, CareBoard]], as_of: datetime.datetime, _: Translate, language: str
) -> Report:
    """Put the list together. shops: by id, the shop's name and whom to tell something in it."""
    when = _("As of {time}").format(time=as_of.isoformat(sep=" ", timespec="minutes"))
    return Report(
        title=f"{_('Order care')} · {as_of:%Y-%m-%d}",
        subtitle=when,
        shops=tuple(
            ShopPart(name, str(sum(group.count for group in board.groups)), _("buyers to tell something"),
                     tuple(_parts(board, _)))
            for name, board in shops.values()
        ),
        language=language.replace("_", "-"),
        lead=(_("Shop"), _("Part")),
    )  # fmt: skip


def _parts(board: CareBoard, _: Translate) -> Iterator[Part]:
    columns = (_("Order"), _("Product"), _("Since"), _("Promised"), _("Text"))
    for group in board.groups:
        rows = tuple(
            (item.order_id, item.product or "", formats.clock_time(item.since), formats.clock_time(item.promise),
             item.text)
            for item in group.items
        )  # fmt: skip
        yield Part(group.name, (Table(columns, rows),), group.count)
    if not board.groups:
        yield Part(_("Order care"), (Lines((_("There is nobody to tell anything."),)),))
