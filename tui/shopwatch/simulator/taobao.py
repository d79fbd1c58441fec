"""TOP's wire format: one gateway, one app, one seller. Signatures are worked out anew from what came over the line.

It gives each row only in the fields asked for, with a few that weren't, as gateways do.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from shopwatch.simulator.gateway import Gateway, Params, Refused
from shopwatch.simulator.server import Call

Row = dict[str, Any]
FORM = "%Y-%m-%d %H:%M:%S"
ZONE = datetime.timezone(datetime.timedelta(hours=8))
UNASKED = ("buyer_nick", "receiver_name", "receiver_mobile", "receiver_address")
"""What comes without being asked for."""
MOST_RATES = 1500
_FAILURES = {
    "throttled": (7, "App Call Limited", "accesscontrol.limited-by-app-access-count", ""),
    "expired": (27, "Invalid session", "session-expired", ""),
    "skew": (31, "Invalid timestamp", "isv.invalid-timestamp", ""),
    "closed": (11, "Insufficient isv permissions", "isv.permission-api-package-limit", ""),
}


class Books(Protocol):
    """What the seller has, as the methods tell it. Rows come oldest first; bounds are within."""

    def sold(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def changed(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def refunds(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def refund(self, number: str, now: int) -> Row: ...

    def rates(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def votes(self, agents: Sequence[str], begin: int, end: int, now: int) -> Sequence[Row]: ...

    def trace(self, tid: str, now: int) -> Row: ...


class TopWire(Gateway):
    """wrapped: how often it keeps the wrapping objects though it was asked to do without."""

    def __init__(
        self,
        books: Books,
        *,
        app_key: str,
        app_secret: str,
        session: str,
        seed: int = 1,
        wrapped: float = 0.1,
    ) -> None:
        super().__init__(seed)
        self._books, self._key, self._secret, self._session = books, app_key, app_secret, session
        self.wrapping = wrapped
        self._methods: dict[str, Callable[[Mapping[str, str], int, str | None], Row]] = {
            "taobao.trades.sold.get": self._sold,
            "taobao.trades.sold.increment.get": self._increment,
            "taobao.refunds.receive.get": self._refunded,
            "taobao.refund.get": self._refund,
            "taobao.traderates.get": self._rated,
            "taobao.qianniu.kefueval.get": self._voted,
            "taobao.logistics.trace.search": lambda form, now, _fault: self._books.trace(form["tid"], now),
            "taobao.shop.seller.get": lambda _form, _now, _fault: {"shop": {"sid": 4463798}},
        }

    def named(self, call: Call) -> tuple[str, str]:
        return call.form.get("app_key", ""), ""  # the limits are the app's, whatever the method

    def ban(self, seconds: int) -> bytes:
        code, words, sub_code, _more = _FAILURES["throttled"]
        return _failed(code, words, sub_code, f"This ban will last for {seconds} more seconds")

    def expire(self) -> None:
        """Nothing renews a session: it is taken again by the next call, as after a person's leave."""

    def failure(self, kind: str) -> bytes:
        return _failed(*_FAILURES[kind])

    def walk(self, params: Params) -> object:
        ends = ("end_created", "end_modified", "end_date")
        return next((params[name] for name in ends if name in params), None)

    def begins(self, params: Params) -> bool:
        return params.get("page_no") == "1"

    def checked(self, call: Call, now: int) -> tuple[str, Params]:
        form = call.form
        method = form.get("method", "")
        if form.get("app_key") != self._key:
            raise Refused(_failed(29, "Invalid app Key", "isv.appkey-not-exists"))
        if form.get("sign") != self.signature(form):
            raise Refused(_failed(25, "Invalid signature", "isv.invalid-signature"))
        if abs(now - second(form.get("timestamp", ""))) > self.tolerance:
            raise Refused(self.failure("skew"))
        if form.get("session") != self._session:
            raise Refused(self.failure("expired"))
        if method not in self._methods:
            raise Refused(_failed(22, "Invalid method"))
        return method, form

    def told(self, method: str, params: Params, now: int, fault: str | None) -> Row:
        return self._methods[method](params, now, fault) | {"request_id": "simulated"}

    def wrapped(self, method: str, data: Row) -> bytes:
        if self.chance.random() >= self.wrapping:
            return _encoded(data)
        return _encoded({f"{method.removeprefix('taobao.').replace('.', '_')}_response": _with_inner(data)})

    def signature(self, form: Mapping[str, str]) -> str:
        """Return what the call's signature should be, worked out from the documentation's own words."""
        text = b""
        for name in sorted(name for name, value in form.items() if name != "sign" and value):
            text += name.encode() + form[name].encode()
        secret = self._secret.encode()
        match form.get("sign_method"):
            case "md5":
                return hashlib.md5(secret + text + secret, usedforsecurity=False).hexdigest().upper()
            case "hmac":
                return hmac.digest(secret, text, "md5").hex().upper()
            case "hmac-sha256":
                return hmac.digest(secret, text, "sha256").hex().upper()
        return "none"

    def _sold(self, form: Mapping[str, str], now: int, fault: str | None) -> Row:
        found = self._books.sold(second(form["start_created"]), second(form["end_created"]), now)
        return self._page("trades", found[::-1], form, fault)

    def _increment(self, form: Mapping[str, str], now: int, fault: str | None) -> Row:
        found = self._books.changed(second(form["start_modified"]), second(form["end_modified"]), now)
        page = self._page("trades", found[::-1], form, fault)
        untold = ("delivery_time", "sign_time", "promise_sign_time")
        rows = [{k: v for k, v in row.items() if k not in untold} for row in page.get("trades", ())]
        return page | ({"trades": rows} if rows else {})

    def _refunded(self, form: Mapping[str, str], now: int, fault: str | None) -> Row:
        found = self._books.refunds(second(form["start_modified"]), second(form["end_modified"]), now)
        return self._page("refunds", found[::-1], form, fault)

    def _refund(self, form: Mapping[str, str], now: int, _fault: str | None) -> Row:
        return {"refund": _chosen(self._books.refund(form["refund_id"], now), form["fields"])}

    def _rated(self, form: Mapping[str, str], now: int, fault: str | None) -> Row:
        """Tell nothing beyond the first 1,500, as the documentation has it."""
        found = self._books.rates(second(form["start_date"]), second(form["end_date"]), now)
        page = self._page("trade_rates", found[:MOST_RATES], form, fault)
        return page | {"total_results": MOST_RATES} if fault == "many" else page

    def _voted(self, form: Mapping[str, str], now: int, _fault: str | None) -> Row:
        begin, end = (second(form[side], "%Y%m%d%H%M%S") for side in ("btime", "etime"))
        found = self._books.votes(form["query_ids"].split(","), begin, end, now)
        return {"result_count": len(found)} | ({"staff_eval_details": found} if found else {})

    def _page(self, name: str, rows: Sequence[Row], form: Mapping[str, str], fault: str | None) -> Row:
        number, size = int(form.get("page_no", "1")), int(form.get("page_size", "40"))
        some = [_chosen(row, form["fields"]) for row in self.paged(rows, (number - 1) * size, size, fault)]
        listed = {name: some} if some else {}
        if form.get("use_has_next") == "true":
            return listed | {"has_next": (number * size < len(rows)) != (fault == "total")}
        return listed | {"total_results": self.counted(rows, fault) if some else len(rows)}


