"""The command line: it runs a command, and ends with its exit code; whatever goes wrong is a sentence."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from pathlib import Path

from shopwatch.commands.here import CommandError, Here, narrate
from shopwatch.i18n import language_of, translation
from shopwatch.signals import leave_on_signals
from shopwatch.usage import USAGE, let_argparse_speak, parser

INTERNAL = 70  # a mistake of ours, as sysexits.h has it: never one of the promised codes
INTERRUPTED, NO_READER = 130, 141  # 128 and the signal's number, as a shell has it


def main() -> int:
    """Run the command line; what a user, a file or the network causes ends in a sentence."""
    language = language_of()
    try:
        leave_on_signals()
        let_argparse_speak(language)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        arguments = parser(translation(language)).parse_args()
        # Imported only now: none waits for what another needs.
        command = importlib.import_module(f"shopwatch.commands.{arguments.command or 'monitor'}")
        code = command.run(Here(arguments, os.environ, Path.cwd(), language))
        sys.stdout.flush()
        return int(code)
    except CommandError as failure:
        narrate(failure)
        return failure.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone: what is still buffered would fail again when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NO_READER
    except OSError as error:
        _ = translation(language)
        where = error.filename or _("A file")
        sentence = _("{path} can't be used: {reason}.").format(path=where, reason=error.strerror or error)
        narrate(sentence)
        return USAGE
    except Exception as error:  # noqa: BLE001 (a traceback tells a person nothing, and may tell too much)
        from shopwatch.logs import place_of

        _ = translation(language)
        sentence = _("a mistake of shopwatch itself, please report it: {place}").format(place=place_of(error))
        narrate(sentence)
        return INTERNAL
