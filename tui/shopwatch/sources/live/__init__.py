"""What every live marketplace shares, written once; a platform brings its speech, its lists and its records.

    platform      a `Platform` (platform.py): its lists read by time (`Stream`), and what is asked once in a while or
                  thing by thing (`Chore`, `Tracer`). It raises the errors of errors.py, and yields (table, fields) in
                  plain values.
    lists.py      a `Stream` made of a function that yields pages; paging.py: how pages are turned
    access.py     calls with their token, spoken as the platform's `Speech` says
    refusals.py   what a platform's errors call for, and the sentences for a person
    client.py     one call: time-outs, sizes, limits per app and method, retries, bans, the breaker
    connections.py  those of a process to each gateway
    limits.py     what all sources of one app share, so that together they keep within its limits
    tokens.py     tokens at rest, and one renewal at a time
    gaps.py       which stretches of time are still to be read: the watermark, its overlap, the back-fill
    source.py     `LiveSource`: a poll reads the newest stretches first, and keeps how far it came
    values.py     the values of answers as plain ones; steps.py: what a step of a trace is by its words
    handing.py    plain values to batches, by the way that every other source's records go

A new platform: `sources/<name>/` with signing, envelope, calls (its `Speech`), records and a module that makes its
`Platform`; a branch in `live/build.py`; its keys in `config/sourcing.py`; its side of the wire in `simulator/`.
"""
