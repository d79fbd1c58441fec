"""What every live marketplace shares, written once; a platform brings its signature, its words and its records.

    platform      a `Platform` (platform.py): its lists read by time (`Stream`), and what is asked once in a while or
                  order by order (`Chore`). It raises the errors of errors.py, and yields (table, fields) in plain values.
    client.py     one signed call: time-outs, sizes, limits per app and method, retries, bans, the breaker
    limits.py     what all sources of one app share, so that together they keep within its limits
    tokens.py     tokens at rest, and one renewal at a time
    gaps.py       which stretches of time are still to be read: the watermark, its overlap, the back-fill
    source.py     `LiveSource`: a poll reads the newest stretches first, and keeps how far it came
    handing.py    plain values to batches, by the way that every other source's records go

A new platform: `sources/<name>/` with signing, envelope, records and a module that makes its `Platform`; a branch in
`live/build.py`; its keys in `config/rules.py`.
"""
