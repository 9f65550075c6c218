"""The messages of Binance spot as types, field for field; what nobody reads is left out.

Sources: the venue's `rest-api.md`, `web-socket-streams.md`, `web-socket-api.md` and
`user-data-stream.md` (2026). Optional fields are UNSET where the message does not have them.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from argonaut.venues.binance.strict import Amount, Decoder, Millis, Number, Signed, Word

Text = str | UnsetType


class Frame(msgspec.Struct, frozen=True):
    """A frame of a combined stream."""

    stream: str
    data: msgspec.Raw


class TradeMessage(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "event": "e",
        "event_ms": "E",
        "symbol": "s",
        "trade_id": "t",
        "price": "p",
        "quantity": "q",
        "trade_ms": "T",
        "buyer_is_maker": "m",
        "ignored": "M",
    },
):
    """`<symbol>@trade`."""

    event: Literal["trade"]
    symbol: Word
    trade_id: Number
    price: Amount
    quantity: Amount
    trade_ms: Millis
    buyer_is_maker: bool
    event_ms: int | UnsetType = UNSET
    ignored: bool | UnsetType = UNSET


class TickerMessage(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "update_id": "u",
        "symbol": "s",
        "bid": "b",
        "bid_quantity": "B",
        "ask": "a",
        "ask_quantity": "A",
    },
):
    """`<symbol>@bookTicker`: neither an event type nor a time."""

    update_id: Number
    symbol: Word
    bid: Amount
    bid_quantity: Amount
    ask: Amount
    ask_quantity: Amount


class Candle(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "open_ms": "t",
        "symbol": "s",
        "interval": "i",
        "open": "o",
        "close": "c",
        "high": "h",
        "low": "l",
        "volume": "v",
        "is_closed": "x",
    },
):
    """The candle inside a kline message."""

    open_ms: Millis
    symbol: Word
    interval: Word
    open: Amount
    close: Amount
    high: Amount
    low: Amount
    volume: Amount
    is_closed: bool


class KlineMessage(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={"event": "e", "event_ms": "E", "symbol": "s", "candle": "k"},
):
    """`<symbol>@kline_<interval>`."""

    event: Literal["kline"]
    symbol: Word
    candle: Candle
    event_ms: int | UnsetType = UNSET


class DepthMessage(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "event": "e",
        "event_ms": "E",
        "symbol": "s",
        "first_id": "U",
        "last_id": "u",
        "bids": "b",
        "asks": "a",
    },
):
    """`<symbol>@depth`: changed levels, each price and quantity; quantity 0 takes a level out."""

    event: Literal["depthUpdate"]
    event_ms: Millis
    symbol: Word
    first_id: Number
    last_id: Number
    bids: list[tuple[Amount, Amount]]
    asks: list[tuple[Amount, Amount]]


class TradeFrame(msgspec.Struct, frozen=True, gc=False):
    """A trade as a combined stream sends it."""

    stream: str
    data: TradeMessage


class TickerFrame(msgspec.Struct, frozen=True, gc=False):
    """A best bid and offer as a combined stream sends it."""

    stream: str
    data: TickerMessage


class KlineFrame(msgspec.Struct, frozen=True, gc=False):
    """A candle as a combined stream sends it."""

    stream: str
    data: KlineMessage


class DepthFrame(msgspec.Struct, frozen=True, gc=False):
    """Changed levels as a combined stream sends them."""

    stream: str
    data: DepthMessage


class DepthSnapshot(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/depth`."""

    last_update_id: Number
    bids: list[tuple[Amount, Amount]]
    asks: list[tuple[Amount, Amount]]


class EventKind(msgspec.Struct, frozen=True, rename={"event": "e"}):
    """What any event of a stream says it is."""

    event: str = ""


class AccountFrame(msgspec.Struct, frozen=True, rename={"subscription_id": "subscriptionId"}):
    """A frame of the WebSocket API: an event of a subscription, or the answer to a request."""

    event: msgspec.Raw | UnsetType = UNSET
    subscription_id: int | UnsetType | None = UNSET
    id: str | int | UnsetType | None = UNSET
    status: int | UnsetType = UNSET
    result: msgspec.Raw | UnsetType = UNSET
    error: msgspec.Raw | UnsetType = UNSET


