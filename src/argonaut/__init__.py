"""Argonaut: an autonomous crypto trading bot.

Signals pass one funnel: strategy, risk, execution, venue. Start reading at `engine/core.py`.
"""

__version__ = "0.1.0"
