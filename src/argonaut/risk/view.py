"""What a check may look at: the proposed entry and the state of the account at this instant."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Enter
from argonaut.domain.verdict import Verdict


class Exposure(NamedTuple):
    """Quote units at the worst side: what positions and every live order could become."""

    gross: Decimal
    net: Decimal  # signed; positive is long


class Proposal:
    """An entry being measured. Checks may lower `quantity` through a CLIP verdict, never raise it."""

    __slots__ = ("entry", "instrument", "price", "quantity")

    def __init__(
        self, entry: Enter, instrument: Instrument, quantity: Decimal, price: Decimal
    ) -> None:
        self.entry = entry
        self.instrument = instrument
        self.quantity = quantity  # base units on the lot grid
        self.price = price  # quote per base: the limit price, or the market's last

    @property
    def notional(self) -> Decimal:
        """Quote units of the whole proposal."""
        return self.quantity * self.price * self.instrument.contract_size


class AccountView(Protocol):
    """The account as the gate sees it. Prices are None when never seen."""

    mode: TradingMode
    now_ns: int

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

    def order_types(self) -> frozenset[OrderType]:
        """Order types the operator allows."""


class Check(Protocol):
    """One rule. A frozen dataclass whose fields are its limits."""

    @property
    def code(self) -> str:
        """Stable name, as in the config and in `verdict.SENTENCES`."""

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the proposal; a CLIP verdict names the base units allowed in `keep`."""
