"""The requests we make and nothing else: what is not in this table is not signed."""

from __future__ import annotations

from typing import NamedTuple

from argonaut.venues.binance.errors import Operation


class Endpoint(NamedTuple):
    """One kind of request. `call` is ccxt's name of it; weights are the venue's, 2026."""

    call: str
    method: str
    path: str
    weight: int
    operation: Operation = Operation.QUERY
    orders: int = 0  # how many it counts in the limits on orders


_ORDER = "/api/v3/order"
TIME = Endpoint("public_get_time", "GET", "/api/v3/time", 1)
EXCHANGE_INFO = Endpoint("public_get_exchangeinfo", "GET", "/api/v3/exchangeInfo", 20)
BOOK_TICKER = Endpoint("public_get_ticker_bookticker", "GET", "/api/v3/ticker/bookTicker", 2)
KLINES = Endpoint("public_get_klines", "GET", "/api/v3/klines", 2)
DEPTH = Endpoint("public_get_depth", "GET", "/api/v3/depth", 50)  # of 1,000 levels
TRADES = Endpoint("public_get_historicaltrades", "GET", "/api/v3/historicalTrades", 25)
LAST_TRADE = Endpoint("public_get_aggtrades", "GET", "/api/v3/aggTrades", 4)
ACCOUNT = Endpoint("private_get_account", "GET", "/api/v3/account", 20)
KEY_RIGHTS = Endpoint(
    "sapi_get_account_apirestrictions", "GET", "/sapi/v1/account/apiRestrictions", 1
)
ORDER_USAGE = Endpoint("private_get_ratelimit_order", "GET", "/api/v3/rateLimit/order", 40)
PLACE = Endpoint("private_post_order", "POST", _ORDER, 1, Operation.PLACE, orders=1)
CANCEL = Endpoint("private_delete_order", "DELETE", _ORDER, 1, Operation.CANCEL)
FIND = Endpoint("private_get_order", "GET", _ORDER, 4)
OPEN_ORDERS = Endpoint("private_get_openorders", "GET", "/api/v3/openOrders", 6)  # of one symbol
OWN_TRADES = Endpoint("private_get_mytrades", "GET", "/api/v3/myTrades", 20)

ENDPOINTS = (
    TIME,
    EXCHANGE_INFO,
    BOOK_TICKER,
    KLINES,
    DEPTH,
    TRADES,
    LAST_TRADE,
    ACCOUNT,
    KEY_RIGHTS,
    ORDER_USAGE,
    PLACE,
    CANCEL,
    FIND,
    OPEN_ORDERS,
    OWN_TRADES,
)