def _chosen(row: Row, fields: str) -> Row:
    asked = fields.split(",")
    inner = {field.partition(".")[2] for field in asked if field.startswith("orders.")}
    found = {name: value for name, value in row.items() if name in asked or name in UNASKED}
    if "orders" in row:
        found["orders"] = [{k: v for k, v in line.items() if k in inner} for line in row["orders"]]
    return found


_INNER = {
    "trades": "trade", "orders": "order", "refunds": "refund", "trade_rates": "trade_rate",
    "staff_eval_details": "eval_detail", "trace_list": "transit_step_info",
}  # fmt: skip


def _with_inner(value: Any) -> Any:
    """Return the answer with an object around each of its lists."""
    if isinstance(value, list):
        return [_with_inner(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {_INNER[name]: _with_inner(inner)} if name in _INNER else _with_inner(inner)
        for name, inner in value.items()
    }


def second(text: str, form: str = FORM) -> int:
    try:
        return int(datetime.datetime.strptime(text, form).replace(tzinfo=ZONE).timestamp())
    except ValueError:
        return 0


def written(at: float) -> str:
    """Return a moment as TOP writes it."""
    return datetime.datetime.fromtimestamp(int(at), ZONE).strftime(FORM)


def _failed(code: int, words: str, sub_code: str = "", more: str = "") -> bytes:
    said = {"code": code, "msg": words, "sub_code": sub_code, "sub_msg": more, "request_id": "simulated"}
    return _encoded({"error_response": said})


def _encoded(value: Row) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
