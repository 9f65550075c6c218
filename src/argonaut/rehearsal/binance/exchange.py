"""The venue as one pure object: requests in, answers and events out, time passed in.

A request is taken in two steps, as at the real venue: `receive` checks key, signature, timing and
limits; `execute` checks the timing again and goes to the matching engine. What happens between the
two is the app's business, which is where late and lost requests come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

import msgspec

from argonaut.rehearsal.binance import events
from argonaut.rehearsal.binance.access import (
    ApiKey,
    Timing,
    expect_signed,
    no_permission,
    signed_part,
)
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.lies import HONEST, Lies
from argonaut.rehearsal.binance.outbox import StreamEvent, UserEvent
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.records import WireOrder, WireTrade
from argonaut.rehearsal.binance.requests import (
    Answer,
    Endpoint,
    Pending,
    Request,
    Security,
    refusal_body,
)
from argonaut.rehearsal.binance.routes import ROUTES
from argonaut.rehearsal.binance.state import Call, Settings, VenueState
from argonaut.rehearsal.binance.symbols import changed
from argonaut.rehearsal.binance.trading import cancel_with_list, hand_order
from argonaut.rehearsal.binance.words import SymbolStatus
from argonaut.rehearsal.market import Move, PriceSource

_SLOW_NS = 2_000_000_000  # klines and tickers are pushed so often
_MOVES_MAX = 100_000  # moves caught up with at once


class Truth(msgspec.Struct, frozen=True, kw_only=True):
    """What really is, for whoever judges a run: no lie and no lag is in it."""

    orders: tuple[WireOrder, ...]
    trades: tuple[WireTrade, ...]
    balances: Mapping[str, Decimal]
    transfers: tuple[tuple[int, str, Decimal], ...]  # when, asset, amount
    events: tuple[UserEvent, ...]
    peaks: tuple[tuple[str, int, int], ...]  # rate window, the most that was used, the limit
    refusals: int  # requests answered with 429 or 418 for want of budget, not by a fault
    asked_in_ban: int  # requests inside a ban that a fault has laid
    prices: Mapping[str, tuple[tuple[int, Decimal], ...]]  # symbol -> (when, price) of late trades


class Exchange:
    """One venue, one account, any number of keys. Never reads a clock; time never steps back."""

    def __init__(self, settings: Settings, source: PriceSource, *, start_ns: int) -> None:
        self.state = VenueState(settings, source, start_ns=start_ns)
        self.now_ns = start_ns
        self.is_still = False  # prices go on unseen, and the market stays as it is
        self._source = source
        self._next_slow_ns = start_ns

    # time

    def advance(self, now_ns: int) -> None:
        """Let everything happen that is due by then."""
        moves = 0
        while self._source.next_ns <= now_ns and moves < _MOVES_MAX:
            move = self._source.take()
            if not self.is_still:
                self.show(move)
            moves += 1
        self.now_ns = max(self.now_ns, now_ns)
        if self.now_ns >= self._next_slow_ns:
            self._next_slow_ns = self.now_ns + _SLOW_NS
            self._tell_slow_streams()

    @property
    def next_ns(self) -> int:
        """When the next thing happens by itself."""
        return min(self._source.next_ns, self._next_slow_ns)

    def show(self, move: Move) -> None:
        """Move one market."""
        self.now_ns = max(self.now_ns, move.event_ns)
        self.state.matching.show(move)
        self.state.settle(self.now_ns)

    def drain(self) -> list[UserEvent | StreamEvent]:
        """Return what was told since the last time."""
        return self.state.outbox.drain()

    def _tell_slow_streams(self) -> None:
        outbox, now_ns = self.state.outbox, self.now_ns
        for tape in self.state.tapes.values():
            name, names = tape.symbol.name, tape.names
            tape.candles.roll(now_ns)
            outbox.stream(
                names.mini_ticker, now_ns, partial(events.mini_ticker_event, tape, now_ns)
            )
            for stream, interval in names.klines:
                if stream not in outbox.wanted:
                    continue
                for candle, is_closed in tape.candles.due(interval):
                    make = partial(
                        candle.event, name, interval, now_ns // 1_000_000, is_closed=is_closed
                    )
                    outbox.stream(stream, now_ns, make)

    # requests

    def answer(self, request: Request, now_ns: int, lies: Lies = HONEST) -> Answer:
        """Receive and execute a request at once."""
        pending = self.receive(request, now_ns)
        return pending if isinstance(pending, Answer) else self.execute(pending, now_ns, lies)

    def receive(self, request: Request, now_ns: int) -> Pending | Answer:
        """Let a request in, or answer why not."""
        self.advance(now_ns)
        endpoint = ROUTES.get((request.method, request.path))
        if endpoint is None:
            return Answer(status=404, body={"code": -1000, "msg": f"No such path {request.path}"})
        try:
            parameters = request.parameters()
        except RefusalError as refusal:
            return self._refused(refusal)
        query, in_query = signed_part(request.query)
        body, in_body = signed_part(request.body)
        return self.let_in(
            endpoint,
            parameters,
            api_key=request.api_key,
            payload=query + body,
            signature=in_body or in_query,
        )

    def let_in(
        self,
        endpoint: Endpoint,
        parameters: Parameters,
        *,
        api_key: str | None,
        payload: str,
        signature: str | None,
    ) -> Pending | Answer:
        """Check limits, key, timing and signature; the time is that of the last `advance`."""
        key: ApiKey | None = None
        timing: Timing | None = None
        try:
            weight = endpoint.cost(parameters)
            self.state.limits.enter(weight, self.now_ns)
            if endpoint.security is not Security.NONE:
                key = self.state.access.known(api_key)
                timing = self.state.access.timing(parameters, self.now_ns)
                expect_signed(key, payload, signature)
                if not (key.can_trade if endpoint.changes_orders else key.can_read):
                    raise no_permission()
        except RefusalError as refusal:
            return self._refused(refusal)
        return Pending(
            endpoint=endpoint, parameters=parameters, weight=weight, key=key, timing=timing
        )

    def execute(self, pending: Pending, now_ns: int, lies: Lies = HONEST) -> Answer:
        """Do what was asked, now."""
        self.advance(now_ns)
        endpoint = pending.endpoint
        call = Call(now_ns=self.now_ns, key=pending.key, timing=pending.timing, lies=lies)
        try:
            if pending.timing is not None and endpoint.changes_orders:
                pending.timing.expect_current(self.now_ns)
            body = endpoint.handler(self.state, pending.parameters, call)
        except RefusalError as refusal:
            return self._refused(refusal, with_orders=endpoint.changes_orders)
        if endpoint.changes_orders:
            self.state.limits.give_back(pending.weight, self.now_ns)
        return Answer(
            status=200, body=body, headers=self._used(with_orders=endpoint.changes_orders)
        )

    def _refused(self, refusal: RefusalError, *, with_orders: bool = False) -> Answer:
        headers = self._used(with_orders=with_orders)
        if refusal.retry_after_s is not None:
            headers["Retry-After"] = str(refusal.retry_after_s)
        return Answer(status=refusal.status, body=refusal_body(refusal), headers=headers)

    def _used(self, *, with_orders: bool) -> dict[str, str]:
        return self.state.limits.headers(self.now_ns, with_orders=with_orders)

    # what happens at the account without the bot

    def hand_trade(
        self,
        symbol: str,
        side: str,
        quantity: Decimal,
        now_ns: int,
        *,
        price: Decimal | None = None,
    ) -> WireOrder:
        """Trade by hand: at the market, or with a limit that may rest.

        Raises:
            RefusalError: The venue refuses it.
        """
        self.advance(now_ns)
        return hand_order(
            self.state,
            symbol=symbol,
            side=side,
            quantity=quantity,
            price=price,
            now_ns=self.now_ns,
        )

    def hand_cancel(self, symbol: str, order_id: int, now_ns: int) -> bool:
        """Take an order out by hand, whoever sent it; return whether it was open."""
        self.advance(now_ns)
        order = self.state.matching.table.open.get((symbol, order_id))
        if order is None:
            return False
        cancel_with_list(self.state, order, f"web_{self.state.new_id()}", self.now_ns)
        self.state.settle(self.now_ns)
        return True

    def transfer(self, asset: str, delta: Decimal, now_ns: int) -> None:
        """Deposit, or with a negative delta withdraw.

        Raises:
            RefusalError: Less than that is free.
        """
        self.advance(now_ns)
        self.state.matching.transfer(asset, delta, self.now_ns)
        self.state.transfers.append((self.now_ns, asset, delta))
        self.state.settle(self.now_ns)

    def set_status(self, symbol: str, status: SymbolStatus) -> None:
        """Halt a symbol, let it only be cancelled, or let it trade again."""
        self.change_rules(symbol, {"status": status.value})

    def change_rules(self, symbol: str, changes: Mapping[str, str]) -> None:
        """Put a symbol under new rules.

        Raises:
            InvalidValueError: No such rule or value.
            RefusalError: No such symbol.
        """
        self.state.symbols[symbol] = changed(self.state.symbol(symbol), changes)

    def set_maintenance(self, *, is_on: bool) -> None:
        """Begin or end maintenance, as system/status tells it."""
        self.state.is_in_maintenance = is_on

    # the truth

    def truth(self) -> Truth:
        """Return what really is."""
        table = self.state.matching.table
        trades = [each for rows in table.trades.values() for each in rows]
        trades.sort(key=lambda each: (each.event_ns, each.order_id, each.trade_id))
        return Truth(
            orders=tuple(table.all),
            trades=tuple(trades),
            balances=dict(self.state.matching.balances),
            transfers=tuple(self.state.transfers),
            events=tuple(self.state.outbox.history),
            peaks=tuple(self.state.limits.peaks()),
            refusals=self.state.limits.refusals,
            asked_in_ban=self.state.limits.asked_in_ban,
            prices={
                name: tuple((each.event_ns, each.price) for each in tape.trades)
                for name, tape in self.state.tapes.items()
            },
        )
