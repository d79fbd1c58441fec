"""TOML → Config; every mistake reported at once, each with its key and what would be right.

structs: the sections and their keys. reading: the file, and its values against the types of the keys.
rules: what goes beyond types. places: where the configuration and the state lie. starter: a first one.
"""

from shopwatch.config.places import find, state_folder
from shopwatch.config.problems import ConfigError, Problem
from shopwatch.config.reading import load, schema
from shopwatch.config.starter import write_starter
from shopwatch.config.structs import (
    Config,
    DefaultsSection,
    MonitorSection,
    PagingSection,
    Secret,
    ShopSection,
    SourceSection,
    StoreSection,
)

__all__ = [
    "Config",
    "ConfigError",
    "DefaultsSection",
    "MonitorSection",
    "PagingSection",
    "Problem",
    "Secret",
    "ShopSection",
    "SourceSection",
    "StoreSection",
    "find",
    "load",
    "schema",
    "state_folder",
    "write_starter",
]
