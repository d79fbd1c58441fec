"""What the terminal does of an alert: the bell, a line on the screen, its title, and the desktop's own notice."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from textual.app import App
from textual.notifications import SeverityLevel

from shopwatch.board import AlertBoard
from shopwatch.config.structs import AlertsSection
from shopwatch.i18n import Translate
from shopwatch.panes.status import standing

SECONDS = {"urgent": 30.0, "warning": 12.0, "notice": 8.0}
SEVERITY: dict[str, SeverityLevel] = {"urgent": "error", "warning": "warning", "notice": "information"}
LONGEST = 200  # characters of a notice: a shop, its line, and what comes of it


class Ringer:
    """Rings for what is told from now on: what was told before this start is on the list, and is no news."""

    def __init__(
        self,
        app: App[None],
        alarm: AlertsSection | None,
        _: Translate,
        begun: datetime.datetime | None = None,
    ) -> None:
        """begun: by the monitor's own clock; what was told before it has rung then, whenever it is heard of here."""
        self._app, self._translate, self._begun = app, _, begun and begun.replace(microsecond=0)
        self._alarm = alarm or AlertsSection(bell=False, title=False)
        self._told: set[tuple[str, int]] | None = None
        self._title = ""

    def ring(self, alerts: Sequence[AlertBoard]) -> None:
        """Ring for those that were told since the last time."""
        told = {(one.id, one.times) for one in alerts if one.told_at and one.ended_at is None}
        before = self._told
        self._told = told or before or set()  # a monitor that is started again knows of none at first
        self._entitle(alerts)
        if before is None:
            return
        news = [one for one in alerts if (one.id, one.times) in told - before and not self._old(one)]
        if not news:
            return
        self._say(news)
        if self._alarm.bell and any(one.level != "notice" for one in news):
            self._app.bell()
        if self._alarm.desktop:
            self._write(f"\x1b]9;{plain(f'{news[0].shop_name} · {news[0].words}')}\x07")

    def _old(self, one: AlertBoard) -> bool:
        return self._begun is not None and one.told_at is not None and one.told_at < self._begun

    def _say(self, news: Sequence[AlertBoard]) -> None:
        """One notice at a time, whatever came at once: the loudest in words, the others by their number."""
        _ = self._translate
        first = news[0]
        words = plain(f"{first.shop_name} · {first.words}")
        if len(news) > 1:
            words += "\n" + _("and {n} more alerts: !").format(n=len(news) - 1)
        severity: SeverityLevel = SEVERITY[first.level]
        self._app.clear_notifications()  # they lie on the rows of the panes: one is read, a pile hides the checklist
        self._app.notify(words, severity=severity, timeout=SECONDS[first.level], markup=False)

    def _entitle(self, alerts: Sequence[AlertBoard]) -> None:
        if not self._alarm.title:
            return
        urgent, warning = standing(alerts)
        title = f"‼{urgent} shopwatch" if urgent else f"⚠{warning} shopwatch" if warning else "shopwatch"
        if title != self._title:
            self._title = title
            self._write(f"\x1b]2;{title}\x07")

    def _write(self, sequence: str) -> None:
        driver = self._app._driver  # noqa: SLF001 (the way in which Textual itself writes a clipboard)
        if driver is not None:
            driver.write(sequence)


def plain(text: str) -> str:
    """Return what may stand inside a terminal's own sequence, and no more of it than is read."""
    shown = "".join(letter for letter in text if letter.isprintable())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
