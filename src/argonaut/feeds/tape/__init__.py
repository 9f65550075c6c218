"""Recorded market data as columns: read, check, merge, aggregate, write, list.

May import domain, `feeds.errors`, numpy, polars and msgspec. Start reading at `read.py`.
"""
