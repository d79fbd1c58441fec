"""Is the configuration right, and does each source answer?"""

from __future__ import annotations

import argparse
import sys

from shopwatch.commands.here import OK, SOURCE, Here, ask, configuration_path, needed


def run(here: Here) -> int:
    if here.arguments.file is not None:
        here = here._replace(
            arguments=argparse.Namespace(**{**vars(here.arguments), "config": here.arguments.file})
        )
    here, config = needed(here)
    _ = here.translate
    tried = ask(here, config, lambda once: once.check())
    print(_("{path}: the configuration is right.").format(path=configuration_path(here)))
    for source, good, sentence in tried:
        print(f"{'✓' if good else '✗'} {source}: {sentence}", file=sys.stdout if good else sys.stderr)
    return OK if all(good for _source, good, _sentence in tried) else SOURCE
