"""One instrument at the venue: what its market showed last, and the orders working in it."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from typing import Final

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order
from argonaut.venues.sim.participation import VolumeParticipation
from argonaut.venues.sim.working import Stage, Working


class Shown(Enum):
    """What the prices of a `Market` are."""

    NOTHING = "nothing"
    OPEN = "open"  # of a bar that is not over
    PATH = "path"  # somewhere between a bar's open and close
    CLOSE = "close"
    TRADE = "trade"
    QUOTE = "quote"


# Found once: an enum is asked for its member like any class, at every price.
_AT_LIMIT: Final = Stage.LIMIT
_AT_MARKET: Final = Stage.MARKET
_CLOSE: Final = Shown.CLOSE
_NOTHING: Final = Shown.NOTHING
_OPEN: Final = Shown.OPEN
_PATH: Final = Shown.PATH
_QUOTE: Final = Shown.QUOTE
_TRADE: Final = Shown.TRADE


class Market:
    """Prices are float64 as shown, volumes base units; `money` makes a price exact.

    Nothing can happen while every price lies strictly between `low` and `high`: the wake bounds.
    """

    __slots__ = (
        "_bar_open_ns",
        "_money",
        "_money_of",
        "_participation",
        "_used_buy",
        "_used_sell",
        "_volume_buy",
        "_volume_sell",
        "ask",
        "bid",
        "event_ns",
        "high",
        "impact_volume",
        "instrument",
        "is_live",
        "low",
        "met",
        "orders",
        "passes",
        "shown",
        "volume",
    )

    def __init__(self, instrument: Instrument, participation: VolumeParticipation) -> None:
        self.instrument = instrument
        self.orders: dict[ClientOrderId, Working] = {}  # by acceptance
        self.low = -math.inf
        self.high = math.inf
        self.shown: Shown = _NOTHING
        self.is_live = False  # shows trades or quotes, so latency counts
        self.event_ns = 0
        self.bid = self.ask = math.nan
        self.volume: float | None = None  # of the last completed bar
        self.impact_volume: float | None = None  # what a fill at this moment is measured against
        self.passes = 0
        self.met = 0  # orders that met this moment's price as they came in
        self._participation = participation
        self._money = ZERO
        self._money_of = math.nan
        self._bar_open_ns = -1
        self._volume_buy: float | None = None  # what a buy may take a share of
        self._volume_sell: float | None = None
        self._used_buy = self._used_sell = ZERO

    # what it shows

    def show_open(self, open_ns: int, price: float) -> None:
        """A bar opens; all that is known of volume is the bar before."""
        self.shown, self.is_live, self.event_ns = _OPEN, False, open_ns
        self.bid = self.ask = price
        self.met = 0
        self._bar_open_ns = open_ns
        self._used_buy = self._used_sell = ZERO
        self.impact_volume = self._volume_buy = self._volume_sell = self.volume

    def show_path(self, bar: Bar) -> None:
        """The rest of a bar begins at its open; fills of it are told at its close."""
        self._enter_bar(bar)
        self.shown, self.bid, self.ask = _PATH, bar.open, bar.open

    def show_close(self, bar: Bar) -> None:
        """A bar is complete. Showing it twice gives no more room."""
        if self.shown is _CLOSE and self.event_ns == bar.close_ns:
            return
        self._enter_bar(bar)
        self.shown, self.bid, self.ask = _CLOSE, bar.close, bar.close

    def _enter_bar(self, bar: Bar) -> None:
        if bar.open_ns != self._bar_open_ns:
            self._bar_open_ns = bar.open_ns
            self._used_buy = self._used_sell = ZERO
        self.is_live, self.event_ns = False, bar.close_ns
        self.met = 0
        self.volume = self.impact_volume = bar.volume
        self._volume_buy = self._volume_sell = bar.volume

    def show_trade(self, trade: Trade) -> None:
        """Somebody traded. Showing the same print twice gives no more room."""
        is_same = self.shown is _TRADE and self.event_ns == trade.event_ns
        if not (is_same and self.bid == trade.price):
            self.renew_trade(trade)

    def renew_trade(self, trade: Trade) -> None:
        """A new print, even if it looks like the last one."""
        self._enter_live(trade.event_ns)
        self.shown, self.bid, self.ask = _TRADE, trade.price, trade.price
        self._volume_buy = self._volume_sell = trade.quantity

    def show_quote(self, quote: Quote) -> None:
        """The book's best prices. Showing the same quote twice gives no more room."""
        is_same = self.shown is _QUOTE and self.event_ns == quote.event_ns
        if not (is_same and self.bid == quote.bid and self.ask == quote.ask):
            self.renew_quote(quote)

    def renew_quote(self, quote: Quote) -> None:
        """A new quote; it stands until the next."""
        self._enter_live(quote.event_ns)
        self.shown, self.bid, self.ask = _QUOTE, quote.bid, quote.ask
        self._volume_buy, self._volume_sell = quote.ask_quantity, quote.bid_quantity

    def _enter_live(self, event_ns: int) -> None:
        self.is_live, self.event_ns = True, event_ns
        self.met = 0
        self.impact_volume = None
        self._used_buy = self._used_sell = ZERO

    def room(self, *, is_buy: bool) -> Decimal | None:
        """Return base units our fills may still take; None is no cap, or no volume known."""
        volume = self._volume_buy if is_buy else self._volume_sell
        if volume is None or math.isnan(volume):
            return None
        cap = self._participation.cap(volume, is_bar=not self.is_live)
        if cap is None:
            return None
        return max(cap - (self._used_buy if is_buy else self._used_sell), ZERO)

    def use(self, quantity: Decimal, *, is_buy: bool) -> None:
        """Take base units out of the room; only a quote has one room a side."""
        if is_buy or self.shown is not _QUOTE:
            self._used_buy += quantity
        if not is_buy or self.shown is not _QUOTE:
            self._used_sell += quantity

    # what it costs

    def money(self, *, is_buy: bool) -> Decimal:
        """Return the price a taker of that side is shown: the nearest tick, at least one."""
        price = self.ask if is_buy else self.bid
        if price != self._money_of:
            self._money = self.instrument.ticks.nearest(price) or self.instrument.tick_size
            self._money_of = price
        return self._money

    def mark(self) -> Decimal | None:
        """Return the last price shown, None before the first."""
        return None if self.shown is _NOTHING else self.money(is_buy=False)

    def shows_at(self, now_ns: int) -> bool:
        """Whether its prices are those of this instant; a quote stands until the next."""
        return self.shown is _QUOTE or (self.event_ns == now_ns and self.shown is not _NOTHING)

    def reference(self, order: Order, now_ns: int, *, is_buy: bool) -> Decimal | None:
        """Return what the market shows now: its own prices, else what the order was decided on."""
        if self.shows_at(now_ns):
            return self.money(is_buy=is_buy)
        if order.decision_price is not None:
            return order.decision_price
        return None if self.shown is _NOTHING else self.money(is_buy=is_buy)

    # when it wakes

    def stay_awake(self) -> None:
        """Look at the very next price, whatever it is."""
        self.low = math.inf

    def refresh(self) -> None:
        """Compute the wake bounds anew from what the orders wait for."""
        low, high = -math.inf, math.inf
        for working in self.orders.values():
            if (
                working.stage is _AT_MARKET
                or not working.has_arrived
                or working.cancel_ns is not None
            ):
                self.low = math.inf
                return
            if working.stage is _AT_LIMIT:
                if working.is_buy:
                    low = max(low, working.through_f)
                else:
                    high = min(high, working.through_f)
            elif working.is_buy:
                high = min(high, working.trigger_f)
                if working.is_trailing:
                    low = max(low, working.best_f)
            else:
                low = max(low, working.trigger_f)
                if working.is_trailing:
                    high = min(high, working.best_f)
        self.low, self.high = low, high
