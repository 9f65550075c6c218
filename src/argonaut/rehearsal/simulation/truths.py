"""What the exchange knows of its account, in the words of the oracle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from msgspec.structs import replace

from argonaut.rehearsal.binance.exchange import Truth as Told
from argonaut.rehearsal.binance.records import WireOrder, WireTrade
from argonaut.rehearsal.simulation.evidence import Transfer, TrueFill, TrueOrder, Truth, Usage

_BY_HAND = "web_"  # what the ids of orders begin with that a person makes
Prices = Mapping[str, Iterable[tuple[int, Decimal]]]


def truth_of(told: Told, names: Mapping[str, str], *, epoch_ns: int, prices: Prices) -> Truth:
    """Return the truth with its times counted from `epoch_ns`.

    `names` are BTC/USDT by BTCUSDT; `prices` are by the latter, with the times they were seen.
    """
    orders = {(each.symbol, each.order_id): each for each in told.orders}
    return Truth(
        orders=orders_of(told.orders, names, epoch_ns=epoch_ns),
        fills=tuple(
            _fill(each, orders[each.symbol, each.order_id], names, epoch_ns) for each in told.trades
        ),
        balances=dict(sorted(told.balances.items())),
        transfers=tuple(
            Transfer(asset=asset, amount=amount, at_ns=at_ns - epoch_ns, why="transfer")
            for at_ns, asset, amount in told.transfers
        ),
        usage=tuple(
            Usage(window=window, used=used, limit=limit) for window, used, limit in told.peaks
        ),
        refused_for_rate=told.refusals,
        prices={
            names[name]: tuple((at_ns - epoch_ns, price) for at_ns, price in seen)
            for name, seen in prices.items()
        },
    )


def orders_of(
    orders: Iterable[WireOrder], names: Mapping[str, str], *, epoch_ns: int
) -> tuple[TrueOrder, ...]:
    """Return orders with their times counted from `epoch_ns`; `names` are BTC/USDT by BTCUSDT."""
    return tuple(_order(each, names, epoch_ns) for each in orders)


def _order(order: WireOrder, names: Mapping[str, str], epoch_ns: int) -> TrueOrder:
    return TrueOrder(
        symbol=names[order.symbol],
        client_order_id=order.client_id,
        venue_order_id=str(order.order_id),
        side="buy" if order.is_buy else "sell",
        kind=order.kind.value,
        status=order.status.value,
        quantity=order.quantity,
        filled=order.executed,
        price=order.price or None,
        trigger_price=order.stop_price or None,
        created_ns=order.created_ns - epoch_ns,
        ended_ns=None if order.status.is_open else order.updated_ns - epoch_ns,
        is_ours=not order.client_id.startswith(_BY_HAND),
    )


def _fill(trade: WireTrade, order: WireOrder, names: Mapping[str, str], epoch_ns: int) -> TrueFill:
    return TrueFill(
        trade_id=str(trade.trade_id),
        symbol=names[trade.symbol],
        client_order_id=order.client_id,
        venue_order_id=str(trade.order_id),
        side="buy" if trade.is_buyer else "sell",
        quantity=trade.quantity,
        price=trade.price,
        fee=trade.commission,
        fee_asset=trade.commission_asset,
        event_ns=trade.event_ns - epoch_ns,
        is_ours=not order.client_id.startswith(_BY_HAND),
    )


def disowned(truth: Truth, names: Collection[str]) -> Truth:
    """Return the truth with orders of these client ids, and their fills, as somebody else's."""
    return replace(
        truth,
        orders=tuple(
            replace(each, is_ours=each.is_ours and each.client_order_id not in names)
            for each in truth.orders
        ),
        fills=tuple(
            replace(each, is_ours=each.is_ours and each.client_order_id not in names)
            for each in truth.fills
        ),
    )