class ExecutionReport(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "event": "e",
        "event_ms": "E",
        "symbol": "s",
        "client_id": "c",
        "side": "S",
        "kind": "o",
        "quantity": "q",
        "original_client_id": "C",
        "execution": "x",
        "status": "X",
        "reason": "r",
        "order_id": "i",
        "time_in_force": "f",
        "price": "p",
        "stop_price": "P",
        "iceberg_quantity": "F",
        "list_id": "g",
        "ignored": "M",
        "created_ms": "O",
        "filled_quote": "Z",
        "last_quote": "Y",
        "quote_quantity": "Q",
        "prevention": "V",
        "last_quantity": "l",
        "filled": "z",
        "last_price": "L",
        "fee": "n",
        "fee_asset": "N",
        "transaction_ms": "T",
        "trade_id": "t",
        "is_maker": "m",
        "is_on_book": "w",
        "execution_id": "I",
        "working_ms": "W",
        "expiry_reason": "eR",
    },
):
    """One step of one order. On a cancel `client_id` is the request's, the order's is in `C`.

    What nobody reads is here too, so that a report of every day needs no second look for keys
    that come twice.
    """

    event: Literal["executionReport"]
    event_ms: Millis
    symbol: Word
    client_id: Word
    side: Literal["BUY", "SELL"]
    kind: Word
    quantity: Amount
    execution: Word
    status: Word
    order_id: Number
    last_quantity: Amount
    filled: Amount
    last_price: Amount
    transaction_ms: Millis
    trade_id: Number
    original_client_id: Word | UnsetType | None = UNSET
    reason: Word | UnsetType = UNSET
    fee: Signed | UnsetType | None = UNSET
    fee_asset: Word | UnsetType | None = UNSET
    is_maker: bool | UnsetType = UNSET
    is_on_book: bool | UnsetType = UNSET
    execution_id: Number | UnsetType = UNSET
    working_ms: Number | UnsetType = UNSET
    expiry_reason: Word | UnsetType = UNSET
    time_in_force: object = UNSET
    price: object = UNSET
    stop_price: object = UNSET
    iceberg_quantity: object = UNSET
    list_id: object = UNSET
    ignored: object = UNSET
    created_ms: object = UNSET
    filled_quote: object = UNSET
    last_quote: object = UNSET
    quote_quantity: object = UNSET
    prevention: object = UNSET


class ReportFrame(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """An execution report as the WebSocket API sends it."""

    subscription_id: int
    event: ExecutionReport


class PlacedFill(msgspec.Struct, frozen=True, rename="camel"):
    """One execution in the FULL answer to an order."""

    price: Amount
    qty: Amount
    commission: Signed
    commission_asset: Word
    trade_id: Number


class OrderMessage(msgspec.Struct, frozen=True, rename="camel"):
    """An order as REST shows it: placed, cancelled, asked for or listed."""

    symbol: Word
    order_id: Number
    client_order_id: Word
    price: Amount
    orig_qty: Amount
    executed_qty: Amount
    status: Word
    type: Word
    side: Literal["BUY", "SELL"]
    orig_client_order_id: Word | UnsetType = UNSET  # of the order, on a cancel
    stop_price: Amount | UnsetType = UNSET
    update_time: Number | UnsetType = UNSET
    transact_time: Number | UnsetType = UNSET
    working_time: Number | UnsetType = UNSET
    expiry_reason: Word | UnsetType = UNSET
    fills: list[PlacedFill] | UnsetType = UNSET


class OwnTrade(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/myTrades`."""

    symbol: Word
    id: Number
    order_id: Number
    price: Amount
    qty: Amount
    commission: Signed
    commission_asset: Word
    time: Millis
    is_buyer: bool
    is_maker: bool


class PublicTrade(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/historicalTrades`."""

    id: Number
    price: Amount
    qty: Amount
    time: Millis
    is_buyer_maker: bool


class AggregateTrade(msgspec.Struct, frozen=True, rename={"last_id": "l"}):
    """`GET /api/v3/aggTrades`: prints that one order made, `last_id` the last of them."""

    last_id: Number


class BookTicker(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/ticker/bookTicker`."""

    symbol: Word
    bid_price: Amount
    bid_qty: Amount
    ask_price: Amount
    ask_qty: Amount


class Balance(msgspec.Struct, frozen=True):
    """What the account has of one asset."""

    asset: Word
    free: Amount
    locked: Amount


class AccountMessage(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/account`."""

    can_trade: bool
    balances: list[Balance]
    account_type: Word = ""
    permissions: list[str] = []


class KeyRights(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /sapi/v1/account/apiRestrictions`: what the key may do."""

    enable_withdrawals: bool
    enable_reading: bool
    enable_spot_and_margin_trading: bool
    ip_restrict: bool = False


class ServerTime(msgspec.Struct, frozen=True, rename="camel"):
    """`GET /api/v3/time`."""

    server_time: Millis


class Refusal(msgspec.Struct, frozen=True):
    """An error in the venue's own words."""

    code: int
    msg: str = ""


# open time, open, high, low, close, volume, close time, quote volume, trades, taker's two, unused
KlineRow = tuple[
    Millis, Amount, Amount, Amount, Amount, Amount, Millis, Amount, Number, Amount, Amount, object
]

decode_frame = Decoder(Frame)
decode_trade = Decoder(TradeFrame)
decode_ticker = Decoder(TickerFrame)
decode_kline = Decoder(KlineFrame)
decode_depth = Decoder(DepthFrame)
decode_event = Decoder(EventKind)
decode_account_frame = Decoder(AccountFrame)
decode_report_frame = Decoder(ReportFrame)
decode_execution = Decoder(ExecutionReport)
decode_order = Decoder(OrderMessage)
decode_orders = Decoder(list[OrderMessage])
decode_own_trades = Decoder(list[OwnTrade])
decode_public_trades = Decoder(list[PublicTrade])
decode_aggregates = Decoder(list[AggregateTrade])
decode_book_ticker = Decoder(BookTicker)
decode_snapshot = Decoder(DepthSnapshot)
decode_klines = Decoder(list[KlineRow])
decode_account = Decoder(AccountMessage)
decode_rights = Decoder(KeyRights)
decode_time = Decoder(ServerTime)
decode_refusal = Decoder(Refusal)
