"""Order care: which buyers to tell something today, in words that are ready, and what has been told already."""

from shopwatch.care.templates import CareError, Template, load

__all__ = ["CareError", "Template", "load"]
