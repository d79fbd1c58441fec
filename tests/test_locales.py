"""No word for a person is in one language only."""

from __future__ import annotations

import argparse
import gettext
import inspect
import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shopwatch.i18n import LANGUAGES, LOCALES, language_of, translation

PACKAGE = LOCALES.parent
PO = LOCALES / "zh_CN" / "LC_MESSAGES" / "shopwatch.po"
RECOMPILE = "run `pybabel compile -d tui/shopwatch/locales -D shopwatch`"


def extracted() -> dict[str, list[str]]:
    """Every message of the package's code, and where it stands."""
    found: dict[str, list[str]] = {}
    for file, line, message, _comments, _context in extract_from_dir(PACKAGE, [("**.py", "python")]):
        text = message if isinstance(message, str) else message[0]
        found.setdefault(text, []).append(f"{file}:{line}")
    return found


def argparse_says() -> set[str]:
    """The command line's parser speaks through the same catalogue."""
    source = Path(inspect.getfile(argparse))
    with source.open("rb") as file:
        found = extract("python", file)
        return {
            text
            for _line, said, _comments, _context in found
            for text in ((said,) if isinstance(said, str) else said)
        }


def catalog() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def placeholders(text: str) -> set[str]:
    """The names between braces, and argparse's own percent signs."""
    named = {
        name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None
    }
    return named | set(re.findall(r"%\(\w+\)[rs]|%[rs]", text))


def test_every_message_of_the_code_has_its_chinese() -> None:
    known = {str(message.id): message.string for message in catalog() if message.id}
    missing = [f"{text!r} ({', '.join(where)})" for text, where in extracted().items() if not known.get(text)]
    assert not missing, "no Chinese in shopwatch.po for:\n" + "\n".join(missing)


def test_extraction_sees_the_messages_of_the_formats() -> None:
    assert any(where.startswith("formats/figures.py:") for where in extracted()["{n} orders"])


def test_what_is_said_inside_an_f_string_has_its_chinese_too() -> None:
    """Extraction passes over it."""
    inside = re.compile(r"""\{_\((['"])(.+?)\1\)""")
    said = {found[1] for file in PACKAGE.rglob("*.py") for found in inside.findall(file.read_text("utf-8"))}
    known = {str(message.id) for message in catalog() if message.string}
    assert sorted(said - known) == []


def test_both_languages_fill_the_same_blanks() -> None:
    wrong = [
        f"{message.id!r} / {message.string!r}"
        for message in catalog()
        if message.id and placeholders(str(message.id)) != placeholders(str(message.string))
    ]
    assert not wrong, "\n".join(wrong)


def test_each_message_stands_once_in_the_file() -> None:
    ids = [
        line
        for line in PO.read_text("utf-8").splitlines()
        if line.startswith('msgid "') and line != 'msgid ""'
    ]
    twice = sorted({line for line in ids if ids.count(line) > 1})
    assert not twice, "\n".join(twice)


def test_no_message_is_left_over() -> None:
    used = {*extracted(), *argparse_says()}
    left_over = [str(message.id) for message in catalog() if message.id and message.id not in used]
    assert not left_over, "nothing in the code says:\n" + "\n".join(left_over)


def test_compiled_catalogue_is_the_written_one() -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalog())
    fresh.seek(0)
    with PO.with_suffix(".mo").open("rb") as file:
        committed = messages(file)
    assert committed == messages(fresh), f"shopwatch.mo is stale: {RECOMPILE}"


def messages(file: io.IOBase) -> dict[str, str]:
    return {
        key: text
        for key, text in gettext.GNUTranslations(file)._catalog.items()  # type: ignore[attr-defined]
        if key
    }


def test_english_is_the_message_itself() -> None:
    assert translation("en")("{n} orders") == "{n} orders"


def test_chinese_comes_from_the_catalogue() -> None:
    assert translation("zh_CN")("{n} orders") == "{n}单"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_CN"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "zh_CN"),
        ({}, "zh_CN"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh_CN"),
    ],
)
def test_language_of_the_terminal(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language
    assert language in LANGUAGES


def test_catalogues_are_part_of_the_package() -> None:
    assert Path(LOCALES, "zh_CN", "LC_MESSAGES", "shopwatch.mo").is_file()
