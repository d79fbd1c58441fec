"""The shops of the simulated marketplace: who they are, and how well they work.

The first five are written by hand, each ill (or well) in its own way; the others are drawn from their
number, so that a shop is the same in every market that has it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from shopwatch.demo.words import BRANDS, SUFFIXES

HAND_MADE = 5
MOST = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Product:
    """yuan: its price. share: of the orders. faults: times the shop's usual share of bad ones."""

    id: str
    name: str
    yuan: int
    share: int
    faults: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Shop:
    """One shop's habits. Shares are 0..1, hours of the day 0..24.

    weights: of the three dimensions, as its page prints them. carriers: (name, share).
    collections: hours at which carriers come. pack_hours: from payment to a parcel that stands ready.
    quality, damage, dislike: shares of orders that come back for it. sour: share of bad reviews besides.
    staffed: hours in which after-sales are worked off. audit_hours: what one takes then. night_reply:
    times as long as by day. escalates: share of after-sales taken to the marketplace. depot_every: days
    between two times that a carrier's depot is stuck, for depot_hours. refuses: share of days on which an
    invoice is refused. given: what only its owner knows.
    """

    number: int
    id: str
    name: str
    tags: tuple[str, ...]
    orders_a_day: float
    products: tuple[Product, ...]
    weights: Mapping[str, float]
    carriers: tuple[tuple[str, int], ...]
    warehouses: tuple[str, ...] = ("杭州一仓",)
    next_day: bool = False
    collections: tuple[float, ...] = (11, 17, 20)
    pack_hours: float = 3.0
    slack_days: int = 2
    slow: float = 0.05
    quality: float = 0.004
    damage: float = 0.001
    dislike: float = 0.04
    sour: float = 0.03
    staffed: tuple[float, float] = (8.5, 22.5)
    audit_hours: float = 2.0
    reply_seconds: float = 22.0
    night_reply: float = 1.0
    unanswered: float = 0.004
    unhappy: float = 0.05
    escalates: float = 0.02
    depot_every: int = 11
    depot_hours: tuple[int, int] = (30, 40)
    refuses: float = 0.0
    passive: float = 0.0
    given: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def cumulated(shares: Sequence[int]) -> tuple[int, ...]:
    """Return the shares as `random.choices` takes them fastest."""
    return tuple(itertools.accumulate(shares))


def _weights(product: int, logistics: int, service: int) -> dict[str, float]:
    return {"product": product / 100, "logistics": logistics / 100, "service": service / 100}


FLAGSHIP = Shop(
    number=1,
    id="qingyan",
    name="青颜护肤旗舰店",
    tags=("美妆", "一部"),
    orders_a_day=60,
    products=(
        Product("3712804460010", "氨基酸洁面乳 120g", 69, 30),
        Product("3712804460027", "玻尿酸补水面膜 10片", 99, 26),
        Product("3712804460034", "烟酰胺精华 30ml", 159, 18, 1.6),
        Product("3712804460041", "清透防晒霜 SPF50+", 89, 16),
        Product("3712804460058", "修护面霜 50g", 199, 10),
    ),
    weights=_weights(47, 20, 33),
    carriers=(("顺丰", 40), ("中通", 35), ("圆通", 25)),
    warehouses=("杭州一仓", "广州二仓"),
    next_day=True,
    collections=(10.5, 13.5, 16.5, 20),
    pack_hours=2.0,
    slow=0.05,
    quality=0.0055,
    damage=0.0016,
    dislike=0.035,
    sour=0.075,
    audit_hours=3.2,
    reply_seconds=24,
    unhappy=0.11,
    escalates=0.024,
    given={"freight_insurance": True, "next_day_share": 0.17},
)

SLIPPING = Shop(
    number=2,
    id="lechu",
    name="乐厨家居专营店",
    tags=("家居", "二部"),
    orders_a_day=66,
    products=(
        Product("3698112250017", "304不锈钢保温杯 500ml", 79, 28),
        Product("3698112250024", "硅胶锅铲五件套", 49, 24),
        Product("3698112250031", "玻璃饭盒 3只装", 59, 22, 1.8),
        Product("3698112250048", "厨房置物架 双层", 129, 16),
        Product("3698112250055", "懒人抹布 400片", 35, 10, 0.5),
    ),
    weights=_weights(30, 40, 30),
    carriers=(("圆通", 68), ("韵达", 20), ("极兔", 12)),
    warehouses=("义乌仓", "临沂仓"),
    collections=(12, 18),
    pack_hours=4.5,
    slow=0.13,
    quality=0.008,
    damage=0.003,
    sour=0.08,
    audit_hours=5.0,
    reply_seconds=42,
    unanswered=0.01,
    unhappy=0.14,
    escalates=0.05,
    depot_every=2,
    depot_hours=(62, 70),
    given={"freight_insurance": False},
)

