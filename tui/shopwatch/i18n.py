"""The two languages. English stands in the code as the message id; Chinese in a gettext catalogue.

A `Translate` is passed to whoever writes words for a person, always by the name `_`, which is what the
extraction looks for.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Mapping
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("zh_CN", "en")

Translate = Callable[[str], str]


def translation(language: str) -> Translate:
    """Return the translator into one of LANGUAGES."""
    return gettext.translation("shopwatch", LOCALES, languages=[language], fallback=language == "en").gettext


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the terminal's locale; Chinese wherever the locale says nothing else."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value and value.split(".")[0] not in ("C", "POSIX"):
            return "zh_CN" if value.lower().startswith("zh") else "en"
    return "zh_CN"
