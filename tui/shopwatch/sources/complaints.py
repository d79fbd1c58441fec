"""What kind of complaint a buyer's reason is.

Which reasons a marketplace counts as quality is not published: these words are our reading, as in the profiles of
exports. What was broken goes before how it travelled, and that before how good it was.
"""

from __future__ import annotations

import re

DAMAGE = "破损|破碎|破裂|碎裂|压坏|压扁|摔坏|损坏|漏液|洒漏"
LOGISTICS = "物流|快递|揽收|发货|未收到|没收到|漏发|错发|发错|少发|少件|空包|拒收|派送|配送|缺货"
_MADE = "质量|品质|做工|材质|面料|瑕疵|假货|假冒|正品|变质|过期|生产日期|异味|掉色|褪色|起球|开线"
QUALITY = f"{_MADE}|故障|无法使用|功能|效果|描述不符|不符"
_CLASSES = {"damage": re.compile(DAMAGE), "logistics": re.compile(LOGISTICS), "quality": re.compile(QUALITY)}


def class_of(reason: str | None) -> str | None:
    """Return the class of a reason, None where there is no reason."""
    if not reason:
        return None
    return next((name for name, words in _CLASSES.items() if words.search(reason)), "other")
