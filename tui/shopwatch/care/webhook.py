"""Handing a message to the webhook that whoever writes to buyers has: one POST of JSON for each, with a time-out.

Its address holds a key, so it is never quoted. What the receiver certainly didn't take may be tried again; what it may
have taken isn't.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from shopwatch.board.care import CareItem

if TYPE_CHECKING:
    import httpx

SECONDS = 10.0


class NotTakenError(Exception):
    """The receiver didn't take it. unsure: it may have."""

    def __init__(self, kind: str, *, unsure: bool) -> None:
        super().__init__(kind)
        self.kind, self.unsure = kind, unsure


def payload(shop: str, item: CareItem) -> dict[str, str | None]:
    """Return what is sent of one message: nothing of the buyer is known, and nothing is told."""
    return {
        "id": f"{shop}/{item.key}",
        "shop": shop,
        "order_id": item.order_id,
        "occasion": item.care,
        "product": item.product,
        "text": item.text,
    }


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[httpx.AsyncClient]:
    """Return what posts; it follows no redirect: the message would be somebody else's then."""
    import httpx

    async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
        yield client


async def post(client: httpx.AsyncClient, url: str, shop: str, item: CareItem) -> None:
    """Send one message; raises NotTakenError."""
    import httpx

    body = payload(shop, item)
    key = (body["id"] or "").encode("ascii", "backslashreplace").decode("ascii")
    try:
        answer = await client.post(url, json=body, headers={"Idempotency-Key": key})
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise NotTakenError(type(error).__name__, unsure=False) from None
    except httpx.HTTPError as error:
        raise NotTakenError(type(error).__name__, unsure=True) from None
    if not answer.is_success:
        raise NotTakenError(f"HTTP {answer.status_code}", unsure=answer.status_code >= 500)
