"""Kuaishou's wire format: one app, one shop. Signatures are worked out anew from what came over the line.

Tokens are renewed as documented: the old access token is worthless from then on, the old refresh token dies within five
minutes. The words of its errors are ours, since no
public source lists the marketplace's; and no list has a documented cap, so the fault of too many rows is none here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from shopwatch.simulator.gateway import Gateway, Params, Refused
from shopwatch.simulator.server import Call

Row = dict[str, Any]
TOKEN_LIFE = 48 * 3600
GRACE = 300
"""Seconds for which a refresh token that was used is still taken."""
SPANS = {"open.order.cursor.list": 7 * 86_400_000, "open.seller.order.refund.pcursor.list": 86_400_000}
RENEWAL = "/oauth2/refresh_token"
_FAILURES = {
    "throttled": "调用过于频繁,已限流",
    "expired": "access_token 已过期",
    "skew": "timestamp 超出允许范围",
    "closed": "应用没有该接口的权限",
}


class Books(Protocol):
    """What the shop has. Rows come oldest first, by moments in milliseconds; bounds are within."""

    def orders(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def refunds(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def comments(self, begin: int, end: int, now: int) -> Sequence[Row]: ...

    def score(self) -> Row: ...


class KuaishouWire(Gateway):
    """tokens: how often they were renewed."""

    def __init__(
        self, books: Books, *, app_key: str, app_secret: str, sign_secret: str, access_token: str, refresh_token: str,
        seed: int = 1,
    ) -> None:  # fmt: skip
        super().__init__(seed)
        self._books, self._key, self._secret, self._sign_secret = books, app_key, app_secret, sign_secret
        self.access_token, self.refresh_token = access_token, refresh_token
        self.renewals = 0
        self._used: dict[str, int] = {}
        """Refresh tokens that were used, and when each dies."""
        self._methods: dict[str, Callable[[Row, int, str | None], Row]] = {
            "open.order.cursor.list": self._orders,
            "open.seller.order.refund.pcursor.list": self._refunds,
            "open.comment.list.get": self._comments,
            "open.score.shop.get": lambda _param, _now, _fault: self._books.score(),
        }

    def named(self, call: Call) -> tuple[str, str]:
        if call.path == RENEWAL:
            return call.form.get("app_id", ""), RENEWAL
        return call.query.get("appkey", ""), call.query.get("method", "")

    def spares(self, method: str, fault: str) -> bool:
        return method == RENEWAL and fault in ("expired", "skew", "closed")  # it has no token and no time

    def expire(self) -> None:
        self.access_token = f"ended-{self.renewals}"

    def failure(self, kind: str) -> bytes:
        return _failed(_FAILURES[kind])

    def walk(self, params: Params) -> object:
        return params.get("endTime") or params.get("createTimeTo")

    def begins(self, params: Params) -> bool:
        return params.get("offset") == 0

    def checked(self, call: Call, now: int) -> tuple[str, Params]:
        if call.path == RENEWAL:
            return RENEWAL, call.form
        query = call.query
        method = query.get("method", "")
        if query.get("appkey") != self._key or query.get("sign") != self.signature(query):
            raise Refused(_failed("签名错误"))
        if abs(now - int(query["timestamp"]) / 1000) > self.tolerance:
            raise Refused(self.failure("skew"))
        if query["access_token"] != self.access_token:
            # a server that echoes what it was told
            raise Refused(_failed(f"{_FAILURES['expired']} {query['access_token']}"))
        if call.verb != "GET" or call.path != "/" + method.replace(".", "/") or method not in self._methods:
            raise Refused(_failed("接口不存在"))
        param = json.loads(query["param"])
        if "endTime" in param and param["endTime"] - param["beginTime"] > SPANS[method]:
            raise Refused(_failed("endTime无效"))
        return method, param

    def told(self, method: str, params: Params, now: int, fault: str | None) -> Row:
        return (
            self._renewed(params, now)
            if method == RENEWAL
            else self._methods[method](dict(params), now, fault)
        )

    def wrapped(self, method: str, data: Row) -> bytes:
        return _encoded(
            {"result": 1, **data} if method == RENEWAL else {"result": 1, "code": "1", "data": data}
        )

    def _renewed(self, form: Params, now: int) -> Row:
        asked = [form.get(name) for name in ("app_id", "app_secret", "grant_type")]
        given = str(form.get("refresh_token"))
        if asked != [self._key, self._secret, "refresh_token"] or (
            given != self.refresh_token and now > self._used.get(given, 0)
        ):
            raise Refused(_failed("refresh_token 无效"))
        self._used.setdefault(given, now + GRACE)
        self.renewals += 1
        self.access_token, self.refresh_token = f"access-{self.renewals}", f"refresh-{self.renewals}"
        return {
            "access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": TOKEN_LIFE,
        }  # fmt: skip

    def signature(self, query: Mapping[str, str]) -> str:
        """Return what the call's signature should be."""
        names = ["access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"]
        text = "&".join(f"{name}={query.get(name, '')}" for name in names)
        text = f"{text}&signSecret={self._sign_secret}"
        if query.get("signMethod") == "HMAC_SHA256":
            return base64.b64encode(hmac.digest(self._sign_secret.encode(), text.encode(), "sha256")).decode()
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def _orders(self, param: Row, now: int, fault: str | None) -> Row:
        found = self._books.orders(param["beginTime"], param["endTime"], now)
        rows, cursor = self._page(found, param["cursor"], min(50, param["pageSize"]), param, fault)
        return {"orderList": rows, "cursor": cursor, "pageSize": param["pageSize"]}

    def _refunds(self, param: Row, now: int, fault: str | None) -> Row:
        found = self._books.refunds(param["beginTime"], param["endTime"], now)
        rows, cursor = self._page(found, param["pcursor"], min(100, param["pageSize"]), param, fault)
        return {"refundOrderInfoList": rows, "pcursor": cursor, "totalSize": self.counted(found, fault)}

    def _comments(self, param: Row, now: int, fault: str | None) -> Row:
        found = self._books.comments(param["createTimeFrom"], param["createTimeTo"], now)
        rows = self.paged(found, param["offset"], min(20, param["limit"]), fault)
        return {"rootComment": rows, "total": self.counted(found, fault)}

    def _page(
        self, rows: Sequence[Row], cursor: str, size: int, param: Row, fault: str | None
    ) -> tuple[list[Row], str]:
        if param.get("queryType") != 2 or param.get("sort") != 2:
            raise Refused(_failed("queryType无效"))
        start = int(cursor.partition("_")[2] or 0) if cursor else 0
        end = start + size
        return self.paged(rows, start, size, fault), f"c_{end}" if end < len(rows) else "nomore"


def _failed(words: str) -> bytes:
    return _encoded({"result": 2, "code": "2", "error_msg": words, "sub_code": "2", "sub_msg": words})


def _encoded(value: Row) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
