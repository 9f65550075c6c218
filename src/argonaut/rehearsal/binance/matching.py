"""Orders meet the market here: the matching core behind Binance's order types and events.

The core (`venues.sim`) keeps balances, charges fees and lets resting limits fill. Around it stand
what only Binance has: the walk through the levels of a book, stop prices measured against the last
trade, client ids that are unique among open orders only, and an event for every step.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from argonaut.domain.ids import ClientOrderId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Filled, Order, OrderRole, OrderType, Report
from argonaut.domain.order import Side as CoreSide
from argonaut.domain.order import TimeInForce as CoreTimeInForce
from argonaut.rehearsal.binance import errors, events, ladder
from argonaut.rehearsal.binance.fees import Commission
from argonaut.rehearsal.binance.outbox import Outbox
from argonaut.rehearsal.binance.records import WireOrder, WireTrade
from argonaut.rehearsal.binance.symbols import Symbol, instrument_id_of
from argonaut.rehearsal.binance.table import OrderTable
from argonaut.rehearsal.binance.tape import PublicTrade, Tape
from argonaut.rehearsal.binance.words import Expiry, Kind, Status, SymbolStatus, TimeInForce
from argonaut.rehearsal.market import Level, Move
from argonaut.venues.sim import NoLatency, NoSlippage, SimVenue, VolumeParticipation

_CORE_SIDE = {True: CoreSide.BUY, False: CoreSide.SELL}


class Matching:
    """One account and all its markets. Every public method leaves a complete state behind."""

    def __init__(
        self,
        symbols: dict[str, Symbol],
        tapes: Mapping[str, Tape],
        *,
        balances: Mapping[str, Decimal],
        commission: Commission,
        outbox: Outbox,
    ) -> None:
        self.symbols = symbols
        self.tapes = tapes
        self.table = OrderTable(symbols)
        self.outbox = outbox
        self.updated_ns = 0  # last change of a balance
        self._core = SimVenue(
            [each.core_instrument() for each in symbols.values()],
            venue_id="core",
            balances=balances,
            fees=commission,
            slippage=NoSlippage(),
            latency=NoLatency(),
            participation=VolumeParticipation(print_fraction=Decimal(1)),
            touch_fills=True,
        )
        self._resting: dict[ClientOrderId, WireOrder] = {}
        self._executions = 7_000_000
        self._parts = 0
        self._touched: dict[str, None] = {}
        self.ended_lists: dict[int, None] = {}  # lists one of whose orders ended the others

    # balances

    @property
    def balances(self) -> Mapping[str, Decimal]:
        """Everything the account has, what orders lock included."""
        return self._core.balances

    def split(self, asset: str) -> tuple[Decimal, Decimal]:
        """Return what is free of an asset, and what is locked."""
        locked = self.table.locked(asset)
        return self.balances.get(asset, ZERO) - locked, locked

    def transfer(self, asset: str, delta: Decimal, now_ns: int) -> None:
        """Credit an asset, or take from what is free of it.

        Raises:
            RefusalError: Less than that is free.
        """
        if self.split(asset)[0] + delta < ZERO:
            raise errors.rejected(errors.INSUFFICIENT)
        self._core.deposit(asset, delta)
        self.outbox.user(now_ns, events.balance_update(asset, delta, now_ns))
        self._touched[asset] = None

    def tell_balances(self, now_ns: int) -> bool:
        """Tell the balances that changed since they were told last; return whether any did."""
        if not self._touched:
            return False
        self.updated_ns = now_ns
        split = {asset: self.split(asset) for asset in self._touched}
        self.outbox.user(now_ns, events.account_position(split, now_ns, now_ns))
        self._touched.clear()
        return True

    # what a person or a program asks for

    def expect_place(self, order: WireOrder) -> None:
        """Refuse an order the matching engine would not take.

        Raises:
            RefusalError: -2010, with the engine's own words.
        """
        tape = self.tapes[order.symbol]
        if self.symbols[order.symbol].status is not SymbolStatus.TRADING:
            raise errors.rejected(errors.CLOSED)
        if self.table.open_of_client(order.client_id) is not None:
            raise errors.rejected(errors.DUPLICATE)
        levels = tape.asks if order.is_buy else tape.bids
        if order.kind is Kind.LIMIT_MAKER and ladder.taken(
            levels, order.quantity, order.price, is_buy=order.is_buy
        ):
            raise errors.rejected(errors.WOULD_TAKE)
        if order.kind.is_algo and self._is_reached(order):
            raise errors.rejected(errors.WOULD_TRIGGER)
        self._expect_funds(order, levels)

    def _expect_funds(self, order: WireOrder, levels: tuple[Level, ...]) -> None:
        symbol = self.symbols[order.symbol]
        if not order.is_buy:
            asset, want = symbol.base, order.quantity
        elif order.kind is Kind.MARKET:
            parts = ladder.taken(levels, order.quantity, None, is_buy=True)
            asset, want = symbol.quote, ladder.cost(parts)
        else:
            asset, want = symbol.quote, order.lock
        if want > self.split(asset)[0]:
            raise errors.rejected(errors.INSUFFICIENT)

    def place(self, order: WireOrder, now_ns: int) -> None:
        """Take in an order that `expect_place` lets pass, and let it meet the market."""
        self.table.add(order)
        self.admit(order, now_ns)

    def admit(self, order: WireOrder, now_ns: int) -> None:
        """Let an order of the table meet the market; of a list, all are added first."""
        symbol = self.symbols[order.symbol]
        self._touched[symbol.quote if order.is_buy else symbol.base] = None
        if not order.kind.is_algo:
            order.working_ns = now_ns
        self._tell(order, "NEW", now_ns)
        if not order.kind.is_algo:
            self._enter(order, now_ns)
            self._trigger(order.symbol, now_ns)

    def cancel(self, order: WireOrder, cancel_id: str, now_ns: int) -> None:
        """Take an open order out; its siblings are the caller's business."""
        order.cancel_id = cancel_id
        self._leave(order, Status.CANCELED, now_ns)
        self._tell(order, "CANCELED", now_ns)

    def expire(self, order: WireOrder, why: Expiry, now_ns: int) -> None:
        """End an open order by a rule."""
        order.expiry = why
        self._leave(order, Status.EXPIRED, now_ns)
        self._tell(order, "EXPIRED", now_ns)

    def _leave(self, order: WireOrder, status: Status, now_ns: int) -> None:
        core_id = _core_id(order)
        if self._resting.pop(core_id, None) is not None:
            for report in self._core.cancel(core_id, now_ns):
                assert not isinstance(report, Filled), "an order that leaves fills no more"
        symbol = self.symbols[order.symbol]
        self._touched[symbol.quote if order.is_buy else symbol.base] = None
        order.status, order.updated_ns = status, now_ns
        self.table.close(order)

    # what the market does

    def show(self, move: Move) -> None:
        """Let a market move: its trades are printed, then orders meet the new book."""
        tape, now_ns = self.tapes[move.symbol], move.event_ns
        tape.move(move)
        self._tell_book(tape, now_ns)
        for each in move.prints:
            self._print(tape, each.price, each.quantity, now_ns, is_buyer_maker=each.is_buyer_maker)
        if self.symbols[move.symbol].status is not SymbolStatus.TRADING:
            return
        quote = tape.quote(now_ns) if self._resting else None  # the core asks for it then only
        if quote is not None:
            for report in self._core.on_quote(quote):
                self._rested(report, tape, now_ns)
        self._trigger(move.symbol, now_ns)

    def _rested(self, report: Report, tape: Tape, now_ns: int) -> None:
        """Book what the core says of a resting order."""
        order = self._resting.get(report.client_order_id)
        if order is None or not isinstance(report, Filled):
            return
        levels = tape.asks if order.is_buy else tape.bids
        if levels:
            tape.take(levels[0].price, report.quantity, is_buy=order.is_buy)
            self._tell_book(tape, now_ns)
        self._book(order, report, tape, now_ns)

    def _is_reached(self, order: WireOrder) -> bool:
        """Whether the last trade is at an order's stop price or beyond it."""
        last = self.tapes[order.symbol].last_price
        if last is None:
            return False
        waits_above = order.is_buy == order.kind.is_stop
        return last >= order.stop_price if waits_above else last <= order.stop_price

    def _trigger(self, symbol: str, now_ns: int) -> None:
        """Let waiting orders enter; what they take may reach the next one's stop price."""
        while due := next(
            (
                each
                for each in self.table.open.values()
                if each.symbol == symbol and each.is_waiting and self._is_reached(each)
            ),
            None,
        ):
            due.working_ns = due.updated_ns = now_ns
            self._tell(due, "NEW", now_ns)
            self._end_siblings(due, now_ns)
            self._enter(due, now_ns)

    # how an order fills

    def _enter(self, order: WireOrder, now_ns: int) -> None:
        """Take what the book offers within the limit, then rest or end."""
        tape, is_buy = self.tapes[order.symbol], order.is_buy
        limit = order.price if order.kind.has_price else None
        levels = tape.asks if is_buy else tape.bids
        parts = ladder.taken(levels, order.leaves, limit, is_buy=is_buy)
        offered = sum((each.quantity for each in parts), ZERO)
        if order.time_in_force is TimeInForce.FOK and offered < order.leaves:
            self.expire(order, Expiry.UNFILLED_FOK, now_ns)
            return
        for part in parts:
            if not self._take(order, tape, part, now_ns):
                self.expire(order, Expiry.REJECTED, now_ns)  # it cannot be paid for any more
                return
        if not order.leaves:
            return
        if limit is None:
            self.expire(order, Expiry.NO_LIQUIDITY, now_ns)
        elif order.time_in_force is TimeInForce.IOC:
            self.expire(order, Expiry.UNFILLED_IOC, now_ns)
        else:
            self._rest(order, tape, now_ns)

    def _take(self, order: WireOrder, tape: Tape, part: Level, now_ns: int) -> bool:
        """Fill a part at one level; return whether the account could pay for it."""
        other = tape.bids if order.is_buy else tape.asks
        opposite = other[0] if other else part
        bid, ask = (opposite, part) if order.is_buy else (part, opposite)
        self._core.observe(tape.quote_of(bid, ask, now_ns))
        self._parts += 1
        sent = self._core_order(
            order, part.quantity, part.price, f"{_core_id(order)}-{self._parts}"
        )
        fills = [each for each in list(self._core.submit(sent, now_ns)) if isinstance(each, Filled)]
        if not fills:
            return False
        assert fills[0].quantity == part.quantity, f"want {part} whole, not {fills}"
        tape.take(part.price, part.quantity, is_buy=order.is_buy)
        self._tell_book(tape, now_ns)
        self._book(order, fills[0], tape, now_ns)
        return True

    def _rest(self, order: WireOrder, tape: Tape, now_ns: int) -> None:
        quote = tape.quote(now_ns)
        if quote is not None:
            self._core.observe(quote)
        core_id = _core_id(order)
        sent = self._core_order(order, order.leaves, order.price, core_id, rests=True)
        self._resting[core_id] = order
        for report in list(self._core.submit(sent, now_ns)):
            self._rested(report, tape, now_ns)

    def _core_order(
        self,
        order: WireOrder,
        quantity: Decimal,
        price: Decimal,
        core_id: str,
        *,
        rests: bool = False,
    ) -> Order:
        return Order(
            client_order_id=ClientOrderId(core_id),
            strategy_id=StrategyId("wire"),
            instrument_id=instrument_id_of(self.symbols[order.symbol]),
            side=_CORE_SIDE[order.is_buy],
            order_type=OrderType.LIMIT,
            role=OrderRole.ENTRY,
            quantity=quantity,
            price=price,
            time_in_force=CoreTimeInForce.GTC if rests else CoreTimeInForce.IOC,
        )

    def _book(self, order: WireOrder, fill: Filled, tape: Tape, now_ns: int) -> None:
        """Remember one execution, print it and tell it."""
        is_buyer_maker = order.is_buy == fill.is_maker
        printed = self._print(
            tape, fill.price, fill.quantity, now_ns, is_buyer_maker=is_buyer_maker
        )
        trade = WireTrade(
            trade_id=printed.trade_id,
            order_id=order.order_id,
            list_id=order.list_id,
            symbol=order.symbol,
            price=fill.price,
            quantity=fill.quantity,
            commission=fill.fee,
            commission_asset=fill.fee_asset,
            event_ns=now_ns,
            is_buyer=order.is_buy,
            is_maker=fill.is_maker,
        )
        order.trades.append(trade)
        self.table.trades[order.symbol].append(trade)
        order.updated_ns = now_ns
        symbol = self.symbols[order.symbol]
        for asset in (symbol.base, symbol.quote, fill.fee_asset):
            self._touched[asset] = None
        if order.executed >= order.quantity:
            order.status = Status.FILLED
            self._resting.pop(_core_id(order), None)
            self.table.close(order)
        else:
            order.status = Status.PARTIALLY_FILLED
        self._tell(order, "TRADE", now_ns, trade)
        self._end_siblings(order, now_ns)

    def _end_siblings(self, order: WireOrder, now_ns: int) -> None:
        for sibling in self.table.siblings(order):
            self.ended_lists[order.list_id] = None
            self.expire(sibling, Expiry.OCO_TRIGGER, now_ns)

    # what is told

    def _tell(
        self,
        order: WireOrder,
        execution: events.Execution,
        now_ns: int,
        trade: WireTrade | None = None,
    ) -> None:
        self._executions += 1
        report = events.execution_report(order, execution, self._executions, now_ns, trade)
        self.outbox.user(now_ns, report)

    def _print(
        self,
        tape: Tape,
        price: Decimal,
        quantity: Decimal,
        now_ns: int,
        *,
        is_buyer_maker: bool,
    ) -> PublicTrade:
        trade = tape.trade(price, quantity, now_ns, is_buyer_maker=is_buyer_maker)
        name = tape.symbol.name
        outbox = self.outbox
        if not outbox.wanted:
            return trade
        names = tape.names
        outbox.stream(names.trade, now_ns, lambda: events.trade_event(name, trade, now_ns))
        outbox.stream(names.aggregate, now_ns, lambda: events.aggregate_event(name, trade, now_ns))
        return trade

    def _tell_book(self, tape: Tape, now_ns: int) -> None:
        outbox = self.outbox
        wanted = outbox.wanted
        if not wanted:
            return
        names = tape.names
        if names.best in wanted:
            outbox.stream(names.best, now_ns, lambda: events.best_event(tape))
        for name in names.changes:
            if name in wanted:
                outbox.stream(name, now_ns, lambda: events.depth_event(tape, now_ns))
        for name, rows in names.books:
            if name in wanted:
                outbox.stream(name, now_ns, partial(tape.depth, rows))


def _core_id(order: WireOrder) -> ClientOrderId:
    return ClientOrderId(f"{order.symbol}-{order.order_id}")
