"""Fills at one price: a bar's open, a trade, a quote, or the close of the signal's bar.

The rules, in the order they are asked; each order acts at most once at one price:

1.  A cancel that has arrived takes its order out; one sent among bars arrives at once.
2.  An order that is still traveling does nothing. (trades, quotes)
3.  Market orders, in order of acceptance, take the shown price: the open, the print, the ask for
    a buy or the bid for a sell; plus slippage, rounded to a tick against us. With
    `fill_at: close` they pass the open by and wait for the close.
4.  Stops: a sell whose trigger is at or above the bid (the open, the print), a buy whose trigger
    is at or below the ask. They take the shown price plus slippage, so a gap through the trigger
    fills at the open, not at the trigger. A stop-limit takes only within its limit, else rests.
5.  A limit order that meets its first price takes it when it is marketable: at the shown price
    plus slippage, never beyond its limit. If it is not: IOC and FOK expire, others rest. A
    post-only order that would take expires.
6.  A resting limit fills at its own price, as maker, when the shown price is at least one tick
    through it (`touch_fills`: at it). `gap_improves` gives it a better open.
7.  Trailing stops that did not trigger then follow the shown price.

Orders submitted meanwhile take part, up to MEANWHILE_MAX of them: a stop for an entry that just
filled, or an entry after an exit.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from argonaut.domain.order import Report, TimeInForce
from argonaut.venues.sim import errors
from argonaut.venues.sim.filler import Filler
from argonaut.venues.sim.market import Market, Shown
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.rules import FillRules
from argonaut.venues.sim.working import Stage, Working

_FOK: Final = TimeInForce.FOK
_IOC: Final = TimeInForce.IOC
_OPEN: Final = Shown.OPEN
_MARKET: Final = Stage.MARKET
_TRIGGER: Final = Stage.TRIGGER
MEANWHILE_MAX: Final = 64  # a strategy that answers every fill with an order must not stop time


class PointMatcher:
    """Matches a market's orders against the price it shows."""

    def __init__(self, orders: Orders, filler: Filler, rules: FillRules) -> None:
        self._orders = orders
        self._filler = filler
        self._rules = rules
        self._waits_for_close = rules.fill_at == "close"

    def run(self, market: Market, event_ns: int) -> Iterator[Report]:
        """Yield every report of this price, each order's before the next order is looked at."""
        market.passes += 1
        horizon = self._orders.seq + MEANWHILE_MAX
        if len(market.orders) == 1:  # nearly always; it needs no choosing
            (working,) = market.orders.values()
            if working.stage is _MARKET and not market.is_live and not self._waits_for_close:
                yield from self.act(market, working, event_ns)
            if not market.orders:
                return
        while (due := self._next(market, event_ns, horizon)) is not None:
            yield from self.act(market, due, event_ns)
        if not market.orders:
            return
        for working in market.orders.values():
            if working.is_trailing and (working.active_ns <= event_ns or not market.is_live):
                working.follow(market.ask if working.is_buy else market.bid, market.instrument)
        market.refresh()

    def meet(self, market: Market, working: Working, event_ns: int) -> list[Report]:
        """Let one order that just came in meet the standing price."""
        market.met += 1
        reports: list[Report] = []
        if self._is_due(market, working):
            reports = self.act(market, working, event_ns)
        working.has_arrived = True
        working.handled = market.passes
        market.refresh()
        return reports

    def _next(self, market: Market, event_ns: int, horizon: int) -> Working | None:
        """Return the first order that can act: smallest stage, then oldest."""
        first: Working | None = None
        for working in market.orders.values():
            if working.handled == market.passes or working.seq > horizon:
                continue
            if working.cancel_ns is not None and working.cancel_ns <= event_ns:
                return working
            if market.is_live and working.active_ns > event_ns:
                continue
            if self._is_due(market, working):
                if working.stage is _MARKET:
                    return working
                if first is None or working.stage < first.stage:
                    first = working
            else:
                working.has_arrived = True
        return first

    def _is_due(self, market: Market, working: Working) -> bool:
        stage = working.stage
        if stage is _MARKET:
            return not (self._waits_for_close and market.shown is _OPEN)
        if stage is _TRIGGER:
            if working.is_buy:
                return market.ask >= working.trigger_f
            return market.bid <= working.trigger_f
        if not working.has_arrived:
            return True
        if working.is_buy:
            return market.ask <= working.through_f
        return market.bid >= working.through_f

    def act(self, market: Market, working: Working, event_ns: int) -> list[Report]:
        """Do what a due order does at the shown price."""
        working.handled = market.passes
        cancel_ns = working.cancel_ns
        if cancel_ns is not None and cancel_ns <= event_ns:
            return [self._filler.cancel(working, errors.REQUESTED, event_ns)]
        shown = market.money(is_buy=working.is_buy)
        stage = working.stage
        if stage is _MARKET:
            return self._filler.take(market, working, shown, event_ns)
        if stage is _TRIGGER:
            return self._filler.fire(market, working, shown, event_ns)
        return self._act_limit(market, working, shown, event_ns)

    def _act_limit(
        self, market: Market, working: Working, shown: Decimal, event_ns: int
    ) -> list[Report]:
        limit, filler = working.price, self._filler
        assert limit is not None, "a limit order has a price"
        if working.has_arrived:
            improved = self._rules.gap_improves and market.shown is _OPEN
            return filler.make(market, working, shown if improved else limit, event_ns)
        working.has_arrived = True
        if shown <= limit if working.is_buy else shown >= limit:
            if working.order.post_only:
                return [filler.expire(working, errors.WOULD_TAKE, event_ns)]
            return filler.take(market, working, shown, event_ns)
        time_in_force = working.order.time_in_force
        if time_in_force is _IOC:
            return [filler.expire(working, errors.REST_OF_IMMEDIATE, event_ns)]
        if time_in_force is _FOK:
            return [filler.expire(working, errors.NOT_IN_FULL, event_ns)]
        return []
