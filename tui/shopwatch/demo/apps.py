"""Each shop's app on the simulated marketplace: what its owner would copy from Doudian's console."""

from __future__ import annotations

import dataclasses

from shopwatch.demo.cast import Shop


@dataclasses.dataclass(frozen=True, slots=True)
class App:
    """Its key and secret, and the shop's number there. The secret guards nothing but made-up orders on loopback."""

    key: str
    secret: str
    shop_id: str


def app_of(shop: Shop) -> App:
    return App(f"7{shop.number:018d}", f"simulated-secret-{shop.number:03d}", f"{4_463_000 + shop.number}")
