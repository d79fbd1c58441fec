"""shopwatch: a terminal monitor for e-commerce shops."""

__version__ = "0.1.0"
