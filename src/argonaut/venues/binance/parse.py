"""From messages of the venue to our own types; pure, and the only place that knows its words.

Every function raises `WireError` for what no order, fill or price can be. Times become UTC ns.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, VenueOrderId
from argonaut.domain.market import Bar
from argonaut.domain.number import ZERO
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Expired,
    Filled,
    Order,
    OrderStatus,
    Rejected,
    Report,
    Side,
    Triggered,
)
from argonaut.domain.venue_view import VenueBalances, VenueFill, VenueOrder
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.wire import (
    AccountMessage,
    BookTicker,
    Candle,
    ExecutionReport,
    KlineRow,
    OrderMessage,
    OwnTrade,
    PlacedFill,
)

MS_NS = 1_000_000
PRICE_MAX = 1e12  # quote units; above it a number is a fault of the wire, not of the market
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
_STATUSES = {
    "NEW": OrderStatus.ACCEPTED,
    "PENDING_NEW": OrderStatus.ACCEPTED,  # a leg of a list that waits for its parent
    "PARTIALLY_FILLED": OrderStatus.PARTIALLY_FILLED,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELED,
    "PENDING_CANCEL": OrderStatus.PENDING_CANCEL,
    "REJECTED": OrderStatus.REJECTED,
    "EXPIRED": OrderStatus.EXPIRED,
    "EXPIRED_IN_MATCH": OrderStatus.EXPIRED,  # self-trade prevention
}


class Told(NamedTuple):
    """The reports a message holds, and what in it reports do not tell ("" when nothing is)."""

    reports: tuple[Report, ...]
    hint: str = ""


def execution_of(message: ExecutionReport) -> Told:
    """Return what one execution report tells.

    Each tells which order of the venue's it is of, because the frame that told it first may have
    been lost, and executions are listed by that id alone.
    """
    client_id = _client_id(message)
    event_ns = message.transaction_ms * MS_NS
    execution = message.execution
    venue_id = VenueOrderId(str(message.order_id))
    accepted = Accepted(client_order_id=client_id, event_ns=event_ns, venue_order_id=venue_id)
    if execution == "TRADE":
        told = _traded(message, client_id, event_ns)
        return Told((accepted, *told.reports), told.hint) if told.reports else told
    if execution == "NEW" and message.status == "NEW":
        if not _has_triggered(message):
            return Told((accepted,))
        return Told((accepted, Triggered(client_order_id=client_id, event_ns=event_ns)))
    if execution == "CANCELED":
        return Told((accepted, Canceled(client_order_id=client_id, event_ns=event_ns)))
    if execution == "REJECTED":
        reason = _text(message.reason) or "no reason given"
        refused = Rejected(
            client_order_id=client_id, event_ns=event_ns, code="REJECTED", reason=reason
        )
        return Told((refused,))
    if execution == "EXPIRED" or message.status in {"EXPIRED", "EXPIRED_IN_MATCH"}:
        reason = _text(message.expiry_reason) or message.status
        expired = Expired(client_order_id=client_id, event_ns=event_ns, reason=reason)
        return Told((accepted, expired))
    return Told((), f"order {client_id}: {execution} leaves it {message.status}")


def _client_id(message: ExecutionReport) -> ClientOrderId:
    """Return the order's own id; on a cancel `c` is the id of the request."""
    if message.execution in {"CANCELED", "REPLACED"}:
        original = _text(message.original_client_id)
        if original not in {"", "null"}:
            return ClientOrderId(original)
    return ClientOrderId(message.client_id)


def _has_triggered(message: ExecutionReport) -> bool:
    """Whether a stop is in the book now; one that waits has no working time."""
    waits = message.kind.startswith(("STOP_LOSS", "TAKE_PROFIT"))
    working = message.working_ms
    return waits and message.is_on_book is True and working is not UNSET and working > 0


def _traded(message: ExecutionReport, client_id: ClientOrderId, event_ns: int) -> Told:
    reports: list[Report] = []
    quantity = Decimal(message.last_quantity)
    if message.trade_id >= 0 and quantity:
        fee, fee_asset = _fee(_text(message.fee) or "0", _text(message.fee_asset))
        reports.append(
            Filled(
                client_order_id=client_id,
                event_ns=event_ns,
                fill_id=FillId(str(message.trade_id)),
                quantity=quantity,
                price=_positive(message.last_price, "price"),
                fee=fee,
                fee_asset=fee_asset,
                is_maker=message.is_maker is True,
            )
        )
    if message.status in {"EXPIRED", "EXPIRED_IN_MATCH"}:
        reason = _text(message.expiry_reason) or message.status
        reports.append(Expired(client_order_id=client_id, event_ns=event_ns, reason=reason))
    return Told(tuple(reports), "" if reports else f"order {client_id}: an execution of nothing")


