"""The funnel: every event in, every command out, with no clock, dice, socket or file.

May import strategies, risk, execution, ledger, indicators, ports and the domain; no adapter.
Start reading at `core.py`.
"""
