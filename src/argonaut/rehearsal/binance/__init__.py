"""A Binance spot venue at wire level: REST, streams and WebSocket API over the matching core.

Pure but for `app.py`: the time of everything is passed in. May import `venues.sim` and the domain.
Start reading at `exchange.py`, then `orders.py` (what may be sent) and `matching.py`.
"""