def placed_of(message: OrderMessage, order: Order, symbol: str) -> Told:
    """Return what the answer to `order` tells.

    Raises:
        WireError: It is the answer to something else, or makes no sense.
    """
    ours = (message.client_order_id, message.symbol, message.side)
    wanted = (order.client_order_id, symbol, order.side.name)
    if ours != wanted:
        raise WireError(f"want the answer to {wanted}, not to {ours}")
    event_ns = _time_ns(message.transact_time)
    client_id = order.client_order_id
    if message.status == "REJECTED":
        reason = _text(message.expiry_reason) or message.status
        return Told(
            (
                Rejected(
                    client_order_id=client_id, event_ns=event_ns, code="REJECTED", reason=reason
                ),
            )
        )
    venue_id = VenueOrderId(str(message.order_id))
    reports: list[Report] = [
        Accepted(client_order_id=client_id, event_ns=event_ns, venue_order_id=venue_id)
    ]
    fills = () if isinstance(message.fills, UnsetType) else message.fills
    reports.extend(_placed_fill(fill, client_id, event_ns) for fill in fills)
    told = sum((Decimal(fill.qty) for fill in fills), ZERO)
    executed = Decimal(message.executed_qty)
    if executed > told:
        pass  # no end before its executions: a round tells both
    elif message.status in {"EXPIRED", "EXPIRED_IN_MATCH"}:
        reason = _text(message.expiry_reason) or message.status
        reports.append(Expired(client_order_id=client_id, event_ns=event_ns, reason=reason))
    elif message.status == "CANCELED":
        reports.append(Canceled(client_order_id=client_id, event_ns=event_ns))
    hint = "" if told == executed else f"order {client_id}: {executed} executed, {told} told"
    return Told(tuple(reports), hint)


def _placed_fill(fill: PlacedFill, client_id: ClientOrderId, event_ns: int) -> Filled:
    fee, fee_asset = _fee(fill.commission, fill.commission_asset)
    return Filled(
        client_order_id=client_id,
        event_ns=event_ns,
        fill_id=FillId(str(fill.trade_id)),
        quantity=_positive(fill.qty, "quantity"),
        price=_positive(fill.price, "price"),
        fee=fee,
        fee_asset=fee_asset,
    )


def canceled_of(message: OrderMessage, order: Order, symbol: str) -> Told:
    """Return what the answer to the cancel of `order` tells.

    Raises:
        WireError: It is the answer to something else.
    """
    original = _text(message.orig_client_order_id)
    if (original, message.symbol) != (order.client_order_id, symbol):
        raise WireError(
            f"want the cancel of {order.client_order_id} at {symbol}, "
            f"not of {original!r} at {message.symbol}"
        )
    executed = Decimal(message.executed_qty)
    hint = ""
    if executed != order.filled:
        hint = f"order {original}: canceled with {executed} executed, {order.filled} told"
    if message.status != "CANCELED":
        return Told((), hint or f"order {original}: {message.status} after a cancel")
    if executed > order.filled:
        return Told((), hint)  # over with executions nobody has told: a round tells both
    event_ns = _time_ns(message.transact_time)
    return Told((Canceled(client_order_id=order.client_order_id, event_ns=event_ns),), hint)


def venue_order_of(message: OrderMessage, instrument_id: InstrumentId) -> VenueOrder:
    """Return an order as it was asked for or listed.

    Raises:
        WireError: A status the venue does not document, or more filled than ordered.
    """
    status = _STATUSES.get(message.status)
    if status is None:
        raise WireError(f"want a documented status of an order, not {message.status!r}")
    quantity, filled = Decimal(message.orig_qty), Decimal(message.executed_qty)
    if filled > quantity and quantity:  # one sized in quote units shows no quantity of its own
        raise WireError(f"order {message.order_id}: {filled} of {quantity} executed")
    trigger = message.stop_price
    return VenueOrder(
        instrument_id=instrument_id,
        client_order_id=ClientOrderId(message.client_order_id),
        venue_order_id=VenueOrderId(str(message.order_id)),
        side=_SIDES[message.side],
        status=status,
        quantity=quantity,
        filled=filled,
        price=Decimal(message.price) or None,
        trigger_price=None if isinstance(trigger, UnsetType) else Decimal(trigger) or None,
        updated_ns=_time_ns(message.update_time),
        reason=_text(message.expiry_reason),
    )


