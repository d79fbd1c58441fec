"""What Kuaishou's answers are wrapped in, and what its errors call for.

`result` is 1 where all went well. Which code means what no public source lists, so that an error is told apart by the
words that come with it: our reading, until a real shop has shown better. The words are not repeated: they may quote the
call, and so a token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from shopwatch.sources.live.refusals import ContractError, Refusal, Remedy

LAST = "nomore"
"""The cursor after the last page."""

_WORDS: dict[Remedy, str] = {
    "wait": "限流|频繁|频率|超过.{0,6}次数|配额|too many|limit exceeded|qps|繁忙|稍后|超时|timeout",
    "expired": "token.{0,12}(过期|失效|无效|不存在|错误|expired|invalid)|(过期|失效|无效|expired|invalid).{0,12}token",
    "clock": "时间戳|timestamp",
    "signature": "签名|验签|sign",
    "unavailable": "权限|未授权|scope|permission|下线|offline",
}


def whole(body: bytes) -> dict[str, Any]:
    """Return an answer that went well; raises Refusal and ContractError."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ContractError from None
    if answer.get("result") in (1, "1") and answer.get("code", 1) in (0, 1, "0", "1", "", None):
        return answer
    if "result" not in answer:
        raise ContractError
    code = answer.get("sub_code") or answer.get("code") or answer["result"]
    words = " ".join(str(answer[key]) for key in ("error_msg", "sub_msg", "msg") if answer.get(key))
    raise Refusal(remedy_of(words), str(code))


def remedy_of(words: str) -> Remedy:
    """What an error calls for, by its words."""
    found = (remedy for remedy, said in _WORDS.items() if re.search(said, words, re.IGNORECASE))
    return next(found, "call")


def payload(body: bytes) -> dict[str, Any]:
    """Return the `data` of an answer."""
    data = whole(body).get("data")
    if not isinstance(data, dict):
        raise ContractError
    return data


def cursor(data: Mapping[str, Any], name: str) -> str | None:
    """Return the next page's cursor, None after the last page."""
    found = data.get(name)
    if not isinstance(found, str):
        raise ContractError
    return None if found == LAST else found
