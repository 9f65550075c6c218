"""Places that take orders, one folder each with the same inner names.

May import the domain, ports, indicators and ledger; venues do not import each other.
Start reading at `sim/__init__.py`.
"""