def fill_of(message: OwnTrade, instrument_id: InstrumentId) -> VenueFill:
    """Return one execution of the account's history."""
    fee, fee_asset = _fee(message.commission, message.commission_asset)
    return VenueFill(
        instrument_id=instrument_id,
        fill_id=FillId(str(message.id)),
        venue_order_id=VenueOrderId(str(message.order_id)),
        side=Side.BUY if message.is_buyer else Side.SELL,
        quantity=_positive(message.qty, "quantity"),
        price=_positive(message.price, "price"),
        fee=fee,
        fee_asset=fee_asset,
        is_maker=message.is_maker,
        event_ns=message.time * MS_NS,
    )


def balances_of(message: AccountMessage, as_of_ns: int) -> VenueBalances:
    """Return what the account has, without assets it has nothing of.

    Raises:
        WireError: An asset is listed twice.
    """
    total: dict[str, Decimal] = {}
    locked: dict[str, Decimal] = {}
    for balance in message.balances:
        if balance.asset in total:
            raise WireError(f"want every asset once, not {balance.asset} twice")
        locked[balance.asset] = Decimal(balance.locked)
        total[balance.asset] = Decimal(balance.free) + locked[balance.asset]
    return VenueBalances(
        total={asset: amount for asset, amount in total.items() if amount},
        as_of_ns=as_of_ns,
        locked={asset: amount for asset, amount in locked.items() if amount},
    )


def bar_of(row: KlineRow, instrument_id: InstrumentId, timeframe_ns: int) -> Bar:
    """Return a candle of `GET /api/v3/klines`.

    Raises:
        WireError: Its prices contradict each other.
    """
    open_ms, *prices, volume = row[:6]
    bar = Bar(instrument_id, timeframe_ns, open_ms * MS_NS)
    _fill_bar(bar, prices, volume)
    return bar


def fill_candle(bar: Bar, candle: Candle) -> None:
    """Write a streamed candle into `bar`.

    Raises:
        WireError: Its prices contradict each other; the bar is then of no use.
    """
    bar.open_ns = candle.open_ms * MS_NS
    bar.event_ns = bar.open_ns + bar.timeframe_ns
    _fill_bar(bar, [candle.open, candle.high, candle.low, candle.close], candle.volume)


def _fill_bar(bar: Bar, prices: Sequence[str], volume: str) -> None:
    opened, high, low, close = map(price_of, prices)
    if not low <= min(opened, close) <= max(opened, close) <= high:
        raise WireError(f"want low <= open, close <= high, not {', '.join(prices)}")
    bar.open, bar.high, bar.low, bar.close = opened, high, low, close
    bar.volume = float(volume)


def price_of(text: str) -> float:
    """Return a price of market data as a float.

    Raises:
        WireError: Zero, or more than anything costs.
    """
    price = float(text)
    if 0.0 < price < PRICE_MAX:
        return price
    raise WireError(f"want 0 < price < {PRICE_MAX:.0e}, not {text}")


def quote_numbers(
    bid: str, bid_quantity: str, ask: str, ask_quantity: str
) -> tuple[float, float, float, float]:
    """Return best prices and quantities as floats.

    Raises:
        WireError: A side is empty, or the book is crossed or locked.
    """
    bought, sold = price_of(bid), price_of(ask)
    if bought >= sold:
        raise WireError(f"want bid < ask, not {bid} and {ask}")
    return bought, float(bid_quantity), sold, float(ask_quantity)


def ticker_numbers(message: BookTicker) -> tuple[float, float, float, float]:
    """Return the numbers of `GET /api/v3/ticker/bookTicker`, as `quote_numbers` does."""
    return quote_numbers(message.bid_price, message.bid_qty, message.ask_price, message.ask_qty)


def _fee(amount: str, asset: str) -> tuple[Decimal, str]:
    fee = Decimal(amount)
    if fee and not asset:
        raise WireError(f"want the asset of a fee of {amount}")
    return fee, asset if fee else ""


def _positive(text: str, name: str) -> Decimal:
    value = Decimal(text)
    if value > ZERO:
        return value
    raise WireError(f"want {name} > 0, not {text}")


def _time_ns(millis: int | UnsetType) -> int:
    return 0 if isinstance(millis, UnsetType) else max(millis, 0) * MS_NS


def _text(value: str | UnsetType | None) -> str:
    return value if isinstance(value, str) else ""
