"""Doudian's wire format: envelopes, tokens, lists. Signatures are worked out anew from what came over the line."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from shopwatch.simulator.gateway import BUYER, PHONE, SKEW, STREET, Gateway, Params, Refused
from shopwatch.simulator.server import Call
from shopwatch.simulator.truth import Aftersale, Order, State, Ticket

MOST_ROWS = 50_000
LIFE = 7 * 86_400
BEIJING = datetime.timezone(datetime.timedelta(hours=8))

T = TypeVar("T")
Answer = Mapping[str, Any]

_KINDS = {"return": 0, "refund": 1, "refund, not sent": 2, "exchange": 3, "resend": 7, "repair": 8}
_FAILURES = {
    "throttled": (60000, "isv.traffic-limited", "请求太频繁，请稍后重试"),
    "expired": (40003, "isv.access-token-expired", "access_token已过期"),
    "skew": (40003, "isv.timestamp-invalid", "时间戳无效"),
    "closed": (70000, "isp.api-service-off", "接口已下线"),
}


class Books(Protocol):
    """What the shop has, as it stands now. Rows come oldest first; bounds are within."""

    def orders_changed(self, begin: int, end: int, now: int, /) -> Sequence[State]: ...

    def aftersales_changed(self, begin: int, end: int, now: int, /) -> Sequence[State]: ...

    def tickets_opened(self, begin: int, end: int, now: int, /) -> Sequence[Ticket]: ...

    def order(self, number: int, now: int, /) -> Order | None: ...

    def aftersale(self, number: int, now: int, /) -> Aftersale | None: ...

    def points(self, now: int, /) -> Mapping[str, float]: ...


class DoudianWire(Gateway):
    """One app, one shop. old: answers come in the old envelope now and then."""

    def __init__(
        self,
        books: Books,
        *,
        app_key: str,
        app_secret: str,
        shop_id: str,
        seed: int = 1,
        old: float = 0.1,
        tolerance: float = SKEW,
    ) -> None:
        super().__init__(seed, tolerance)
        self._books = books
        self._key, self._secret, self._shop, self._old = app_key, app_secret, shop_id, old
        self._tokens = 0
        self._access: str | None = None
        self._refresh: str | None = None
        self._methods: dict[str, Callable[[Params, int, str | None], Any]] = {
            "token.create": self._create,
            "token.refresh": self._renew,
            "order.searchList": self._orders,
            "afterSale.List": self._aftersales,
            "afterSale.Detail": self._detail,
            "order.getServiceList": self._tickets,
            "order.queryOrderLogistics": self._packages,
            "shop.getExperienceScore": self._score,
            "shop.reputation": self._reputation,
        }

    def named(self, call: Call) -> tuple[str, str]:
        return call.query.get("app_key", ""), call.query.get("method", "")

    def spares(self, method: str, fault: str) -> bool:
        return fault == "expired" and method.startswith("token.")

    def expire(self) -> None:
        self._access = None

    def failure(self, kind: str) -> bytes:
        return _failed(*_FAILURES[kind])

    def walk(self, params: Params) -> object:
        return params.get("update_time_end") or params.get("update_end_time")

    def told(self, method: str, params: Params, now: int, fault: str | None) -> Any:
        return self._methods[method](params, now, fault)

    def checked(self, call: Call, now: int) -> tuple[str, Params]:
        query, text, method = call.query, call.body.decode(), call.query.get("method", "")
        if query.get("app_key") != self._key:
            raise _refused(40003, "isv.app-id-invalid", "app_key无效")
        base = f"{self._secret}app_key{self._key}method{method}param_json{text}timestamp{query.get('timestamp')}v2"
        made = hmac.new(self._secret.encode(), (base + self._secret).encode(), hashlib.sha256).hexdigest()
        if query.get("sign_method") != "hmac-sha256" or query.get("sign") != made:
            raise _refused(40003, "isv.signature-invalid", "签名无效")
        if abs(int(query["timestamp"]) - now) > self.tolerance:
            raise _refused(*_FAILURES["skew"])
        if call.path != "/" + method.replace(".", "/") or method not in self._methods:
            raise _refused(40003, "isv.method-invalid", "方法不存在")
        if not method.startswith("token.") and query.get("access_token") != self._access:
            raise _refused(*_FAILURES["expired"])
        params: Params = json.loads(text)
        if json.dumps(params, sort_keys=True, separators=(",", ":"), ensure_ascii=False) != text:
            raise _refused(40003, "isv.parameter-format-invalid", "参数格式错误")
        return method, params

    def _create(self, params: Params, _now: int, _fault: str | None) -> Answer:
        if params.get("grant_type") != "authorization_self" or params.get("shop_id") != self._shop:
            raise _refused(50000, "dop.token-generate-failed:no-authorization", "店铺未授权")
        return self._granted()

    def _renew(self, params: Params, _now: int, _fault: str | None) -> Answer:
        if self._refresh is None or params.get("refresh_token") != self._refresh:
            raise _refused(50002, "isv.business-failed:31009", "refresh_token不存在")
        return self._granted()

    def _granted(self) -> Answer:
        """A new pair; the old one is dead."""
        self._tokens += 1
        self._access, self._refresh = f"access-{self._tokens}", f"refresh-{self._tokens}"
        return {"access_token": self._access, "refresh_token": self._refresh, "expires_in": LIFE}

    def _orders(self, params: Params, now: int, fault: str | None) -> Answer:
        if params.get("order_by") != "update_time" or params.get("order_asc") is not True:
            raise _refused(40004, "isv.parameter-invalid:20011", "缺少排序")
        found = self._books.orders_changed(params["update_time_start"], params["update_time_end"], now)
        total, rows = self._page(found, params, fault)
        return {**_page(params, total), "shop_order_list": [self._order(state) for state in rows]}

    def _aftersales(self, params: Params, now: int, fault: str | None) -> Answer:
        if params.get("order_by") != ["update_time asc"]:
            raise _refused(40004, "isv.parameter-invalid:11000", "缺少排序")
        found = self._books.aftersales_changed(params["update_start_time"], params["update_end_time"], now)
        total, rows = self._page(found, params, fault)
        return {**_page(params, total), "items": [_aftersale(state) for state in rows]}

    def _tickets(self, params: Params, now: int, fault: str | None) -> Answer:
        """The one list whose pages are counted from 1."""
        found = self._books.tickets_opened(params["start_time"], params["end_time"], now)
        total, rows = self._page(found, {**params, "page": params["page"] - 1}, fault)
        return {"total": total, "list": [_ticket(ticket) for ticket in rows]}

    def _page(self, found: Sequence[T], params: Params, fault: str | None) -> tuple[int, list[T]]:
        begin = params["page"] * params["size"]
        if begin + params["size"] > MOST_ROWS or not 0 < params["size"] <= 100 or fault == "many":
            raise _refused(40004, "isv.parameter-invalid:20013", "超过最大查询数量")
        return self.counted(found, fault), self.paged(found, begin, params["size"], fault)

    def _order(self, state: State) -> Answer:
        order = state.what
        assert isinstance(order, Order)
        line = f"{order.number}1"
        sent = [
            {
                "tracking_no": tracking_of(order),
                "company_name": order.carrier,
                "ship_time": order.shipped,
                "product_info": [{"sku_order_id": line}],
            }
        ]
        return {
            "order_id": str(order.number),
            "shop_id": int(self._shop),
            "order_status": _status(order),
            "create_time": order.created,
            "pay_time": order.paid,
            "update_time": state.at,
            "exp_ship_time": order.promised,
            "ship_time": order.shipped,
            "finish_time": order.finished or order.cancelled,
            "pay_amount": order.amount + 100,
            "promotion_pay_amount": 100,
            "post_receiver": BUYER,
            "post_tel": PHONE,
            "buyer_words": f"{BUYER} {PHONE}",
            "post_addr": {"province": {"name": order.province}, "detail": STREET},
            "logistics_info": sent if order.shipped else [],
            "sku_order_list": [
                {
                    "order_id": line,
                    "product_id": order.goods.number,
                    "product_id_str": str(order.goods.number),
                    "product_name": order.goods.name,
                    "item_num": order.quantity,
                    "pay_amount": order.amount + 100,
                    "logistics_receipt_time": order.delivered,
                    "pre_sale_type": int(order.presale),
                    "given_product_type": "FREE" if order.gift else "",
                }
            ],
        }

    def _packages(self, params: Params, now: int, _fault: str | None) -> Answer:
        order = self._books.order(int(params["order_id"]), now)
        if order is None:
            raise _refused(40004, "isv.parameter-invalid:10035", "订单不存在")
        steps = [(order.picked_up, "已揽收"), (order.delivered, "已签收")]
        trace = [
            {"time_stamp": at, "state": "0", "state_desc": words, "context": f"{words} {PHONE}"}
            for at, words in steps
            if 0 < at <= now
        ]
        delivery = {"track_no": tracking_of(order), "track_info": trace}
        return {
            "order_package_info": {"package_info": [{"delivery_info": [delivery]}] if order.shipped else []}
        }

    def _detail(self, params: Params, now: int, _fault: str | None) -> Answer:
        ticket = self._books.aftersale(int(params["after_sale_id"]), now)
        if ticket is None:
            raise _refused(40004, "isv.parameter-invalid:11003", "售后单不存在")
        decision = "拒绝退款" if ticket.ended and not ticket.succeeded else "同意退款"
        log = [
            (ticket.applied, "买家", "买家申请退款"),
            (ticket.decided or ticket.ended, "商家", decision),
        ]
        steps = [
            {"time": _written(at), "role": role, "text": f"{text} {PHONE}"} for at, role, text in log if at
        ]
        info = {
            "after_sale_id": ticket.number,
            "after_sale_status": _step(ticket),
            "apply_time": ticket.applied,
        }
        dispute = {"arbitrate_create_time": ticket.escalated} if ticket.escalated else {}
        return {
            "process_info": {"after_sale_info": info, "arbitrate_info": dispute, "record_logs_list": steps}
        }

    def _score(self, _params: Params, now: int, _fault: str | None) -> Answer:
        total = self._books.points(now).get("total")
        return {"seller_rating_info": {"score": total, "score_weight": total}}

    def _reputation(self, _params: Params, now: int, _fault: str | None) -> Answer:
        points = self._books.points(now)
        named = {"shop_score": "total"} | {
            f"{name}_score": name for name in ("product", "logistics", "service")
        }
        told = {name: f"{points[item]:.2f}" for name, item in named.items() if item in points}
        return {"shop_id": int(self._shop), **told}

    def wrapped(self, method: str, data: Any) -> bytes:
        del method
        if self.chance.random() < self._old:
            return _encoded({"err_no": 0, "message": "success", "data": data, "log_id": "x"})
        return _encoded({"code": 10000, "msg": "success", "sub_code": "", "data": data, "log_id": "x"})


def tracking_of(order: Order) -> str:
    """Return the number of an order's one parcel."""
    return order.tracking or f"SF{order.number}"


