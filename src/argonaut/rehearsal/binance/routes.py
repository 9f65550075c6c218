"""The table of endpoints: path, handler, weight, and what it wants of who asks.

Weights: https://developers.binance.com/docs/binance-spot-api-docs/rest-api, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from argonaut.rehearsal.binance import lists, public, reading, trading, wallet
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.requests import Endpoint, Handler, Security

Weight = Callable[[Parameters], int]

_DEPTH = ((100, 5), (500, 25), (1_000, 50))


def _depth_weight(parameters: Parameters) -> int:
    limit = parameters.whole("limit") or 100
    return next((weight for most, weight in _DEPTH if limit <= most), 250)


def _one_or_all(one: int, every: int) -> Weight:
    return lambda parameters: one if parameters.has("symbol") else every


def _trades_weight(parameters: Parameters) -> int:
    return 5 if parameters.has("orderId") else 20


def _open(weight: int | Weight, handler: Handler) -> Endpoint:
    return Endpoint(handler=handler, weight=weight)


def _read(weight: int | Weight, handler: Handler) -> Endpoint:
    return Endpoint(handler=handler, weight=weight, security=Security.READ)


def _trade(handler: Handler) -> Endpoint:
    return Endpoint(handler=handler, weight=1, security=Security.TRADE)


ROUTES: Mapping[tuple[str, str], Endpoint] = {
    ("GET", "/api/v3/ping"): _open(1, public.ping),
    ("GET", "/api/v3/time"): _open(1, public.server_time),
    ("GET", "/api/v3/exchangeInfo"): _open(20, public.exchange_info),
    ("GET", "/api/v3/depth"): _open(_depth_weight, public.depth),
    ("GET", "/api/v3/trades"): _open(25, public.trades),
    ("GET", "/api/v3/historicalTrades"): _open(25, public.historical_trades),
    ("GET", "/api/v3/aggTrades"): _open(4, public.aggregate_trades),
    ("GET", "/api/v3/klines"): _open(2, public.klines),
    ("GET", "/api/v3/uiKlines"): _open(2, public.klines),
    ("GET", "/api/v3/avgPrice"): _open(2, public.average_price),
    ("GET", "/api/v3/ticker/24hr"): _open(_one_or_all(2, 80), public.day_ticker),
    ("GET", "/api/v3/ticker/bookTicker"): _open(_one_or_all(2, 4), public.book_ticker),
    ("GET", "/api/v3/ticker/price"): _open(_one_or_all(2, 4), public.price_ticker),
    ("POST", "/api/v3/order"): _trade(trading.new_order),
    ("DELETE", "/api/v3/order"): _trade(trading.cancel_order),
    ("DELETE", "/api/v3/openOrders"): _trade(trading.cancel_all),
    ("POST", "/api/v3/orderList/oco"): _trade(lists.new_oco),
    ("DELETE", "/api/v3/orderList"): _trade(lists.cancel_list),
    ("POST", "/api/v3/order/test"): _read(1, trading.try_order),
    ("GET", "/api/v3/order"): _read(4, reading.query_order),
    ("GET", "/api/v3/openOrders"): _read(_one_or_all(6, 80), reading.open_orders),
    ("GET", "/api/v3/allOrders"): _read(20, reading.all_orders),
    ("GET", "/api/v3/myTrades"): _read(_trades_weight, reading.my_trades),
    ("GET", "/api/v3/account"): _read(20, reading.account),
    ("GET", "/api/v3/account/commission"): _read(20, reading.commission),
    ("GET", "/api/v3/rateLimit/order"): _read(40, reading.order_usage),
    ("GET", "/api/v3/orderList"): _read(4, lists.query_list),
    ("GET", "/api/v3/openOrderList"): _read(6, lists.open_lists),
    ("GET", "/api/v3/allOrderList"): _read(20, lists.all_lists),
    # The wallet's own budgets are wider than any bot's use: they are not counted here.
    ("GET", "/sapi/v1/system/status"): _open(0, wallet.system_status),
    ("GET", "/sapi/v1/capital/config/getall"): _read(0, wallet.coins),
    ("GET", "/sapi/v1/asset/tradeFee"): _read(0, wallet.trade_fees),
    ("GET", "/sapi/v1/account/apiRestrictions"): _read(0, wallet.restrictions),
    ("GET", "/sapi/v1/margin/allPairs"): _open(0, wallet.nothing),
    ("GET", "/sapi/v1/margin/isolated/allPairs"): _read(0, wallet.nothing),
}
"""Every endpoint there is."""

METHODS: Mapping[str, tuple[str, str]] = {
    "ping": ("GET", "/api/v3/ping"),
    "time": ("GET", "/api/v3/time"),
    "exchangeInfo": ("GET", "/api/v3/exchangeInfo"),
    "depth": ("GET", "/api/v3/depth"),
    "trades.recent": ("GET", "/api/v3/trades"),
    "trades.aggregate": ("GET", "/api/v3/aggTrades"),
    "klines": ("GET", "/api/v3/klines"),
    "avgPrice": ("GET", "/api/v3/avgPrice"),
    "ticker.24hr": ("GET", "/api/v3/ticker/24hr"),
    "ticker.book": ("GET", "/api/v3/ticker/bookTicker"),
    "ticker.price": ("GET", "/api/v3/ticker/price"),
    "order.place": ("POST", "/api/v3/order"),
    "order.test": ("POST", "/api/v3/order/test"),
    "order.cancel": ("DELETE", "/api/v3/order"),
    "order.status": ("GET", "/api/v3/order"),
    "openOrders.status": ("GET", "/api/v3/openOrders"),
    "openOrders.cancelAll": ("DELETE", "/api/v3/openOrders"),
    "orderList.place.oco": ("POST", "/api/v3/orderList/oco"),
    "orderList.cancel": ("DELETE", "/api/v3/orderList"),
    "orderList.status": ("GET", "/api/v3/orderList"),
    "openOrderLists.status": ("GET", "/api/v3/openOrderList"),
    "allOrders": ("GET", "/api/v3/allOrders"),
    "myTrades": ("GET", "/api/v3/myTrades"),
    "account.status": ("GET", "/api/v3/account"),
    "account.commission": ("GET", "/api/v3/account/commission"),
    "account.rateLimits.orders": ("GET", "/api/v3/rateLimit/order"),
}
"""Methods of the WebSocket API and the endpoint each is the twin of."""
