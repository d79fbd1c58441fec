"""Marketplaces that speak the wire formats of the real ones, over real HTTP on loopback, and fail on demand.

    truth.py              what happened: orders and after-sales, each as a history of states; no wire format
    faults.py             which answers go wrong, by a rate for each kind, and by its own seed
    server.py             HTTP, the count of calls per app and method, the limits; a `Wire` makes the answers
    gateway.py            what the gateways of all marketplaces do alike; apps.py: one gateway for the apps of many shops
    doudian.py, taobao.py, kuaishou.py   their wire formats: every signature is checked by its own recomputation
    taobao_rows.py, kuaishou_rows.py     what happened, as these two tell it

Nothing of the connectors that it tests is used in it: a mistake that both made would not be seen.
"""
