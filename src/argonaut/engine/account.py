"""The account as the risk gate sees it: prices, equity, exposure at the worst side, counters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import chain
from typing import Final

from argonaut.domain.event import Adjusted
from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId, VenueId
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ONE, ZERO, to_float, to_measure
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.timeframe import DAY_NS
from argonaut.engine.route import Key, Route
from argonaut.engine.scanner import Scanner
from argonaut.ledger.book import Book
from argonaut.ledger.exact import add, multiply, subtract
from argonaut.ports import Capability
from argonaut.risk.allocation import Allocator, Plan
from argonaut.risk.trackers import EquityTracker, RateTracker
from argonaut.risk.view import NO_EXPOSURE, Exposure

_INFINITY: Final = Decimal("Infinity")
# No price: every cap refuses
_INFINITE: Final = Exposure(_INFINITY, _INFINITY, _INFINITY, _INFINITY)
_BUY: Final = Side.BUY
_ENTRY: Final = OrderRole.ENTRY
_EXIT: Final = OrderRole.EXIT


class Account:
    """Implements `risk.view.AccountView` over the book, the routes and the live orders."""

    def __init__(
        self,
        book: Book,
        routes: dict[InstrumentId, Route],
        capability: Capability,
        *,
        quote: str,
        order_types: frozenset[OrderType],
        drawdown_window_ns: int,
        plan: Plan | None = None,
    ) -> None:
        self.mode = TradingMode.ACTIVE
        self.now_ns = 0
        self.book = book
        self.routes = routes
        self.live: dict[ClientOrderId, Order] = {}  # orders that may still fill; the desk's
        self.behind: dict[Key, list[Order]] = {}  # entries that go after a waiting exit; its exits'
        self.capability = capability
        self.quote = quote
        self.equity_tracker = EquityTracker(drawdown_window_ns)
        self.allocator = None if plan is None else Allocator(plan)
        self.scanner: Scanner | None = None  # the engine's, where there is one
        self.order_rate = RateTracker(60 * 1_000_000_000)
        self._order_types = order_types
        self._peak = 0.0
        self._peak_exact = ZERO
        self._net_transfers = ZERO
        self._net_transfers_f = 0.0
        self._price_of = self._float_price  # bound once: it is asked at every mark
        self._is_all_cash = False  # at the last mark, and nothing was traded or moved since
        self._steady_until_ns = 0  # so long an equity that stays leaves every counter as it is
        self._active: dict[
            InstrumentId, None
        ] = {}  # held or with a live entry, in first-seen order
        self._promises: dict[ClientOrderId, Decimal] = {}  # quote units a live buy may cost
        self._spoken_for: dict[str, Decimal] = {}  # their sum, by asset

    # what a check may ask

    def market_price(self, instrument_id: InstrumentId) -> Decimal | None:
        """Last price, quote per base, on the tick grid."""
        return self.routes[instrument_id].money()

    def price_age_ns(self, instrument_id: InstrumentId) -> int | None:
        """Age of the last price."""
        route = self.routes[instrument_id]
        return None if route.price is None else self.now_ns - route.seen_ns

    def equity(self) -> Decimal | None:
        """Account equity in the account's quote asset; None when something held has no price."""
        return self.book.equity_exact(self.market_price)

    def equity_peak(self) -> Decimal:
        """Highest equity in the drawdown window, transfers taken out."""
        peak = self.equity_tracker.peak
        if peak != self._peak:  # it stays for long
            self._peak, self._peak_exact = peak, to_measure(peak)
        return self._peak_exact

    def loss_today(self) -> Decimal:
        """Equity lost since 00:00 UTC, net of transfers."""
        return to_measure(self.equity_tracker.loss_today)

    def positions_open(self) -> int:
        """Instruments with a position or a working entry."""
        return len(self._active)

    def has_position(self, instrument_id: InstrumentId) -> bool:
        """Whether the instrument counts in `positions_open`."""
        return instrument_id in self._active

    def symbol_exposure(self, instrument_id: InstrumentId) -> Exposure:
        """Worst case of one instrument: its position plus every live order on the worse side.

        An exit counts on its side too: by itself it makes nothing larger, but what it closes is no
        longer there to be closed by an entry the other way.
        """
        route = self.routes[instrument_id]
        held = route.position.quantity
        long = held + route.leaving_buy + route.pending_buy
        return self._valued(route, long, held - route.leaving_sell - route.pending_sell)

    def strategy_exposure(self, strategy_id: StrategyId) -> Exposure:
        """Worst case of one strategy: each holding plus its entries on the worse side.

        An entry that waits behind an exit counts as one that has gone: it goes when the exit does,
        and then what the exit closes is no longer there to be closed by it.
        """
        longs, shorts = {}, {}
        for holding in self.book.holdings():
            if holding.strategy_id == strategy_id and holding.quantity:
                held, left = holding.quantity, holding.quantity + holding.exiting
                if (left > 0) is not (held > 0):  # an exit closes, and opens nothing
                    left = ZERO
                longs[holding.instrument_id] = max(held, left)
                shorts[holding.instrument_id] = min(held, left)
        for order in (*self.live.values(), *chain.from_iterable(self.behind.values())):
            if order.strategy_id == strategy_id and order.role is _ENTRY:
                name = order.instrument_id
                longs.setdefault(name, ZERO)
                shorts.setdefault(name, ZERO)
                if order.side is _BUY:
                    longs[name] += order.leaves
                else:
                    shorts[name] -= order.leaves
        return _total(
            self._valued(self.routes[name], long, shorts[name]) for name, long in longs.items()
        )

    def budget(self, strategy_id: StrategyId) -> Decimal | None:
        """What the allocator gives the strategy; without one, all there is."""
        equity = self.equity()
        return equity if self.allocator is None else self.allocator.budget(strategy_id, equity)

    def universe_blocker(self, instrument_id: InstrumentId) -> str:
        """What the scanner says; without one, everything may be entered."""
        return "" if self.scanner is None else self.scanner.blocker(instrument_id)

    def venue_exposure(self, venue_id: VenueId) -> Exposure:
        """Worst case of one venue."""
        return self._worst_case(
            [each for each in self._active if self.routes[each].instrument.venue_id == venue_id]
        )

    def account_exposure(self) -> Exposure:
        """Worst case of everything."""
        return self._worst_case(self._active)

    def orders_in_last_minute(self) -> int:
        """Entry orders sent in the 60 s before now."""
        return self.order_rate.count(self.now_ns)

    def held(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Decimal:
        """Base units the strategy holds, signed."""
        return self.book.holding(strategy_id, instrument_id).quantity

    def free_quote(self, instrument_id: InstrumentId) -> Decimal:
        """Quote units not yet spent or promised to live buys."""
        asset = self.routes[instrument_id].instrument.quote
        return self.book.balance(asset) - self._spoken_for.get(asset, ZERO)

    def reduces(self, instrument_id: InstrumentId, side: Side, quantity: Decimal) -> bool:
        """Whether an order of that size only reduces what the account as a whole holds.

        A strategy's holding may be larger than that, when another one holds the opposite.
        """
        return -side.sign * self.routes[instrument_id].position.quantity >= quantity

    def allows_short(self, instrument_id: InstrumentId) -> bool:
        """Whether the venue lets the account owe base units."""
        del instrument_id
        return self.capability.allows_short

    def order_types(self) -> frozenset[OrderType]:
        """Order types the operator allows."""
        return self._order_types

    def to_account_quote(self, asset: str) -> Decimal | None:
        """Units of the account's quote asset for one unit of `asset`; None when unknown."""
        return self.book.price_in_quote(asset, self.market_price)

    # what the engine tells it

    def order_changed(self, before: Order | None, after: Order) -> None:
        """Move reservations from what an order could do before to what it can do now."""
        left = _leaves(after)
        change = left if before is None else left - _leaves(before)
        role, is_buy = after.role, after.side is _BUY
        if role is _ENTRY and is_buy:
            self._promise(after, left)
        if not change or role.is_protective:
            return
        name = after.instrument_id
        holding, route = self.book.holding(after.strategy_id, name), self.routes[name]
        if role is _EXIT:
            if is_buy:
                holding.exiting += change
                route.leaving_buy += change
            else:
                holding.exiting -= change
                route.leaving_sell += change
            return
        if is_buy:
            holding.entering += change
            route.pending_buy += change
        else:
            holding.entering -= change
            route.pending_sell += change
        self.settle(route)

    def _promise(self, order: Order, left: Decimal) -> None:
        """Promise to a live buy what it may still cost, at its own price or as decided.

        Exactly, so that nothing of the sum is left in the end.
        """
        was = self._promises.pop(order.client_order_id, ZERO)
        now = ZERO
        instrument = self.routes[order.instrument_id].instrument
        if left:
            price = order.price or order.trigger_price or order.decision_price or ZERO
            now = multiply(left, price)
            if instrument.contract_size is not ONE:
                now = multiply(now, instrument.contract_size)
            self._promises[order.client_order_id] = now
        if now != was:
            promised = self._spoken_for.get(instrument.quote, ZERO)
            self._spoken_for[instrument.quote] = add(promised, subtract(now, was))

    def settle(self, route: Route) -> None:
        """Note whether the instrument is held or being entered."""
        self._is_all_cash = False
        if route.position.quantity or route.pending_buy or route.pending_sell:
            self._active[route.instrument.instrument_id] = None
        else:
            self._active.pop(route.instrument.instrument_id, None)

    def deposit(self, asset: str, amount: Decimal, event_ns: int) -> None:
        """Book a transfer, and mark at once: the next decision compares with what is there now."""
        self._is_all_cash = False
        self.book.deposit(asset, amount, event_ns)
        self.mark(event_ns)
        self._steady_until_ns = 0  # the next sample shows it

    def adjust(self, adjusted: Adjusted) -> None:
        """Book what the venue has and no fill explains: no gain or loss, as a transfer is none."""
        self._is_all_cash = False
        event_ns = adjusted.event_ns
        self.book.adjust(adjusted.asset, adjusted.amount, event_ns, adjusted.rate)
        self.mark(event_ns)
        self._steady_until_ns = 0

    def sample(self, now_ns: int) -> float | None:
        """Mark the book as `mark` does, unless nothing can have changed since the last one.

        Returns None when all there is is cash, it is the same day and no peak leaves the drawdown
        window; or when something held has no price.
        """
        if self._is_all_cash and now_ns < self._steady_until_ns:
            return None
        return self.mark(now_ns)

    def mark(self, now_ns: int) -> float | None:
        """Mark the book to market and feed the drawdown and daily-loss counters.

        Returns None when something held has no price.
        """
        book = self.book
        equity = book.equity(self._price_of)
        if equity is not None:
            tracker = self.equity_tracker
            net = book.net_transfers_quote
            if net is not self._net_transfers:  # as a rule it is the same object for days
                self._net_transfers, self._net_transfers_f = net, to_float(net)
            tracker.sample(now_ns, equity, self._net_transfers_f)
            midnight_ns = now_ns - now_ns % DAY_NS + DAY_NS
            self._steady_until_ns = min(midnight_ns, tracker.steady_until_ns)
            self._is_all_cash = not self._active and book.has_only(self.quote)
        return equity

    def _float_price(self, instrument_id: InstrumentId) -> float | None:
        return self.routes[instrument_id].price

    def _worst_case(self, names: Collection[InstrumentId]) -> Exposure:
        """Add up what several instruments could come to, each at its worse side."""
        if not names:
            return NO_EXPOSURE
        return _total([self.symbol_exposure(each) for each in names])

    def _valued(self, route: Route, long: Decimal, short: Decimal) -> Exposure:
        """Value the two ends of what could be held, in the account's quote asset."""
        if not (long or short):
            return NO_EXPOSURE
        unit = route.money()
        instrument = route.instrument
        if unit is None:
            return _INFINITE
        if instrument.contract_size is not ONE:
            unit *= instrument.contract_size
        if instrument.quote != self.quote:
            rate = self.to_account_quote(instrument.quote)
            if rate is None:
                return _INFINITE
            unit *= rate
        net_long, net_short = long * unit, short * unit
        worse = net_long if abs(net_long) >= abs(net_short) else net_short
        return Exposure(abs(worse), worse, net_long, net_short)


def _leaves(order: Order) -> Decimal:
    """`Order.leaves`, compiled: it is asked three times an order."""
    return ZERO if order.status.is_final else order.quantity - order.filled


def _total(parts: Iterable[Exposure]) -> Exposure:
    gross = net_long = net_short = ZERO
    for part in parts:
        gross += part.gross
        net_long += part.net if part.net_long is None else part.net_long
        net_short += part.net if part.net_short is None else part.net_short
    net = net_long if abs(net_long) >= abs(net_short) else net_short
    return Exposure(gross, net, net_long, net_short)
