"""The simulated venue: orders and market data in, reports out, one at a time.

The driver calls it in this order, so that nothing is seen early:

- bar data: `on_open` at the open's instant, then `on_bar` with the completed bar, then the
  engine, then `observe` with the bar and `submit`;
- trades and quotes: `on_trade` or `on_quote`, then the engine, then `observe` and `submit`.

`on_*` may be left out while no order of the instrument is `working`. Reports are yielded one at a
time and the venue's state is complete before each: what the driver submits or cancels in between
counts for everything that follows. What fills, when and at what price: `point` and `path`.

Seams for what is not here yet: an order book (a room and a price a level in `Market`), the queue
at a price (`Working`), funding, margin and liquidation (`Account`), faults (around `submit`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from argonaut.domain.ids import ClientOrderId, InstrumentId, VenueId, VenueOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, MarketEvent, Quote, Trade
from argonaut.domain.number import ZERO
from argonaut.domain.order import Accepted, Amended, Order, OrderType, Rejected, Report
from argonaut.venues.sim import errors
from argonaut.venues.sim.account import Account
from argonaut.venues.sim.admission import Admission
from argonaut.venues.sim.capability import sim_capability
from argonaut.venues.sim.fees import FeeModel, MakerTaker
from argonaut.venues.sim.filler import Filler
from argonaut.venues.sim.latency import FixedLatency, LatencyModel
from argonaut.venues.sim.market import Market, Shown
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.participation import VolumeParticipation
from argonaut.venues.sim.path import PathMatcher, is_sound
from argonaut.venues.sim.point import MEANWHILE_MAX, PointMatcher
from argonaut.venues.sim.rules import FillRules
from argonaut.venues.sim.slippage import SlippageModel, SpreadPlusImpact
from argonaut.venues.sim.working import Working

_CLOSE: Final = Shown.CLOSE
_NOTHING: tuple[Report, ...] = ()
_MARKET: Final = OrderType.MARKET


class SimVenue:
    """A pure exchange of one account. Same calls in, same reports out.

    Left out, `fees` are MakerTaker (0.1 %), `slippage` SpreadPlusImpact (1 bp, 20 bp), `latency`
    FixedLatency (50 ms) and `participation` VolumeParticipation (10 % of a bar, all of a print).
    `fill_at`, `touch_fills` and `gap_improves` are told in `rules`.

    `allow_short` makes the account margin-like: base and quote may go negative, and without a
    `buying_power` (a multiple of equity) nothing but the bot's own risk gate limits it.
    """

    def __init__(  # noqa: PLR0913 - one argument a model, so that each can be left out
        self,
        instruments: Sequence[Instrument],
        *,
        venue_id: str = "sim",
        balances: Mapping[str, Decimal],
        fees: FeeModel | None = None,
        slippage: SlippageModel | None = None,
        latency: LatencyModel | None = None,
        participation: VolumeParticipation | None = None,
        fill_at: Literal["next_open", "close"] = "next_open",
        touch_fills: bool = False,
        gap_improves: bool = False,
        allow_short: bool = False,
        buying_power: Decimal | str | None = None,
    ) -> None:
        fees = fees or MakerTaker()
        rules = FillRules(fill_at=fill_at, touch_fills=touch_fills, gap_improves=gap_improves)
        self.venue_id = VenueId(venue_id)
        self.capability = sim_capability(self.venue_id, allows_short=allow_short)
        self._latency = latency or FixedLatency()
        self._orders = Orders(instruments, participation or VolumeParticipation())
        self._account = Account(
            balances, self._orders, allow_short=allow_short, buying_power=buying_power
        )
        self._admission = Admission(self._orders, self._account, fees=fees, rules=rules)
        self._filler = Filler(
            self._orders,
            self._account,
            fees=fees,
            slippage=slippage or SpreadPlusImpact(),
            name=venue_id,
        )
        self._point = PointMatcher(self._orders, self._filler, rules)
        self._path = PathMatcher(self._orders, self._account, self._filler, rules)
        self._fills_at_close = rules.fill_at == "close"
        self.working: dict[InstrumentId, Market] = self._orders.working

    # what it holds

    @property
    def balances(self) -> Mapping[str, Decimal]:
        """Balances by asset, reserved ones included."""
        return self._account.balances

    def available(self, asset: str) -> Decimal:
        """Return the balance that no open order reserves."""
        return self._account.available(asset)

    def deposit(self, asset: str, amount: Decimal) -> None:
        """Credit an asset; a negative amount is a withdrawal."""
        balances = self._account.balances
        balances[asset] = balances.get(asset, ZERO) + amount

    # over a restart of the process that keeps it

    def list_instrument(self, instrument: Instrument) -> None:
        """Trade an instrument that came after the start."""
        self._orders.list_instrument(instrument)

    def restore(self, order: Order, now_ns: int) -> None:
        """Take an order back that was here before, without a word; its funds are not asked for.

        A trailing stop begins anew at its trigger, and what the market showed is forgotten.
        """
        market = self._orders.markets[order.instrument_id]
        self._orders.add(market, self._admission.restored(market, order, now_ns))

    # orders

    def submit(self, order: Order, now_ns: int) -> Iterable[Report]:
        """Take or refuse an order; fill it at once where the market shows a price for it.

        A market order that has to wait is answered by its fill alone: no acceptance.
        """
        market = self._orders.markets.get(order.instrument_id)
        if market is None:
            known = ", ".join(self._orders.markets)
            reason = f"{order.instrument_id} is not among {known}"
            return (_rejected(order, errors.UNKNOWN_INSTRUMENT, reason, now_ns),)
        active_ns = now_ns + self._latency.delay_ns()
        working = self._admission.admit(market, order, now_ns, active_ns)
        if not isinstance(working, Working):
            return (_rejected(order, *working, now_ns),)
        self._orders.add(market, working)
        if order.order_type is _MARKET and not order.oco_group:
            if self._meets_now(market, working, now_ns):
                return self._point.meet(market, working, now_ns)
            return _NOTHING
        reports: list[Report] = [
            Accepted(
                client_order_id=order.client_order_id,
                event_ns=now_ns,
                venue_order_id=VenueOrderId(f"{self.venue_id}-o{working.seq}"),
            )
        ]
        if order.oco_group:
            left = self._orders.left_of_group(order.oco_group, now_ns)
            if left is not None:
                reports += self._filler.shrink(working, left, now_ns)
        if order.client_order_id in market.orders and self._meets_now(market, working, now_ns):
            reports += self._point.meet(market, working, now_ns)
        return reports

    def _meets_now(self, market: Market, working: Working, now_ns: int) -> bool:
        """Whether the standing price is one this order may take."""
        if market.met >= MEANWHILE_MAX:
            return False
        if market.is_live:
            return working.active_ns == now_ns and market.shows_at(now_ns)
        return self._fills_at_close and market.shown is _CLOSE and market.event_ns == now_ns

    def cancel(self, client_order_id: ClientOrderId, now_ns: int) -> Iterable[Report]:
        """Take an order out, after the latency where trades or quotes are shown.

        An order that is not here any more is answered by nothing: its last report is on its way.
        """
        working = self._orders.by_id.get(client_order_id)
        if working is None:
            return _NOTHING
        market = self.working[working.order.instrument_id]
        if market.is_live:
            arrives_ns = max(now_ns + self._latency.delay_ns(), working.active_ns)
            if arrives_ns > now_ns:
                working.cancel_ns = min(arrives_ns, working.cancel_ns or arrives_ns)
                market.stay_awake()
                return _NOTHING
        report = self._filler.cancel(working, errors.REQUESTED, now_ns)
        market.refresh()
        return (report,)

    def amend(
        self,
        client_order_id: ClientOrderId,
        now_ns: int,
        *,
        quantity: Decimal | None = None,
        price: Decimal | None = None,
        trigger_price: Decimal | None = None,
    ) -> Iterable[Report]:
        """Change a resting order in place, at once; None leaves a field as it is.

        A change the venue would refuse, or of an order that is gone, is answered by nothing. An
        amendment to what is filled already ends the order.
        """
        working = self._orders.by_id.get(client_order_id)
        if working is None or working.order.order_type is _MARKET:
            return _NOTHING
        market = self.working[working.order.instrument_id]
        fault = self._admission.amend(
            working, market, quantity=quantity, price=price, trigger_price=trigger_price
        )
        if fault:
            return _NOTHING
        if not working.leaves:
            self._orders.drop(working)
        market.refresh()
        return (
            Amended(
                client_order_id=client_order_id,
                event_ns=now_ns,
                quantity=quantity,
                price=price,
                trigger_price=None if trigger_price is None else working.trigger,
            ),
        )

    # market data

    def observe(self, event: MarketEvent) -> None:
        """Remember what the market shows, without filling anything; before `submit`."""
        market = self._orders.markets.get(event.instrument_id)
        if market is None:
            return
        if isinstance(event, Bar):
            if 0.0 < event.close < math.inf:
                market.show_close(event)
        elif isinstance(event, Trade):
            if 0.0 < event.price < math.inf:
                market.show_trade(event)
        elif _is_sound_quote(event):
            market.show_quote(event)

    def on_open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> Iterable[Report]:
        """Match the orders of an instrument against a bar's open."""
        market = self.working.get(instrument_id)
        if market is None or market.low < price < market.high or not 0.0 < price < math.inf:
            return _NOTHING
        market.show_open(open_ns, price)
        return self._point.run(market, open_ns)

    def on_bar(self, bar: Bar) -> Iterable[Report]:
        """Match them against the rest of the bar; reports are told at its close."""
        market = self.working.get(bar.instrument_id)
        if market is None or not is_sound(bar):
            return _NOTHING
        if market.low < bar.low and bar.high < market.high:
            market.show_close(bar)
            return _NOTHING
        return self._path.run(market, bar)

    def on_trade(self, trade: Trade) -> Iterable[Report]:
        """Match them against a public trade."""
        market = self.working.get(trade.instrument_id)
        price = trade.price
        if market is None or market.low < price < market.high or not 0.0 < price < math.inf:
            return _NOTHING
        market.renew_trade(trade)
        return self._point.run(market, trade.event_ns)

    def on_quote(self, quote: Quote) -> Iterable[Report]:
        """Match them against the best bid and offer; a crossed quote fills nothing."""
        market = self._orders.markets.get(quote.instrument_id)
        if market is None or not _is_sound_quote(quote):
            return _NOTHING
        market.renew_quote(quote)
        if not market.orders or (market.low < quote.bid and quote.ask < market.high):
            return _NOTHING
        return self._point.run(market, quote.event_ns)


def _is_sound_quote(quote: Quote) -> bool:
    return 0.0 < quote.bid <= quote.ask < math.inf


def _rejected(order: Order, code: str, reason: str, now_ns: int) -> Rejected:
    return Rejected(
        client_order_id=order.client_order_id, event_ns=now_ns, code=code, reason=reason
    )