NIGHT = Shop(
    number=3,
    id="yemao",
    name="夜猫数码配件专卖店",
    tags=("数码", "二部"),
    orders_a_day=34,
    products=(
        Product("3705539910013", "65W氮化镓充电器", 89, 30),
        Product("3705539910020", "磁吸手机壳", 39, 30, 1.4),
        Product("3705539910037", "蓝牙耳机 半入耳", 129, 22, 1.8),
        Product("3705539910044", "编织快充线 2米", 29, 18, 0.6),
    ),
    weights=_weights(35, 25, 40),
    carriers=(("中通", 45), ("极兔", 30), ("邮政", 25)),
    warehouses=("东莞仓",),
    collections=(11.5, 19),
    pack_hours=6.0,
    quality=0.006,
    staffed=(10.5, 17.0),
    audit_hours=4.0,
    reply_seconds=30,
    night_reply=6.0,
    unanswered=0.03,
    unhappy=0.2,
    escalates=0.03,
    passive=0.25,
    slow=0.08,
    sour=0.055,
)

SPOILT = Shop(
    number=4,
    id="guoran",
    name="果然新鲜水果企业店",
    tags=("生鲜", "一部"),
    orders_a_day=28,
    products=(
        Product("3720041180011", "赣南脐橙 10斤", 59, 30, 0.8),
        Product("3720041180028", "阳光玫瑰葡萄 4斤", 79, 26, 1.9),
        Product("3720041180035", "海南贵妃芒 5斤", 49, 24, 1.2),
        Product("3720041180042", "烟台红富士 8斤", 45, 20, 0.5),
    ),
    weights=_weights(50, 25, 25),
    carriers=(("顺丰", 35), ("中通", 35), ("韵达", 30)),
    warehouses=("赣州产地仓", "烟台产地仓"),
    collections=(10, 16, 20),
    pack_hours=4.0,
    slow=0.1,
    quality=0.021,
    damage=0.009,
    dislike=0.01,
    sour=0.2,
    reply_seconds=46,
    unhappy=0.12,
    escalates=0.04,
    refuses=0.03,
    audit_hours=4.5,
)

SPROUT = Shop(
    number=5,
    id="xinya",
    name="新芽文具小店",
    tags=("文具", "新店"),
    orders_a_day=0.6,
    products=(
        Product("3725567730019", "手账本套装", 39, 50),
        Product("3725567730026", "按动中性笔 12支", 19, 50),
    ),
    weights=_weights(40, 30, 30),
    carriers=(("邮政", 50), ("韵达", 50)),
    warehouses=("自发货",),
    collections=(16,),
    pack_hours=8.0,
)

_TRADES = (
    ("零食", "坚果零食", (("每日坚果 30包", 89), ("手撕面包 2斤", 29), ("芒果干 500g", 35))),
    ("母婴", "母婴用品", (("婴儿湿巾 80抽", 39), ("纸尿裤 L码", 99), ("恒温水壶", 139))),
    ("服饰", "男装", (("纯棉短袖T恤", 59), ("休闲长裤", 109), ("连帽卫衣", 129))),
    ("家纺", "家纺", (("四件套 1.8米", 199), ("乳胶枕", 129), ("夏凉被", 99))),
    ("运动", "户外运动", (("速干运动裤", 79), ("瑜伽垫", 69), ("登山杖 一对", 119))),
    ("宠物", "宠物用品", (("猫砂 20斤", 69), ("冻干零食", 59), ("自动饮水机", 129))),
)
_CARRIERS = ("顺丰", "中通", "圆通", "韵达", "极兔", "邮政")


def _drawn(number: int) -> Shop:
    """Return a shop of the many: small, and of middling health."""
    rng = Random(f"shop/{number}")
    tag, trade, goods = _TRADES[number % len(_TRADES)]
    care = rng.random()  # 0 is careless, 1 careful
    product, logistics = rng.randint(30, 50), rng.randint(20, 35)
    return Shop(
        number=number,
        id=f"shop-{number:03d}",
        name=f"{BRANDS[number % len(BRANDS)]}{trade}{SUFFIXES[number % len(SUFFIXES)]}{number}",
        tags=(tag, ("一部", "二部", "三部")[number % 3]),
        orders_a_day=rng.uniform(3, 10),
        products=tuple(
            Product(f"37{number:03d}{place:08d}", name, yuan, 10, rng.uniform(0.5, 1.6))
            for place, (name, yuan) in enumerate(goods, 1)
        ),
        weights=_weights(product, logistics, 100 - product - logistics),
        carriers=tuple((name, rng.randint(2, 6)) for name in rng.sample(_CARRIERS, 3)),
        pack_hours=2 + 6 * (1 - care),
        slow=0.03 + 0.1 * (1 - care),
        quality=0.002 + 0.012 * (1 - care),
        damage=0.0005 + 0.003 * (1 - care),
        sour=0.02 + 0.08 * (1 - care),
        audit_hours=1 + 6 * (1 - care),
        reply_seconds=14 + 50 * (1 - care),
        unhappy=0.03 + 0.14 * (1 - care),
        escalates=0.01 + 0.03 * (1 - care),
    )


def cast(count: int) -> tuple[Shop, ...]:
    """Return the first `count` shops."""
    known = (FLAGSHIP, SLIPPING, NIGHT, SPOILT, SPROUT)
    return (*known[:count], *(_drawn(number) for number in range(HAND_MADE + 1, count + 1)))


def named(count: int, language: str) -> tuple[Shop, ...]:
    """Return the first `count` shops, called as a reader of this language would call them."""
    if language == "zh":
        return cast(count)
    from shopwatch.demo.english import in_english

    return tuple(map(in_english, cast(count)))
