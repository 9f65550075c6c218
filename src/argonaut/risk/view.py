"""What a check may look at: the proposed entry and the state of the account at this instant."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Protocol

import msgspec

from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Enter
from argonaut.domain.verdict import Verdict


class Exposure(msgspec.Struct, frozen=True, gc=False):
    """Account quote units at the worst side: what positions and every live order could become.

    One signed net cannot tell what an order on the other side adds to. A view that knows gives
    `net_long` (every live buy fills and no sell) and `net_short` (the reverse); where they are
    None a check takes the worse side for both.
    """

    gross: Decimal
    net: Decimal  # signed; positive is long
    net_long: Decimal | None = None  # signed
    net_short: Decimal | None = None  # signed


NO_EXPOSURE: Final = Exposure(ZERO, ZERO, ZERO, ZERO)


class Proposal:
    """An entry being measured. Checks may lower `quantity` through a CLIP verdict, never raise it.

    Prices are in the instrument's quote asset, limits and equity in the account's: `rate` is
    account quote units for one unit of the instrument's quote. Numbers are zero until sized.
    """

    __slots__ = (
        "entry",
        "instrument",
        "market_price",
        "price",
        "quantity",
        "quote_quantity",
        "rate",
        "unit_notional",
        "unit_quote",
        "unit_worst",
        "worst_notional",
    )

    def __init__(self, entry: Enter, instrument: Instrument) -> None:
        self.entry = entry
        self.instrument = instrument
        self.price = ZERO  # the limit or trigger price, or the market's last
        self.market_price = ZERO
        self.rate = ONE
        self.unit_quote = ZERO  # quote units of one base unit at the reference price
        self.unit_notional = ZERO  # the same in account quote units
        self.unit_worst = ZERO  # the same at the worst price it may fill at
        self.quantity = ZERO  # base units on the lot grid
        self.quote_quantity: Decimal | None = None  # most quote units, when sized by cash
        self.worst_notional = ZERO  # account quote units the whole may be worth

    def price_at(self, price: Decimal, *, worst_price: Decimal, rate: Decimal) -> None:
        """Set the reference price and what a base unit is worth at it and at worst."""
        contract_size = self.instrument.contract_size
        self.price = price
        self.rate = rate
        self.unit_quote = unit = price if contract_size is ONE else price * contract_size
        self.unit_notional = self.unit_worst = unit if rate is ONE else unit * rate
        if worst_price is not price:
            self.unit_worst = worst_price * contract_size * rate

    def size_at(self, quantity: Decimal, quote_quantity: Decimal | None = None) -> None:
        """Set the quantity, and for an entry sized by cash what it may spend."""
        self.quantity = quantity
        self.quote_quantity = quote_quantity
        worst = quantity * self.unit_worst
        if quote_quantity is not None:
            worst = max(worst, quote_quantity * self.rate)
        self.worst_notional = worst

    def shrink(self, quantity: Decimal) -> None:
        """Lower the quantity, and with it what an entry sized by cash may spend."""
        assert quantity <= self.quantity, f"{self.quantity} enlarged to {quantity}"
        spend = self.quote_quantity
        self.size_at(quantity, None if spend is None else min(spend, quantity * self.unit_quote))

    @property
    def notional(self) -> Decimal:
        """Account quote units of the whole proposal at the reference price."""
        return self.quantity * self.unit_notional


class AccountView(Protocol):
    """The account as the gate sees it. Prices are None when never seen."""

    mode: TradingMode
    now_ns: int
    quote: str  # the account's own quote asset: of equity, losses, exposures and limits

    def market_price(self, instrument_id: InstrumentId) -> Decimal | None:
        """Last price, quote per base (mid where quotes are known)."""

    def price_age_ns(self, instrument_id: InstrumentId) -> int | None:
        """Age of the last price in nanoseconds."""

    def equity(self) -> Decimal | None:
        """Account equity in the account's quote asset; None when something held has no price."""

    def equity_peak(self) -> Decimal:
        """Highest equity within the drawdown window, deposits and withdrawals taken out."""

    def loss_today(self) -> Decimal:
        """Equity lost since 00:00 UTC, net of transfers; negative is a gain."""

    def positions_open(self) -> int:
        """Instruments with a position or a working entry."""

    def has_position(self, instrument_id: InstrumentId) -> bool:
        """Whether the instrument counts in `positions_open`."""

    def symbol_exposure(self, instrument_id: InstrumentId) -> Exposure:
        """Worst case of one instrument, UNKNOWN orders included."""

    def strategy_exposure(self, strategy_id: StrategyId) -> Exposure:
        """Worst case of one strategy."""

    def budget(self, strategy_id: StrategyId) -> Decimal | None:
        """Account quote units the strategy may hold at worst; None when that is not known."""

    def universe_blocker(self, instrument_id: InstrumentId) -> str:
        """Why the scanner does not want it entered, or nothing."""

    def venue_exposure(self, venue_id: VenueId) -> Exposure:
        """Worst case of one venue."""

    def account_exposure(self) -> Exposure:
        """Worst case of everything."""

    def orders_in_last_minute(self) -> int:
        """Orders sent in the 60 s before now."""

    def held(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Decimal:
        """Base units the strategy holds, signed."""

    def free_quote(self, instrument_id: InstrumentId) -> Decimal:
        """Quote units not yet spent or promised."""

    def allows_short(self, instrument_id: InstrumentId) -> bool:
        """Whether the account may owe base units."""

    def to_account_quote(self, asset: str) -> Decimal | None:
        """Units of the account's quote asset for one unit of `asset`; None when unknown."""

    def order_types(self) -> frozenset[OrderType]:
        """Order types the operator allows."""


class Check(Protocol):
    """One rule. A frozen dataclass whose fields are its limits."""

    @property
    def code(self) -> str:
        """Stable name, as in the config and in `verdict.SENTENCES`."""

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the proposal; a CLIP verdict names the base units allowed in `keep`."""
