"""A terminal may vanish: its window is closed, its connection breaks. What is still written to it goes nowhere.

Textual's writer would end on the first error, and whoever closes the app then waits for it for ever.
"""

from __future__ import annotations

import contextlib
from typing import Any

from textual.app import App
from textual.driver import Driver


class Vanishing:
    """A file that takes no error amiss."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def on_a_terminal_that_may_vanish(driver: type[Driver]) -> type[Driver]:
    """Return the driver, writing to such a file."""

    class Lasting(driver):  # type: ignore[misc, valid-type]
        def __init__(self, app: App[Any], **options: Any) -> None:
            super().__init__(app, **options)
            if "_file" in self.__dict__:
                self.__dict__["_file"] = Vanishing(self.__dict__["_file"])

    return Lasting
