"""TOP's side of the wire, for the demo and the tests: one gateway, one app, one seller.

It recomputes every signature in its own way, keeps its own clock and its own count of calls, and gives each row only
in the fields asked for, with a few that weren't, as gateways do.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
FORM = "%Y-%m-%d %H:%M:%S"
ZONE = datetime.timezone(datetime.timedelta(hours=8))
TOLERANCE = 600
UNASKED = ("buyer_nick", "receiver_name", "receiver_mobile", "receiver_address")
"""What comes without being asked for."""
_BANNED = {"code": 7, "msg": "App Call Limited", "sub_code": "accesscontrol.limited-by-app-access-count"}


def written(second: float) -> str:
    """Return a moment as TOP writes it."""
    return datetime.datetime.fromtimestamp(int(second), ZONE).strftime(FORM)


@dataclasses.dataclass(slots=True)
class TopGateway:
    """A gateway and what its seller has. per_second: calls that it takes; then it bans. plain: whether it does without
    the wrapping objects where that is asked for."""

    app_key: str
    secret: str
    session: str
    now: Callable[[], float]
    per_second: int = 1000
    ban: int = 2
    plain: bool = True
    closed: set[str] = dataclasses.field(default_factory=set)
    total_error: int = 0
    trades: dict[str, Row] = dataclasses.field(default_factory=dict)
    refunds: dict[str, Row] = dataclasses.field(default_factory=dict)
    rates: list[Row] = dataclasses.field(default_factory=list)
    votes: list[Row] = dataclasses.field(default_factory=list)
    traces: dict[str, Row] = dataclasses.field(default_factory=dict)
    calls: list[tuple[float, str]] = dataclasses.field(default_factory=list)
    banned_until: float = 0.0
    during_ban: int = 0
    between: Callable[[str], None] = lambda _method: None
    """What happens after an answer: tests let the shop change between two pages."""

    def answer(self, form: Mapping[str, str]) -> Row:
        """Return the answer to one call."""
        method = form.get("method", "")
        if (refusal := self._refusal(form)) is not None:
            return {"error_response": refusal | {"request_id": "simulated"}}
        self.calls.append((self.now(), method))
        answers: dict[str, Callable[[Mapping[str, str]], Row]] = {
            "taobao.trades.sold.get": self._sold,
            "taobao.trades.sold.increment.get": self._increment,
            "taobao.refunds.receive.get": self._refunded,
            "taobao.traderates.get": self._rated,
            "taobao.qianniu.kefueval.get": self._voted,
            "taobao.logistics.trace.search": self._traced,
            "taobao.shop.seller.get": lambda _form: {"shop": {"sid": 4463798}},
        }
        if method not in answers:
            return {"error_response": {"code": 22, "msg": "Invalid method"}}
        found = answers[method](form) | {"request_id": "simulated"}
        self.between(method)
        if self.plain and form.get("simplify") == "true":
            return found
        return {f"{method.removeprefix('taobao.').replace('.', '_')}_response": _wrapped(found)}

    def _refusal(self, form: Mapping[str, str]) -> Row | None:
        now = self.now()
        if now < self.banned_until:
            self.during_ban += 1
            return _BANNED | {
                "sub_msg": f"This ban will last for {int(self.banned_until - now) + 1} more seconds"
            }
        if form.get("app_key") != self.app_key:
            return {"code": 29, "msg": "Invalid app Key", "sub_code": "isv.appkey-not-exists"}
        if form.get("sign") != self.signature(form):
            return {"code": 25, "msg": "Invalid signature", "sub_code": "isv.invalid-signature"}
        if abs(now - _second(form.get("timestamp", ""))) > TOLERANCE:
            return {"code": 31, "msg": "Invalid timestamp", "sub_code": "isv.invalid-timestamp"}
        if form.get("session") != self.session:
            return {"code": 27, "msg": "Invalid session", "sub_code": "session-expired"}
        if form.get("method") in self.closed:
            return {
                "code": 11,
                "msg": "Insufficient isv permissions",
                "sub_code": "isv.permission-api-package-limit",
            }
        if sum(at > now - 1 for at, _method in self.calls) >= self.per_second:
            self.banned_until = now + self.ban
            return _BANNED | {"sub_msg": f"This ban will last for {self.ban} more seconds"}
        return None

    def signature(self, form: Mapping[str, str]) -> str:
        """Return what the call's signature should be, worked out from the documentation's own words."""
        text = b""
        for name in sorted(name for name, value in form.items() if name != "sign" and value):
            text += name.encode() + form[name].encode()
        secret = self.secret.encode()
        match form.get("sign_method"):
            case "md5":
                return hashlib.md5(secret + text + secret, usedforsecurity=False).hexdigest().upper()
            case "hmac":
                return hmac.digest(secret, text, "md5").hex().upper()
            case "hmac-sha256":
                return hmac.digest(secret, text, "sha256").hex().upper()
        return "none"

    def _sold(self, form: Mapping[str, str]) -> Row:
        found = self._between(self.trades.values(), "created", form, "start_created", "end_created")
        return self._page("trades", found[::-1], form)

    def _increment(self, form: Mapping[str, str]) -> Row:
        found = self._between(self.trades.values(), "modified", form, "start_modified", "end_modified")
        untimed = [
            {k: v for k, v in trade.items() if k not in ("delivery_time", "sign_time")} for trade in found
        ]
        return self._page("trades", untimed[::-1], form)

    def _refunded(self, form: Mapping[str, str]) -> Row:
        found = self._between(self.refunds.values(), "modified", form, "start_modified", "end_modified")
        return self._page("refunds", found[::-1], form)

    def _rated(self, form: Mapping[str, str]) -> Row:
        """Tell nothing beyond the first 1,500, as the documentation has it."""
        found = self._between(self.rates, "created", form, "start_date", "end_date")
        return self._page("trade_rates", found, form) | {"total_results": min(len(found), 1500)}

    def _voted(self, form: Mapping[str, str]) -> Row:
        begin, end = (
            datetime.datetime.strptime(form[side], "%Y%m%d%H%M%S").replace(tzinfo=ZONE).timestamp()
            for side in ("btime", "etime")
        )
        asked = form["query_ids"].split(",")
        found = [
            v for v in self.votes if v["eval_recer"] in asked and begin <= _second(v["eval_time"]) <= end
        ]
        return {"result_count": len(found)} | ({"staff_eval_details": found} if found else {})

    def _traced(self, form: Mapping[str, str]) -> Row:
        return self.traces.get(form["tid"], {})

    @staticmethod
    def _between(rows: Iterable[Row], field: str, form: Mapping[str, str], start: str, end: str) -> list[Row]:
        found = [row for row in rows if form[start] <= row[field] <= form[end]]
        return sorted(found, key=lambda row: str(row[field]))

    def _page(self, name: str, rows: Sequence[Row], form: Mapping[str, str]) -> Row:
        number, size = int(form.get("page_no", "1")), int(form.get("page_size", "40"))
        some = [_chosen(row, form["fields"]) for row in rows[(number - 1) * size : number * size]]
        listed = {name: some} if some else {}
        if form.get("use_has_next") == "true":
            return listed | {"has_next": number * size < len(rows)}
        return listed | {"total_results": max(0, len(rows) + self.total_error)}


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


def _wrapped(value: Any) -> Any:
    """Return the answer with an object around each of its lists."""
    if isinstance(value, list):
        return [_wrapped(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: {_INNER[name]: _wrapped(inner)} if name in _INNER else _wrapped(inner)
        for name, inner in value.items()
    }


def _second(text: str) -> float:
    try:
        return datetime.datetime.strptime(text, FORM).replace(tzinfo=ZONE).timestamp()
    except ValueError:
        return 0.0
