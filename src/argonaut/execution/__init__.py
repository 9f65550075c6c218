"""From an approval to orders: how an entry, an exit and their protection are worded.

May import the domain, ports, indicators and ledger. Pure: it words orders, the outbox sends them.
Start reading at `orders.py`, then `guard.py`.
"""
