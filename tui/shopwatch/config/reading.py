"""From the file to values of the right types, one key at a time, so that no mistake hides another."""

from __future__ import annotations

import datetime
import functools
import math
import os
import re
import types
import typing
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec
import tomli

from shopwatch.config import rules
from shopwatch.config.problems import ConfigError, Findings, folder_problem
from shopwatch.config.secrets import SecretError, fetched
from shopwatch.config.structs import Config, Contents, Secret, Section
from shopwatch.i18n import Translate
from shopwatch.scoring.scorecard import Scorecard

HIDDEN = frozenset(
    {"headers", "body", "app_secret", "sign_secret", "session", "access_token", "refresh_token"}
)  # keys whose values, or the values in which, are secrets even where they stand in the file

WITH_PASSWORD = re.compile(r"://[^@]*:[^@]*@|[?&][^=&]*password=", re.IGNORECASE)
"""An address in which a password stands, whatever it leads to."""
ADDRESS = re.compile(r"alerts\.channel\[\d+\]\.url|care\.webhook|store\.warehouse")  # one that holds a key


def load(
    path: Path,
    *,
    environment: Mapping[str, str] = os.environ,
    scorecards: Mapping[str, Scorecard] | None = None,
    profiles: Collection[str] | None = None,
    actions: Collection[str] | None = None,
    _: Translate = str,
) -> Config:
    """Return the configuration in this file, or raise ConfigError with all that is wrong with it.

    scorecards, profiles, actions: what shops, sources and keys may name; unchecked where not given.
    """
    findings = Findings(_)
    raw = _with_secrets(_parsed(path, _), "", _Elsewhere(environment, path.absolute().parent), findings)
    values = _section(raw, Contents, "", findings)
    rules.check(values, rules.Known(scorecards, profiles, actions), findings)
    if problems := findings.problems:
        headline = _("{path} can't be used as it stands:").format(path=path)
        raise ConfigError(headline, problems)
    config = _built(Config, {**values, "folder": path.absolute().parent})
    return _with_zoned_now(config)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors."""
    return msgspec.json.schema(Contents)


def _parsed(path: Path, _: Translate) -> dict[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(folder_problem(path, error, _)) from None
    except UnicodeDecodeError as error:
        sentence = _("{path} is not UTF-8 text (byte {byte}): save it as UTF-8.")
        raise ConfigError(sentence.format(path=path, byte=error.start + 1)) from None
    try:
        return tomli.loads(text.replace("\r\n", "\n"))
    except tomli.TOMLDecodeError as error:
        sentence = _("{path} is not TOML: line {line}, column {column}: {reason}.")
        where = sentence.format(path=path, line=error.lineno, column=error.colno, reason=error.msg)
        raise ConfigError(where) from None


class _Elsewhere(NamedTuple):
    """Where values may stand that aren't in the file."""

    environment: Mapping[str, str]
    folder: Path


def _with_secrets(value: Any, key: str, elsewhere: _Elsewhere, findings: Findings) -> Any:
    """Return the value with what refers to elsewhere in it replaced."""
    if isinstance(value, dict):
        return {
            name: _with_secrets(part, _in(key, name), elsewhere, findings) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_with_secrets(part, f"{key}[{n}]", elsewhere, findings) for n, part in enumerate(value)]
    if not isinstance(value, str):
        return value
    try:
        found = fetched(value, *elsewhere, findings.translate)
    except SecretError as error:
        findings.add(key, error.found, error.right)
        return Secret("", value)
    return found if found is not None else Secret(value) if _hidden(key, value) else value


def _section(raw: dict[str, Any], struct: type[Section], key: str, findings: Findings) -> dict[str, Any]:
    """Return the good values of a table, by field; those of tables in it as such dicts again."""
    fields = _fields(struct)
    for name in raw:
        if name not in fields:
            findings.unknown_key(_in(key, name), fields)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in raw:
            values.update(_value(name, raw[name], field.type, _in(key, name), findings))
        elif field.required:
            findings.missing(_in(key, name), _right(field.type, name, findings.translate))
    return values


