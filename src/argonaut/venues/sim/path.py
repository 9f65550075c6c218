"""Fills after a bar's open: the path through the rest of the bar is assumed, pessimistically.

The rules, asked anew after every fill; each order acts at most once a bar:

1.  Stops before limits. A stop whose trigger lies within [low, high] fills at its trigger plus
    slippage. A stop accepted inside the bar fills at its trigger or at the price it was accepted
    at, whichever is worse, even if the bar may have been there before.
2.  A resting limit fills at its own price, as maker, when the bar's low (a buy) or high (a sell)
    is at least one tick through it (`touch_fills`: at it). A limit that has not yet met an open,
    such as a target placed after a fill inside this bar, waits for the next open.
3.  Within stops, and within limits: first those at the extreme that hurts the position (the low
    of a long, the high of a short), then the nearest to the open, then the oldest.
4.  Trailing stops come after both: checked against the low or high with the trigger they had
    (rule 1), then moved by the bar's best price, then checked against the close, and filled at
    the moved trigger. One accepted inside the bar follows the close only.
5.  With `fill_at: close`, market orders take the close.

Fills inside a bar are told at its close: nobody knows when in the bar they happened. What is left
of a triggered stop is a market order from then on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from argonaut.domain.market import Bar
from argonaut.domain.number import ZERO
from argonaut.domain.order import Report
from argonaut.venues.sim.account import Account
from argonaut.venues.sim.filler import Filler
from argonaut.venues.sim.market import Market
from argonaut.venues.sim.orders import Orders
from argonaut.venues.sim.point import MEANWHILE_MAX
from argonaut.venues.sim.rules import FillRules
from argonaut.venues.sim.working import Stage, Working

_Rank = tuple[int, int, float, int]


class PathMatcher:
    """Matches a market's orders against the rest of a bar."""

    def __init__(self, orders: Orders, account: Account, filler: Filler, rules: FillRules) -> None:
        self._orders = orders
        self._account = account
        self._filler = filler
        self._fills_at_close = rules.fill_at == "close"

    def run(self, market: Market, bar: Bar) -> Iterator[Report]:
        """Yield every report of the path; `bar` is read anew, so it must not change meanwhile."""
        market.passes += 1
        horizon = self._orders.seq + MEANWHILE_MAX
        market.show_path(bar)
        while (working := self._nearest(market, bar, horizon)) is not None:
            yield from self._act(market, working, bar)
        market.show_close(bar)
        for working in [each for each in market.orders.values() if each.is_trailing]:
            if working.order.client_order_id in market.orders:
                yield from self._trail(market, working, bar)
        if self._fills_at_close:
            for working in list(market.orders.values()):
                is_there = working.order.client_order_id in market.orders
                if is_there and working.stage is Stage.MARKET:
                    working.handled = market.passes
                    shown = market.money(is_buy=working.is_buy)
                    yield from self._filler.take(market, working, shown, bar.close_ns)
        market.refresh()

    def _nearest(self, market: Market, bar: Bar, horizon: int) -> Working | None:
        """Return the order the path meets next, None when it meets no more."""
        position = self._account.balances.get(market.instrument.base, ZERO)
        nearest: Working | None = None
        best: _Rank | None = None
        for working in market.orders.values():
            if working.handled == market.passes or working.seq > horizon:
                continue
            level = _level(working, bar)
            if level is None:
                continue
            is_low_side = working.is_buy == (working.stage is Stage.LIMIT)
            hurts = position > 0 if is_low_side else position < 0
            rank = (working.stage, 0 if hurts else 1, abs(level - bar.open), working.seq)
            if best is None or rank < best:
                nearest, best = working, rank
        return nearest

    def _act(self, market: Market, working: Working, bar: Bar) -> list[Report]:
        working.handled = market.passes
        if working.stage is Stage.LIMIT:
            assert working.price is not None, "a limit order has a price"
            market.bid = market.ask = working.price_f
            return self._filler.make(market, working, working.price, bar.close_ns)
        price = working.trigger
        assert price is not None, "an order that triggers has a trigger"
        accepted_at = working.reference
        if not working.has_arrived and accepted_at is not None:
            price = max(price, accepted_at) if working.is_buy else min(price, accepted_at)
        market.bid = market.ask = float(price)
        return self._filler.fire(market, working, price, bar.close_ns)

    def _trail(self, market: Market, working: Working, bar: Bar) -> list[Report]:
        """Move a trailing stop by the bar's best price, then check it against the close."""
        if working.handled == market.passes or not working.is_trailing:
            return []
        best = (bar.low if working.is_buy else bar.high) if working.has_arrived else bar.close
        working.follow(best, market.instrument)
        trigger = working.trigger
        reached = (
            bar.close >= working.trigger_f if working.is_buy else (bar.close <= working.trigger_f)
        )
        if trigger is None or not reached:
            return []
        working.handled = market.passes
        return self._filler.fire(market, working, trigger, bar.close_ns)


def _level(working: Working, bar: Bar) -> float | None:
    """Return the price at which the rest of the bar makes the order act, None if it does not."""
    if working.stage is Stage.TRIGGER:
        reached = bar.high >= working.trigger_f if working.is_buy else bar.low <= working.trigger_f
        return working.trigger_f if reached else None
    if working.stage is Stage.LIMIT and working.has_arrived:
        reached = bar.low <= working.through_f if working.is_buy else bar.high >= working.through_f
        return working.price_f if reached else None
    return None


def is_sound(bar: Bar) -> bool:
    """Whether every price of the bar is finite and positive; no order fills on another."""
    return (
        0.0 < bar.low <= bar.high < math.inf
        and 0.0 < bar.open < math.inf
        and 0.0 < bar.close < math.inf
    )
