"""Sources of market data and events: recorded tape first, live streams later.

May import domain and ports; numpy, polars and msgspec. Start reading at `tape/read.py`.
"""
