"""Fills folded into positions, cash, profit and loss, and who earned it.

May import the domain, ports and indicators. Pure: no I/O, no clock.
Start reading at `book.py`.
"""
