"""Fictional shops, lived through by a seeded generator: what the shipped samples are written from.

Nothing here is anyone's data: the names are made up, and the same seed gives the same lives.
"""

from __future__ import annotations

import dataclasses
import datetime
import random
from collections.abc import Sequence

NOW = datetime.datetime(2026, 11, 11, 9, 0)
DAYS = 40

Time = datetime.datetime
Hours = datetime.timedelta


@dataclasses.dataclass(frozen=True)
class Product:
    product_id: str
    name: str
    yuan: int
    stars: float  # how well it is liked: the mean of its ratings
    flaw: str  # why it comes back, mostly


@dataclasses.dataclass(frozen=True)
class Line:
    line_id: str
    product: Product
    quantity: int

    @property
    def yuan(self) -> int:
        return self.product.yuan * self.quantity


@dataclasses.dataclass(frozen=True)
class Order:
    order_id: str
    lines: tuple[Line, ...]
    kind: str
    province: str
    city: str
    warehouse: str
    carrier: str
    parcel_id: str
    created: Time
    paid: Time
    promised: Time
    waybill: Time | None
    picked: Time | None
    delivered: Time | None
    due: Time  # promised delivery
    finished: Time | None
    closed: bool = False
    damaged: bool = False

    @property
    def yuan(self) -> int:
        return sum(line.yuan for line in self.lines)


@dataclasses.dataclass(frozen=True)
class Ticket:
    """An after-sale."""

    ticket_id: str
    order: Order
    kind: str
    reason: str
    shipped: bool
    applied: Time
    audited: Time | None
    finished: Time | None
    deadline: Time | None
    status: str
    arbitrated: bool = False


@dataclasses.dataclass(frozen=True)
class Review:
    review_id: str
    order: Order
    created: Time
    stars: int
    text: str
    replied: Time | None


@dataclasses.dataclass(frozen=True)
class Chat:
    chat_id: str
    order_id: str | None
    agent: str
    started: Time
    ended: Time | None
    rounds: int
    reply_seconds: int
    unanswered: int
    stars: int | None
    waiting: Time | None = None


@dataclasses.dataclass(frozen=True)
class Shop:
    orders: tuple[Order, ...]
    tickets: tuple[Ticket, ...]
    reviews: tuple[Review, ...]
    chats: tuple[Chat, ...]


HOME = (
    Product("3651180000001000011", "折叠收纳箱 三件套", 79, 4.8, "包装/商品破损"),
    Product("3651180000001000028", "护眼台灯 可调光", 129, 4.7, "质量问题"),
    Product("3651180000001000035", "手绘陶瓷餐具 12件", 168, 4.6, "包装/商品破损"),
    Product("3651180000001000042", "懒人沙发 单人款", 299, 4.4, "做工粗糙/有瑕疵"),
    Product("3651180000001000059", "乳胶枕 一对", 159, 4.8, "多拍/错拍/不想要"),
)
TEA = (
    Product("3651180000002000017", "高山乌龙 250g", 88, 4.8, "多拍/错拍/不想要"),
    Product("3651180000002000024", "老白茶 饼 350g", 168, 4.7, "少件/漏发"),
    Product("3651180000002000031", "玻璃盖碗 单只", 39, 4.6, "包装/商品破损"),
)
PLACES = (
    ("浙江省", "杭州市"), ("江苏省", "苏州市"), ("广东省", "佛山市"), ("山东省", "青岛市"),
    ("四川省", "成都市"), ("河南省", "郑州市"), ("湖北省", "武汉市"), ("福建省", "泉州市"),
)  # fmt: skip
CARRIERS = (("中通快递", "7"), ("圆通速递", "YT"), ("韵达快递", "43"), ("顺丰速运", "SF"))
GOOD = ("质量很好,和图片一样", "物流很快,包装完整", "客服耐心,推荐", "已经回购第二次", "做工不错,家里人喜欢")
BAD = ("收到有裂痕,不太满意", "等了好几天才发货", "颜色和图片差得有点多", "客服回复太慢")


def hours(count: float) -> Hours:
    return datetime.timedelta(seconds=round(count * 3600))


def seen(moment: Time | None) -> Time | None:
    """None for what has not happened yet."""
    return moment if moment is not None and moment <= NOW else None