def _value(name: str, raw: Any, kind: Any, key: str, findings: Findings) -> dict[str, Any]:
    """Return the value under its name, or nothing where it is wrong."""
    right = _right(kind, name, findings.translate)
    if struct := _struct(kind):
        if isinstance(raw, dict):
            return {name: _section(raw, struct, key, findings)}
    elif struct := _struct(_element(kind)):
        if isinstance(raw, list) and all(isinstance(part, dict) for part in raw):
            return {name: [_section(part, struct, f"{key}[{n}]", findings) for n, part in enumerate(raw)]}
    elif get_origin(kind) is dict and isinstance(raw, dict):
        inner = get_args(kind)[1]
        parts = [_value(part, raw[part], inner, _in(key, part), findings) for part in raw]
        return {name: {part: value for found in parts for part, value in found.items()}}
    else:
        try:
            return {name: _converted(raw, kind)}
        except (msgspec.ValidationError, ValueError, OverflowError):
            pass
    findings.wrong(key, Secret(str(raw)) if _hidden(key, str(raw)) else raw, right)
    return {}


@functools.cache
def _fields(struct: type[Section]) -> dict[str, msgspec.structs.FieldInfo]:
    """Return the fields of a table by name: each kind of table stands in a file again and again."""
    return {field.name: field for field in msgspec.structs.fields(struct)}


def _converted(raw: Any, kind: Any) -> Any:
    value = msgspec.convert(raw, kind, strict=not isinstance(raw, Secret))
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(value)
    return value


def _built(struct: type[Section], values: Mapping[str, Any]) -> Any:
    """Return the struct of values that are all known to be good."""
    types_of = {name: field.type for name, field in _fields(struct).items()}
    whole = dict(values)
    for name, value in values.items():
        if inner := _struct(types_of[name]):
            whole[name] = _built(inner, value)
        elif inner := _struct(_element(types_of[name])):
            whole[name] = tuple(_built(inner, part) for part in value)
    return struct(**whole)


def _with_zoned_now(config: Config) -> Config:
    now = config.monitor.now
    if now is None or now.tzinfo:
        return config
    zone = zoneinfo.ZoneInfo(config.defaults.timezone)
    return msgspec.structs.replace(
        config, monitor=msgspec.structs.replace(config.monitor, now=now.replace(tzinfo=zone))
    )


def _hidden(key: str, value: str) -> bool:
    names = key.split(".")
    if not HIDDEN.isdisjoint(names) or ADDRESS.fullmatch(key):
        return True
    return names[-1] == "url" and bool(WITH_PASSWORD.search(value))


def _in(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _struct(kind: Any) -> type[Section] | None:
    kind = next(_options(kind))
    return kind if isinstance(kind, type) and issubclass(kind, Section) else None


def _element(kind: Any) -> Any:
    """Return what a tuple of any length is made of, else None."""
    return get_args(kind)[0] if get_origin(kind) is tuple and get_args(kind)[-1] is Ellipsis else None


def _options(kind: Any) -> Iterator[Any]:
    if get_origin(kind) in (typing.Union, types.UnionType):
        yield from (part for part in get_args(kind) if part is not type(None))
    else:
        yield kind


def _right(kind: Any, name: str, _: Translate) -> str:
    """Return what a value of this type looks like, in words."""
    kind = next(_options(kind))
    if get_origin(kind) is Literal:
        return " | ".join(f'"{choice}"' for choice in get_args(kind))
    if _struct(kind):
        return _("a table: [{name}]").format(name=name)
    if _struct(_element(kind)):
        return _("a list of tables: [[{name}]]").format(name=name)
    words = {
        str: _("a text in quotes"),
        float: _("a number"),
        int: _("a whole number"),
        bool: _("true or false"),
        datetime.datetime: _("a time such as 2026-11-11T09:00:00+08:00"),
        datetime.date: _("a day such as 2026-11-11"),
    }
    if kind in words:
        return words[kind]
    if get_origin(kind) is dict:
        return _("a table: {name} = {{ … }}").format(name=name)
    if _element(kind) is str:
        return _('a list of texts: ["…", "…"]')
    return _("points in rising order: [[4, 100], [24, 70]]")
