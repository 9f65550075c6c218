"""Binance spot: orders over signed REST, the account and the market over WebSocket.

May import the domain, ports and ccxt, never another venue; only `client`, `transport` and `link`
touch a socket. Start reading at `adapter`.
"""

from argonaut.venues.binance.adapter import BinanceSpot

__all__ = ["BinanceSpot"]
