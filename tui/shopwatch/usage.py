"""The command line: its commands, options and help, in both languages."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import difflib
import functools
import gettext
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast

from shopwatch import __version__
from shopwatch.i18n import LOCALES, Translate

USAGE = 2  # the exit code
REPORTS = ("shift", "daily", "fortnightly")
FORMATS = ("md", "html", "csv")
DIGITS = 9  # of a number on the command line


class Parser(argparse.ArgumentParser):
    """argparse, with the way on under its complaints, and no abbreviations that a new option would break."""

    def __init__(self, *, translate: Translate, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})
        self._translate = translate
        self._below: argparse.Action | None = None  # what chooses the command

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}\n{self.prog} --help\n")

    def add_subparsers(self, **options: Any) -> Any:
        options["parser_class"] = functools.partial(Parser, translate=self._translate)
        self._below = super().add_subparsers(**options)
        return self._below

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse; of an option that there isn't, name the one that was meant."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown, self.options(found)))
        return found

    def options(self, found: argparse.Namespace) -> list[str]:
        """Return the options of the command that was given, or else one's own."""
        chooser = self._below
        command = getattr(found, chooser.dest, None) if chooser is not None else None
        if chooser is None or command is None:
            return list(self._option_string_actions)
        return cast("dict[str, Parser]", chooser.choices)[command].options(found)

    def _unknown(self, unknown: Sequence[str], options: Sequence[str]) -> str:
        _ = self._translate
        for given in unknown:
            if near := difflib.get_close_matches(given.partition("=")[0], options, 1):
                return _("there is no {name}; did you mean {known}?").format(name=given, known=near[0])
        return _("unrecognized arguments: %s") % " ".join(unknown)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        names = [] if action.choices is None else [str(name) for name in action.choices]
        if str(value) not in names and (near := difflib.get_close_matches(str(value), names, 1)):
            _ = self._translate
            words = _("there is no {name}; did you mean {known}?").format(name=value, known=near[0])
            raise argparse.ArgumentError(action, words)
        super()._check_value(action, value)


def parser(_: Translate) -> Parser:
    """Return the whole command line. `--config` and `--state` stand before the command or after it."""
    top = Parser(
        translate=_,
        prog="shopwatch",
        description=_("Watches the experience score of e-commerce shops. Without a command: the monitor."),
        epilog=_(
            "Exit codes: 0 well, 1 a shop is under an alert line, 2 usage or configuration, 3 a source failed"
        ),
    )
    top.add_argument(
        "--version",
        action="version",
        version=f"shopwatch {__version__}",
        help=_("show program's version number and exit"),
    )
    wall = _("open on the wall: large figures, shop after shop")
    top.add_argument("--wall", action="store_true", help=wall)
    unasked = _("ask no source; what is stored already")
    top.add_argument("--no-poll", action="store_true", help=unasked)
    _add_places(top, None, _)
    commands = top.add_subparsers(title=_("commands"), metavar=_("COMMAND"), dest="command")

    def command(name: str, words: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
        _add_places(made, argparse.SUPPRESS, _)
        return made

    demo = command("demo", _("the monitor on a simulated marketplace"))
    demo.add_argument(
        "--seed", type=_at_least(0, _), default=1, metavar="N", help=_("the same history for a seed (1)")
    )
    demo.add_argument(
        "--speed", type=_positive(_), default=3600.0, metavar="N", help=_("simulated seconds a second (3600)")
    )
    demo.add_argument("--shops", type=_at_least(1, _), default=5, metavar="N", help=_("how many shops (5)"))

    demo.add_argument("--wall", action="store_true", default=argparse.SUPPRESS, help=wall)

    status = command("status", _("poll once and print every shop"))
    status.add_argument("--json", action="store_true", help=_("one JSON object"))
    status.add_argument("--schema", action="store_true", help=_("the JSON Schema of that object"))
    status.add_argument("--shop", metavar="ID", help=_("this shop alone"))
    status.add_argument("--as-of", metavar="ISO8601", help=_("as it stood then: 2026-11-11T09:00:00+08:00"))
    status.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)
    status.add_argument(
        "--risks",
        type=_at_least(0, _),
        default=20,
        metavar="N",
        help=_("how many risky orders (20; 0 = all)"),
    )

    backtest = command("backtest", _("how good the forecast has been on the shops' own past"))
    backtest.add_argument("--json", action="store_true", help=_("one JSON object"))
    backtest.add_argument("--from", type=_date(_), dest="first", metavar="D", help=_("the first start day"))
    backtest.add_argument("--to", type=_date(_), dest="last", metavar="D", help=_("the last start day"))
    backtest.add_argument(
        "--every", type=_days(_), default=5, metavar="1d", help=_("days from start to start (5d)")
    )
    backtest.add_argument(
        "--shops",
        type=_at_least(0, _),
        default=100,
        metavar="N",
        help=_("the shops with the most orders (100; 0 = all)"),
    )
    backtest.add_argument("--shop", metavar="ID", help=_("this shop alone"))
    backtest.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)

    calibrate = command("calibrate", _("fit the curves to a shop's own history, beside those it has"))
    calibrate.add_argument("shop", metavar="SHOP", help=_("the shop's id"))
    calibrate.add_argument("--json", action="store_true", help=_("one JSON object"))
    calibrate.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)

    report = command(
        "report", _("the shift's hand-over, the day's abnormal orders or the fortnight's review")
    )
    report.add_argument(
        "--kind", choices=REPORTS, default="shift", help=_("shift (unless given), daily or fortnightly")
    )
    report.add_argument(
        "--format",
        type=_formats(_),
        default=("md",),
        metavar="md,html,csv",
        help=_("as what; several with commas, then with -o (md)"),
    )
    report.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("into this file"))
    report.add_argument(
        "--hours", type=_at_least(1, _), default=12, metavar="N", help=_("how long a shift is (12)")
    )
    report.add_argument("--shop", metavar="ID", help=_("this shop alone"))
    report.add_argument("--as-of", metavar="ISO8601", help=_("as it stood then: 2026-11-11T09:00:00+08:00"))
    report.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)

    care = command("care", _("which buyers to tell something today, with the text ready"))
    care.add_argument("--json", action="store_true", help=_("one JSON object"))
    care.add_argument("--format", choices=FORMATS, default="md", help=_("as what (md)"))
    care.add_argument("-o", "--output", type=Path, metavar="FILE", help=_("into this file"))
    care.add_argument(
        "--send",
        action="store_true",
        help=_("to the webhook of [care], each once; shows it only, unless dry_run = false"),
    )
    care.add_argument("--shop", metavar="ID", help=_("this shop alone"))
    care.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)

    alerts = command("alerts", _("what would be told now, and through what; sends nothing"))
    alerts.add_argument("--test", action="store_true", help=_("send one line through every channel"))
    alerts.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)

    serve = command("serve", _("the monitor in a browser, for whoever has the token"))
    serve.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:8765", help=_("where (127.0.0.1:8765)")
    )
    serve.add_argument("--url", metavar="URL", help=_("what browsers call it by, behind a proxy"))

    metrics = command("metrics", _("the shops' figures as Prometheus reads them"))
    metrics.add_argument("--listen", metavar="HOST:PORT", help=_("serve them, and watch the shops meanwhile"))
    metrics.add_argument("--no-poll", action="store_true", default=argparse.SUPPRESS, help=unasked)
    metrics.add_argument("--dashboard", action="store_true", help=_("print a dashboard for Grafana"))

    check = command("check", _("check the configuration and try every source"))
    check.add_argument("file", nargs="?", type=Path, metavar="FILE", help=_("the configuration to check"))

    rules = command("rules", _("the scorecards: list, show ID, or diff A B"))
    actions = rules.add_subparsers(metavar="list | show ID | diff A B", dest="action", required=True)
    for name, words, ids in (
        ("list", _("every scorecard, and which is in force"), ()),
        ("show", _("one in words"), ("ID",)),
        ("diff", _("what B adds, drops and changes against A"), ("A", "B")),
    ):
        action = actions.add_parser(name, help=words, description=words)
        _add_places(action, argparse.SUPPRESS, _)
        for one in ids:
            action.add_argument(one.lower(), metavar=one, help="douyin | douyin@2026-09-08")
    return top


