"""Nouns and their rules: instruments, orders, signals, events and commands.

May import nothing of Argonaut. Everything here is a value: frozen, checked, free of I/O.
Start reading at `order.py`, then `event.py` and `command.py`.
"""
