"""What a step of a parcel's trace is, by its words: the marketplaces' codes for them are not published, so that this is our
reading. The words themselves are not kept: a courier's name and phone may stand in them."""

from __future__ import annotations

import re

_STEPS = (
    ("refused", "拒收|拒签"),
    ("returned", "退回|退件"),
    ("delivered", "(?<!待)(?<!未)签收|妥投|已取件"),
    ("out", "派送|派件|待取件|驿站|自提"),
    ("pickup", "揽收|揽件|已收件|收寄|^收件$"),
    ("transit", "运输|到达|离开|发往|转运|中转|分拨|分拣"),
)
ENDED = frozenset({"delivered", "refused", "returned"})


def kind_of(words: str) -> str:
    """Return the first that fits."""
    return next((kind for kind, said in _STEPS if re.search(said, words)), "other")
