"""When to speak, and through what.

Boards are judged by rules (`judging`), what is found becomes episodes that begin, are told, repeated, taken note of
and end (`episodes`), and what is to be told waits in the journal until its channel has taken it (`log`, `channels`).
`keeper` does these one after another for the monitor. The first two are pure; `now` is a parameter.
"""
