"""Look for a file that is no mistake of its own but of ours, led by what the parsers' code did: a person lets it run.

    pip install 'atheris>=3,<4'
    python tests/fuzz.py f.csv -max_total_time=600     # or f.tsv, f.csv.gz, f.json, f.ndjson, f.xlsx, f.parquet, f.txt

It begins with a good file of the kind and changes it for as long as nothing is found; what is found is written down as
`crash-…`, and told by its traceback.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main() -> None:
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["shopwatch.sources"]):
        fuzzed = importlib.import_module("fuzzed")
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in fuzzed.NAMES:
        sys.exit(f"which of {', '.join(fuzzed.NAMES)}?")
    with tempfile.TemporaryDirectory() as seeds:
        (Path(seeds) / name).write_bytes(importlib.import_module("test_fuzzed").good(name))
        atheris.Setup([sys.argv[0], *sys.argv[2:], seeds], lambda content: fuzzed.read(name, content))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
