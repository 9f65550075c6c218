"""Deciders: one file, one strategy. Each turns what it sees into signals, and nothing else.

May import the domain, indicators and the ledger's views. Pure: no I/O, no clock, no venue.
Start reading at `interface.py`, then `trend_follow.py`.
"""
