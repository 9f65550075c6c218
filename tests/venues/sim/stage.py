"""A small stage for the simulated venue: it drives like the session and checks every report.

Each report is applied to our own copy of the order, so a step the order table forbids fails.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import (
    Canceled,
    Expired,
    Filled,
    Order,
    OrderRole,
    OrderType,
    Rejected,
    Report,
    Side,
    Submitted,
)
from argonaut.domain.transitions import apply
from argonaut.venues.sim import (
    MakerTaker,
    NoFees,
    NoLatency,
    NoSlippage,
    SimVenue,
    VolumeParticipation,
)

COIN = InstrumentId("COIN/USDT@sim")
MINUTE_NS = 60_000_000_000
NO_CAP = VolumeParticipation(bar_fraction=Decimal(0), print_fraction=Decimal(0))
BARE: dict[str, Any] = {
    "fees": NoFees(),
    "slippage": NoSlippage(),
    "latency": NoLatency(),
    "participation": NO_CAP,
}
TEN_BP = MakerTaker(maker=Decimal("0.001"), taker=Decimal("0.001"))


def instrument(**changes) -> Instrument:
    """COIN/USDT with tick 0.1 and lot 0.001."""
    rules: dict[str, Any] = {
        "instrument_id": COIN,
        "base": "COIN",
        "quote": "USDT",
        "tick_size": Decimal("0.1"),
        "lot_size": Decimal("0.001"),
    }
    return Instrument(**(rules | changes))


def order(client_order_id: str, side: str, order_type: str = "market", quantity="1", **fields):
    """An order with Decimals given as text."""
    for name in ("price", "trigger_price", "trail_fraction", "quote_quantity", "decision_price"):
        if isinstance(fields.get(name), str):
            fields[name] = Decimal(fields[name])
    given: dict[str, Any] = {
        "client_order_id": ClientOrderId(client_order_id),
        "strategy_id": StrategyId("test"),
        "instrument_id": COIN,
        "side": Side(side),
        "order_type": OrderType(order_type),
        "role": OrderRole.ENTRY,
        "quantity": Decimal(quantity),
    } | fields
    return Order(**given)


Reaction = Callable[["Stage", Report], object]


class Stage:
    """One venue, its bars, and what it told. `react` sees each report before the next is made."""

    def __init__(
        self,
        *,
        balances: dict[str, str] | None = None,
        filters: dict | None = None,
        react: Reaction | None = None,
        **settings,
    ) -> None:
        given = {"USDT": "10000", "COIN": "10"} if balances is None else balances
        self.venue = SimVenue(
            [instrument(**(filters or {}))],
            balances={asset: Decimal(amount) for asset, amount in given.items()},
            **(BARE | settings),
        )
        self.orders: dict[str, Order] = {}
        self.reports: list[Report] = []
        self.now_ns = 0
        self._react = react

    # what we do

    def send(self, order: Order) -> list[Report]:
        """Submit an order and take what comes back at once."""
        if order.client_order_id not in self.orders:
            sent = Submitted(client_order_id=order.client_order_id, event_ns=self.now_ns)
            self.orders[order.client_order_id] = apply(order, sent)
        return self._take(self.venue.submit(order, self.now_ns))

    def cancel(self, client_order_id: str) -> list[Report]:
        """Ask for an order to be taken out."""
        return self._take(self.venue.cancel(ClientOrderId(client_order_id), self.now_ns))

    def amend(self, client_order_id: str, **changes: str) -> list[Report]:
        """Ask for an order to be changed."""
        changed = {name: Decimal(value) for name, value in changes.items()}
        return self._take(self.venue.amend(ClientOrderId(client_order_id), self.now_ns, **changed))

    # what the market does

    def bar(self, *ohlc: float, volume: float = 1000.0) -> list[Report]:
        """Play one whole bar of a minute and show it, as the session does."""
        return self.open(ohlc[0]) + self.rest(*ohlc, volume=volume)

    def open(self, price: float) -> list[Report]:
        """Play a bar's open."""
        if COIN not in self.venue.working:
            return []
        return self._take(self.venue.on_open(COIN, self.now_ns, price))

    def rest(self, *ohlc: float, volume: float = 1000.0) -> list[Report]:
        """Play what follows a bar's open."""
        first, high, low, close = ohlc
        bar = Bar(
            COIN,
            MINUTE_NS,
            self.now_ns,
            open=first,
            high=high,
            low=low,
            close=close,
            volume=volume,
        )
        self.now_ns = bar.close_ns
        told = self._take(self.venue.on_bar(bar)) if COIN in self.venue.working else []
        self.venue.observe(bar)
        return told

    def trade(self, price: float, quantity: float = 1000.0, *, after_ns: int = 1) -> list[Report]:
        """Play one public trade, `after_ns` later than what was before."""
        self.now_ns += after_ns
        trade = Trade(COIN, self.now_ns, price=price, quantity=quantity)
        told = self._take(self.venue.on_trade(trade)) if COIN in self.venue.working else []
        self.venue.observe(trade)
        return told

    def quote(
        self, bid: float, ask: float, *, quantity: float = 1000.0, after_ns: int = 1
    ) -> list[Report]:
        """Play one quote with the same quantity on both sides."""
        self.now_ns += after_ns
        quote = Quote(
            COIN, self.now_ns, bid=bid, ask=ask, bid_quantity=quantity, ask_quantity=quantity
        )
        return self._take(self.venue.on_quote(quote))

    # what came of it

    def _take(self, reports: Iterable[Report]) -> list[Report]:
        told = []
        for report in reports:
            if not isinstance(report, Rejected) or not self.orders[report.client_order_id].is_final:
                before = self.orders[report.client_order_id]
                self.orders[report.client_order_id] = apply(before, report)
            self.reports.append(report)
            told.append(report)
            if self._react is not None:
                self._react(self, report)
        return told

    @property
    def balances(self):
        return self.venue.balances


def said(reports: Iterable[Report]) -> list[str]:
    """Reports as a trader would write them down: `a filled 1 @ 100`."""
    lines = []
    for report in reports:
        line = f"{report.client_order_id} {type(report).__name__.lower()}"
        if isinstance(report, Filled):
            line += f" {report.quantity.normalize():f} @ {report.price.normalize():f}"
        elif isinstance(report, Rejected):
            line += f" {report.code}"
        elif isinstance(report, Expired | Canceled):
            line += f": {report.reason}"
        lines.append(line)
    return lines


def fills(reports: Iterable[Report]) -> list[Filled]:
    return [report for report in reports if isinstance(report, Filled)]
