"""`python -m shopwatch`."""

from __future__ import annotations

import sys

from shopwatch.cli import main

if __name__ == "__main__":
    sys.exit(main())