def _add_places(to: argparse.ArgumentParser, default: str | None, _: Translate) -> None:
    """Add what every command takes. After the command: SUPPRESS, so that what stood before it stays."""
    to.add_argument(
        "--config", type=Path, metavar="FILE", default=default, help=_("the configuration to use")
    )
    to.add_argument(
        "--state", type=Path, metavar="DIR", default=default, help=_("where warehouse and journal are kept")
    )


def _at_least(least: int, _: Translate) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if text.isdecimal() and len(text) > DIGITS:
            raise argparse.ArgumentTypeError(_("{text} is too large").format(text=text[:DIGITS] + "…"))
        if not text.isdecimal() or not text.isascii() or int(text) < least:
            words = _("{text} should be a whole number, {least} or more").format(text=text, least=least)
            raise argparse.ArgumentTypeError(words)
        return int(text)

    return convert


def _formats(_: Translate) -> Callable[[str], tuple[str, ...]]:
    def convert(text: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in text.split(","))
        for name in names:
            if name not in FORMATS:
                words = _("there is no {name}; did you mean {known}?")
                raise argparse.ArgumentTypeError(words.format(name=name, known=" | ".join(FORMATS)))
        return names

    return convert


def _date(_: Translate) -> Callable[[str], datetime.date]:
    def convert(text: str) -> datetime.date:
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(text)
        raise argparse.ArgumentTypeError(
            _("{text} is no day; write one such as 2026-11-11").format(text=text)
        )

    return convert


def _days(_: Translate) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if re.fullmatch(r"[1-9][0-9]{0,3}d", text):
            return int(text[:-1])
        raise argparse.ArgumentTypeError(_("{text} should be days, such as 1d or 7d").format(text=text))

    return convert


def _positive(_: Translate) -> Callable[[str], float]:
    def convert(text: str) -> float:
        with contextlib.suppress(ValueError):
            if 0 < (value := float(text)) < float("inf"):
                return value
        raise argparse.ArgumentTypeError(_("{text} should be a number above 0").format(text=text))

    return convert


def let_argparse_speak(language: str) -> None:
    """Make our words the ones that argparse looks its own up in."""
    gettext.bindtextdomain("shopwatch", str(LOCALES))
    gettext.textdomain("shopwatch")
    os.environ["LANGUAGE"] = language
