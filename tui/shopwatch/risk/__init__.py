"""What is open, how likely each thing is missed, what a miss costs, and what acting now still saves.

Two kinds are never confused. A true deadline has a chance of a miss, time left and perhaps yuan. A duration
that goes into a mean costs points with every hour, before and after any deadline, and is never "lost". One
thing may be both, as an order is under its shipping promise.
"""

from shopwatch.risk.assessment import Assessment, assess
from shopwatch.risk.moment import Moment
from shopwatch.risk.past import Past, chance_of_miss
from shopwatch.risk.rates import Pressure, pressures
from shopwatch.risk.watch import Watch
from shopwatch.risk.worth import WhatIf, saving, saving_together

__all__ = [
    "Assessment",
    "Moment",
    "Past",
    "Pressure",
    "Watch",
    "WhatIf",
    "assess",
    "chance_of_miss",
    "pressures",
    "saving",
    "saving_together",
]