def _next_collection(moment: Time, dice: random.Random) -> Time:
    """Return when the carrier next comes by: about nine in the morning, six in the evening."""
    for day in (moment.date(), moment.date() + datetime.timedelta(days=1)):
        for hour in (9, 18):
            visit = datetime.datetime.combine(day, datetime.time(hour))
            if visit > moment:
                return visit + hours(dice.uniform(0, 1.6))
    raise AssertionError(moment)


def _working(moment: Time) -> Time:
    """Return the moment itself by day, else the next opening at nine."""
    if moment.hour >= 20:
        moment = datetime.datetime.combine(moment.date() + datetime.timedelta(days=1), datetime.time(9, 5))
    elif moment.hour < 9:
        moment = datetime.datetime.combine(moment.date(), datetime.time(9, 5))
    return moment


class Life:
    """One shop's forty days."""

    def __init__(
        self, seed: int, products: Sequence[Product], orders: int, *, prefix: str, flaws: float
    ) -> None:
        self.dice = random.Random(seed)
        self.products = products
        self.count = orders
        self.prefix = prefix
        self.flaws = flaws  # the share of returns for a flaw of the goods
        self._last = 0

    def _id(self, lead: str, digits: int = 10) -> str:
        self._last += self.dice.randint(3, 900)
        return f"{lead}{self.prefix}{self._last:0{digits}d}"

    def live(self) -> Shop:
        orders = tuple(sorted((self._order() for _ in range(self.count)), key=lambda order: order.paid))
        tickets = tuple(ticket for order in orders if (ticket := self._ticket(order)))
        refunded_first = {
            ticket.order.order_id for ticket in tickets if not ticket.shipped and ticket.finished
        }
        orders = tuple(
            dataclasses.replace(
                order, closed=True, waybill=None, picked=None, delivered=None, finished=None, damaged=False
            )
            if order.order_id in refunded_first
            else order
            for order in orders
        )
        reviews = tuple(review for order in orders if (review := self._review(order)))
        return Shop(orders, tickets, reviews, tuple(self._chats(orders)))

    def _order(self) -> Order:
        dice = self.dice
        # the last days before the festival sell more
        age = dice.uniform(0, DAYS)
        if dice.random() < 0.3:
            age = min(age, dice.uniform(0, 6))
        day = (NOW - datetime.timedelta(days=age)).date()
        hour = dice.choices(
            range(24), [2, 1, 0, 0, 0, 1, 2, 3, 5, 6, 7, 7, 6, 6, 6, 6, 6, 5, 5, 7, 9, 9, 7, 4]
        )[0]
        paid = datetime.datetime.combine(day, datetime.time(hour, dice.randint(0, 59), dice.randint(0, 59)))
        if paid >= NOW:
            paid -= datetime.timedelta(days=1)
        order_id = self._id("69", 15)
        lines = tuple(
            Line(f"{order_id}{n}", product, dice.choice((1, 1, 1, 2)))
            for n, product in enumerate(dice.sample(self.products, dice.choices((1, 2, 3), (78, 17, 5))[0]))
        )
        carrier, lead = dice.choices(CARRIERS, (35, 35, 20, 10))[0]
        warehouse = dice.choices(("华东仓", "华南仓"), (70, 30))[0]
        waybill: Time | None = _working(paid + hours(dice.uniform(0.4, 5)))
        assert waybill is not None
        picked: Time | None = _next_collection(waybill, dice)
        if any("沙发" in line.product.name for line in lines) and paid > NOW - hours(80):
            waybill = picked = None  # out of stock
        elif carrier == "圆通速递" and warehouse == "华东仓" and waybill > NOW - hours(62):
            picked = None  # the branch has not come since the day before yesterday
        province, city = dice.choice(PLACES)
        delivered = picked + hours(dice.triangular(20, 110, 44)) if picked else None
        finished = delivered + hours(dice.uniform(30, 168)) if delivered else None
        return Order(
            order_id=order_id,
            lines=lines,
            kind=dice.choices(("普通订单", "预售订单", "福袋订单"), (93, 4, 3))[0],
            province=province,
            city=city,
            warehouse=warehouse,
            carrier=carrier,
            parcel_id=self._id(lead if len(lead) == 2 else lead + "5"),
            created=paid - datetime.timedelta(seconds=dice.randint(8, 400)),
            paid=paid,
            promised=paid + hours(48),
            waybill=waybill,
            picked=picked,
            delivered=delivered,
            due=datetime.datetime.combine(
                paid.date() + datetime.timedelta(days=5), datetime.time(23, 59, 59)
            ),
            finished=finished,
            damaged=dice.random() < 0.01,
        )

    def _ticket(self, order: Order) -> Ticket | None:
        dice = self.dice
        draw = dice.random()
        if draw > 0.22 or order.kind == "福袋订单":
            return None
        product = dice.choice(order.lines).product
        if draw < 0.04 and order.waybill is not None:
            applied = min(order.paid + hours(dice.uniform(0.05, 0.3)), order.waybill)
            audited = applied + hours(dice.uniform(0.05, 1.5))
            return self._settled(
                order, "仅退款", "多拍/错拍/不想要", shipped=False, applied=applied, audited=audited
            )
        if order.delivered is None:
            return None
        applied = order.delivered + hours(dice.uniform(2, 80))
        kind = dice.choices(("退货退款", "仅退款", "换货"), (60, 30, 10))[0]
        reason = (
            product.flaw if dice.random() < self.flaws else dice.choice(("7天无理由退货", "多拍/错拍/不想要"))
        )
        audited = _working(applied + hours(dice.uniform(0.1, 3.5)))
        return self._settled(order, kind, reason, shipped=True, applied=applied, audited=audited)

    def _settled(
        self, order: Order, kind: str, reason: str, *, shipped: bool, applied: Time, audited: Time
    ) -> Ticket | None:
        dice = self.dice
        if applied > NOW:
            return None
        if applied > NOW - hours(30):
            audited = NOW + hours(3)  # still on the desk
        finished = audited if kind == "仅退款" else audited + hours(dice.uniform(30, 120))
        refused = shipped and dice.random() < 0.12
        ends = "换货成功" if kind == "换货" else "同意退款，退款成功"
        status = (
            "待商家处理" if audited > NOW
            else "待买家退货" if finished > NOW
            else "售后关闭" if refused
            else ends
        )  # fmt: skip
        return Ticket(
            ticket_id=self._id("14", 15),
            order=order,
            kind=kind,
            reason=reason,
            shipped=shipped,
            applied=applied,
            audited=None if refused else seen(audited),
            finished=seen(finished),
            deadline=applied + hours(48) if audited > NOW else None,
            status=status,
            arbitrated=refused and dice.random() < 0.5,
        )

    def _review(self, order: Order) -> Review | None:
        dice = self.dice
        if order.delivered is None or order.kind == "福袋订单" or dice.random() > 0.55:
            return None
        created = order.delivered + hours(dice.uniform(3, 70))
        if created > NOW:
            return None
        liked = dice.choice(order.lines).product.stars
        stars = 5 if dice.random() < (liked - 3.9) else dice.choices((4, 3, 2, 1), (6, 2, 1, 1))[0]
        replied = seen(created + hours(dice.uniform(1, 30))) if stars < 4 and dice.random() < 0.6 else None
        return Review(
            self._id("73"), order, created, stars, dice.choice(GOOD if stars >= 4 else BAD), replied
        )

    def _chats(self, orders: Sequence[Order]) -> list[Chat]:
        dice = self.dice
        chats = []
        for day in range(DAYS):
            date = (NOW - datetime.timedelta(days=DAYS - day)).date()
            for _ in range(dice.randint(2, 5)):
                started = datetime.datetime.combine(
                    date, datetime.time(dice.randint(8, 22), dice.randint(0, 59), dice.randint(0, 59))
                )
                rounds = dice.randint(1, 7)
                unanswered = int(dice.random() < 0.02)
                paid = [order.order_id for order in orders if order.paid <= started]
                chats.append(
                    Chat(
                        chat_id=self._id("88"),
                        order_id=dice.choice(paid) if paid and dice.random() < 0.4 else None,
                        agent=dice.choice(("小青", "阿禾", "木木")),
                        started=started,
                        ended=started + datetime.timedelta(seconds=rounds * dice.randint(30, 200)),
                        rounds=rounds,
                        reply_seconds=sum(dice.randint(5, 34) for _ in range(rounds - unanswered)),
                        unanswered=unanswered,
                        stars=dice.choices((5, 4, 3, 1), (80, 12, 4, 4))[0] if dice.random() < 0.35 else None,
                    )
                )
        return chats
