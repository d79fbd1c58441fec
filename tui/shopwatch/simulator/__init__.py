"""Marketplaces that speak the wire formats of the real ones, over real HTTP on loopback, and fail on demand.

    truth.py              what happened: orders and after-sales, each as a history of states; no wire format
    faults.py             which answers go wrong, by a rate for each kind, and by its own seed
    server.py             HTTP, the count of calls per app and method, the limits; a `Wire` makes the answers
    doudian.py            Doudian's wire format: it checks every signature by its own recomputation
    taobao.py, kuaishou.py   those of the other two

Nothing of the connectors that it tests is used in it: a mistake that both made would not be seen.
"""
