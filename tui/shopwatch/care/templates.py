"""What buyers are told, as data: `rules/care/*.toml`, and those of one's own, which replace their namesakes.

No buyer is known by name, so a text speaks of the order and what was bought.
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec
import tomli

from shopwatch.i18n import Translate
from shopwatch.scoring.clauses import Words

FOLDER = "care"
_ID = re.compile(r"[\w.-]{1,64}")
Occasion = Literal["unpaid", "paid", "shipped", "late_shipping", "late_delivery", "received", "returned"]
FIELDS = frozenset({"shop", "order", "product", "carrier", "parcel", "promise"})
"""What a sentence may name. promise: the moment by which it was or is to be shipped or to arrive."""


class CareError(Exception):
    """Templates that can't be used, in a sentence that names the file and the key."""


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said, sentence by sentence. One whose field isn't known of an order is left out."""

    zh: tuple[str, ...]
    en: tuple[str, ...]

    def said(self, language: str, fields: Mapping[str, str | None]) -> str:
        chinese = language.startswith("zh")
        whole = [
            sentence.format_map(fields)
            for sentence in (self.zh if chinese else self.en)
            if all(fields.get(name) for name in _names(sentence))
        ]
        return ("" if chinese else " ").join(whole)


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing to tell a buyer. on: what it is about. from_hours, to_hours: since when and until when after the
    occasion there is a point in it; of what runs late, before a promise is below 0. off: it isn't wanted."""

    id: str
    on: Occasion
    title: Words
    from_hours: float = 0.0
    to_hours: float
    text: Sentences
    off: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    care: tuple[Template, ...]


def load(folder: Path | None = None, *, _: Translate = str) -> tuple[Template, ...]:
    """Return the package's templates with those of this folder in their place or beside them; raises CareError."""
    files: list[Traversable] = [resources.files("shopwatch") / "rules" / FOLDER / "default.toml"]
    if folder is not None and folder.is_dir():
        files += sorted(folder.iterdir(), key=lambda file: file.name)
    found: dict[str, Template] = {}
    for file in files:
        if file.name.endswith(".toml"):
            found |= {template.id: template for template in _read(file, _)}
    return tuple(template for template in found.values() if not template.off)


def _read(file: Traversable, _: Translate) -> tuple[Template, ...]:
    try:
        templates = msgspec.convert(tomli.loads(file.read_bytes().decode("utf-8")), _File).care
    except OSError as error:
        sentence = _("Care {file} can't be read: {reason}.")
        raise CareError(sentence.format(file=file, reason=error.strerror or error)) from None
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CareError(_("Care {file} is not TOML: {reason}.").format(file=file, reason=error)) from None
    except msgspec.ValidationError as error:
        reason, _at, key = str(error).partition(" - at ")
        sentence = _("Care {file}, {key}: {reason}.")
        raise CareError(sentence.format(file=file, key=key.strip("`") or "$", reason=reason)) from None
    for template in templates:
        for key, reason in _mistakes(template, _):
            sentence = _("Care {file}, {key}: {reason}.")
            raise CareError(sentence.format(file=file, key=f"care.{template.id}.{key}", reason=reason))
    return templates


def _mistakes(template: Template, _: Translate) -> Iterator[tuple[str, str]]:
    """Yield (key, what is wrong) for what the types can't tell."""
    if not _ID.fullmatch(template.id):
        yield "id", _("1 to 64 letters, digits, dots, hyphens or underscores")
    if template.from_hours >= template.to_hours:
        yield "to_hours", _("hours after from_hours")
    for language, sentences in (("zh", template.text.zh), ("en", template.text.en)):
        if not sentences:
            yield f"text.{language}", _("at least one sentence")
        for sentence in sentences:
            try:
                unknown = sorted(_names(sentence) - FIELDS)
            except ValueError:
                yield f"text.{language}", _("a brace that belongs to no field")
                continue
            if unknown:
                known = " | ".join(f"{{{name}}}" for name in sorted(FIELDS))
                words = _("there is no field {name}; known: {known}")
                yield f"text.{language}", words.format(name=f"{{{unknown[0]}}}", known=known)


@functools.lru_cache(maxsize=512)
def _names(sentence: str) -> frozenset[str]:
    """Return the fields of a sentence; ValueError where it has braces that are none, or says how a field is laid out:
    every field is a text, and is put in as it is."""
    parts = [part for part in string.Formatter().parse(sentence) if part[1] is not None]
    if any(spec or how for _text, _name, spec, how in parts):
        raise ValueError(sentence)
    return frozenset(name for _text, name, _spec, _how in parts if name is not None)
