"""Kuaishou's side of the wire, for the demo and the tests: one app, one shop.

It recomputes every signature in its own way and renews tokens as documented: the old ones are worthless from then on.
The words of its errors are ours, since no public source lists the marketplace's.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

Row = dict[str, Any]
TOLERANCE = 600
TOKEN_LIFE = 48 * 3600
SPANS = {"open.order.cursor.list": 7 * 86_400_000, "open.seller.order.refund.pcursor.list": 86_400_000}


@dataclasses.dataclass(slots=True)
class KuaishouGateway:
    """An app and what its shop has. per_second: calls that it takes."""

    app_key: str
    app_secret: str
    sign_secret: str
    now: Callable[[], float]
    access_token: str = "access-0"
    refresh_token: str = "refresh-0"
    per_second: int = 1000
    closed: set[str] = dataclasses.field(default_factory=set)
    orders: list[Row] = dataclasses.field(default_factory=list)
    refunds: list[Row] = dataclasses.field(default_factory=list)
    comments: list[Row] = dataclasses.field(default_factory=list)
    score: Row = dataclasses.field(default_factory=dict)
    calls: list[tuple[float, str]] = dataclasses.field(default_factory=list)
    renewals: int = 0

    def answer(self, path: str, query: Mapping[str, str]) -> Row:
        """Return the answer to one signed call."""
        method = query.get("method", "")
        if (words := self._refusal(path, query)) is not None:
            return {"result": 2, "code": "2", "error_msg": words, "sub_code": "2", "sub_msg": words}
        self.calls.append((self.now(), method))
        param = json.loads(query["param"])
        data = {
            "open.order.cursor.list": self._orders,
            "open.seller.order.refund.pcursor.list": self._refunds,
            "open.comment.list.get": self._comments,
            "open.score.shop.get": self._scored,
        }[method](param)
        return {"result": 1, "code": "1", "data": data}

    def renew(self, form: Mapping[str, str]) -> Row:
        """Return new tokens for the one that renews."""
        asked = (
            form.get("app_id"),
            form.get("app_secret"),
            form.get("refresh_token"),
            form.get("grant_type"),
        )
        if asked != (self.app_key, self.app_secret, self.refresh_token, "refresh_token"):
            return {"result": 2, "error_msg": "refresh_token 无效"}
        self.renewals += 1
        self.access_token, self.refresh_token = f"access-{self.renewals}", f"refresh-{self.renewals}"
        return {
            "result": 1, "access_token": self.access_token, "expires_in": TOKEN_LIFE, "refresh_token": self.refresh_token,
        }  # fmt: skip

    def _refusal(self, path: str, query: Mapping[str, str]) -> str | None:
        now = self.now()
        if query.get("appkey") != self.app_key or query.get("sign") != self.signature(query):
            return "签名错误"
        if abs(now - int(query["timestamp"]) / 1000) > TOLERANCE:
            return "timestamp 超出允许范围"
        if query["access_token"] != self.access_token:
            return f"access_token 已过期 {query['access_token']}"  # a server that echoes what it was told
        if path != "/" + query["method"].replace(".", "/"):
            return "接口不存在"
        if query["method"] in self.closed:
            return "应用没有该接口的权限"
        if sum(at > now - 1 for at, _method in self.calls) >= self.per_second:
            return "调用过于频繁,已限流"
        param = json.loads(query["param"])
        if "endTime" in param and param["endTime"] - param["beginTime"] > SPANS[query["method"]]:
            return "endTime无效"
        return None

    def signature(self, query: Mapping[str, str]) -> str:
        """Return what the call's signature should be."""
        names = ["access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"]
        text = "&".join(f"{name}={query.get(name, '')}" for name in names)
        text = f"{text}&signSecret={self.sign_secret}"
        if query.get("signMethod") == "HMAC_SHA256":
            return base64.b64encode(hmac.digest(self.sign_secret.encode(), text.encode(), "sha256")).decode()
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def _orders(self, param: Row) -> Row:
        field = "updateTime" if param.get("queryType") == 2 else "createTime"
        found = [row for row in self.orders if _within(row["orderBaseInfo"][field], param)]
        found.sort(key=lambda row: int(row["orderBaseInfo"][field]), reverse=param.get("sort") != 2)
        rows, cursor = _page(found, param["cursor"], min(50, param["pageSize"]))
        return {"orderList": rows, "cursor": cursor, "pageSize": param["pageSize"]}

    def _refunds(self, param: Row) -> Row:
        found = [row for row in self.refunds if _within(row["updateTime"], param)]
        found.sort(key=lambda row: int(row["updateTime"]), reverse=param.get("sort") != 2)
        rows, cursor = _page(found, param["pcursor"], min(100, param["pageSize"]))
        return {"refundOrderInfoList": rows, "pcursor": cursor, "totalSize": len(found)}

    def _scored(self, _param: Row) -> Row:
        return self.score

    def _comments(self, param: Row) -> Row:
        low, high = param["createTimeFrom"], param["createTimeTo"]
        found = [row for row in self.comments if low <= row["createTime"] <= high]
        start = param["offset"]
        return {"rootComment": found[start : start + min(20, param["limit"])], "total": len(found)}


def _within(moment: int, param: Row) -> bool:
    return bool(param["beginTime"] <= moment <= param["endTime"])


def _page(rows: list[Row], cursor: str, size: int) -> tuple[list[Row], str]:
    start = int(cursor.partition("_")[2] or 0) if cursor else 0
    end = start + size
    return rows[start:end], f"c_{end}" if end < len(rows) else "nomore"
