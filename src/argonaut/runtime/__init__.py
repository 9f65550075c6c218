"""The loop of wall time: the same engine as a backtest, paced by a clock and open to people.

May import config and everything below it, and asyncio. A crash is answered by running again.
Start reading at `paper.py`, then `control.py`.
"""
