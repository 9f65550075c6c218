"""The bot under rehearsal: venues that speak the real wire dialects, faults, and simulation.

May import everything below cli. Nothing here is needed to trade.
Start reading at `binance/exchange.py`, then `simulation/world.py`.
"""
