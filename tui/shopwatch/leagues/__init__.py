"""League tables: carriers, products, agents and provinces held against the shop's mean. Between the warehouse, which
has the sums, and scoring, which judges them."""

from shopwatch.leagues.behind import Asking, orders_behind
from shopwatch.leagues.rules import Column, League, LeagueRules, load, longest
from shopwatch.leagues.tables import Standings, standings

__all__ = [
    "Asking",
    "Column",
    "League",
    "LeagueRules",
    "Standings",
    "load",
    "longest",
    "orders_behind",
    "standings",
]