def _status(order: Order) -> int:
    if order.cancelled:
        return 4
    return 5 if order.finished else 3 if order.shipped else 2 if order.paid else 1


def _aftersale(state: State) -> Answer:
    ticket = state.what
    assert isinstance(ticket, Aftersale)
    return {
        "aftersale_info": {
            "aftersale_id": str(ticket.number),
            "aftersale_type": _KINDS[ticket.kind] if ticket.shipped else _KINDS["refund, not sent"],
            "aftersale_status": _step(ticket),
            "apply_time": ticket.applied,
            "update_time": state.at,
            "status_deadline": ticket.deadline,
            "refund_amount": ticket.amount,
            "arbitrate_status": int(ticket.arbitrated),
        },
        "order_info": {
            "shop_order_id": str(ticket.order),
            "related_order_info": [{"product_id": ticket.goods.number}],
        },
        "text_part": {"reason_text": ticket.reason},
    }


def _step(ticket: Aftersale) -> int:
    """Return the code of the step that it is in: the shop's decision, the way back, the money, the end."""
    if ticket.ended:
        return 12 if ticket.succeeded else 28
    return 11 if ticket.returned else 7 if ticket.decided else 6


def _ticket(ticket: Ticket) -> Answer:
    return {
        "id": ticket.number,
        "order_id": str(ticket.order),
        "create_time": _written(ticket.opened),
        "update_time": _written(ticket.closed or ticket.opened),
        "operate_status": 100 if ticket.closed else 0,
    }


def _page(params: Params, total: int) -> dict[str, Any]:
    return {"page": params["page"], "size": params["size"], "total": total}


def _refused(code: int, sub_code: str, words: str) -> Refused:
    return Refused(_failed(code, sub_code, words))


def _failed(code: int, sub_code: str, words: str) -> bytes:
    said = {"code": code, "msg": "失败", "sub_code": sub_code, "sub_msg": words}
    return _encoded({**said, "log_id": "20231115061320ABC"})


def _written(at: int) -> str:
    return datetime.datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _encoded(value: Answer) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
