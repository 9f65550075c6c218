"""The gate every wish passes, and the checks it asks: one file, one rule.

May import the domain, ports, indicators and ledger. Pure, exact, and closed when in doubt.
Start reading at `gate.py`, then `view.py` and any check.
"""
