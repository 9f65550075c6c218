"""A plain account for the gate to look at, and builders of what it is asked."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Enter, Exit, Notional
from argonaut.risk.finite import Finite
from argonaut.risk.sizing import Sizing
from argonaut.risk.view import Exposure, Proposal

BTC = InstrumentId("BTC/USDT@sim")
D = Decimal
NOTHING = Exposure(D(0), D(0), D(0), D(0))


@dataclass
class FakeAccount:
    """An account in which nothing has happened yet; every answer is a field."""

    mode: TradingMode = TradingMode.ACTIVE
    now_ns: int = 0
    quote: str = "USDT"
    price: Decimal | None = D(100)
    age_ns: int | None = 0
    money: Decimal | None = D(10_000)
    peak: Decimal = D(10_000)
    loss: Decimal = D(0)
    positions: int = 0
    is_held: bool = False
    symbol: Exposure = NOTHING
    strategy: Exposure = NOTHING
    venue: Exposure = NOTHING
    account: Exposure = NOTHING
    orders: int = 0
    off_list: str = ""
    allowed: Decimal | None = D(10_000)
    free: Decimal = D(10_000)
    shorts: bool = True
    types: frozenset[OrderType] = frozenset(OrderType)
    rates: dict[str, Decimal] = field(default_factory=dict)

    def market_price(self, instrument_id: InstrumentId) -> Decimal | None:
        return self.price

    def price_age_ns(self, instrument_id: InstrumentId) -> int | None:
        return self.age_ns

    def equity(self) -> Decimal | None:
        return self.money

    def equity_peak(self) -> Decimal:
        return self.peak

    def loss_today(self) -> Decimal:
        return self.loss

    def positions_open(self) -> int:
        return self.positions

    def has_position(self, instrument_id: InstrumentId) -> bool:
        return self.is_held

    def symbol_exposure(self, instrument_id: InstrumentId) -> Exposure:
        return self.symbol

    def strategy_exposure(self, strategy_id: StrategyId) -> Exposure:
        return self.strategy

    def budget(self, strategy_id: StrategyId) -> Decimal | None:
        return self.allowed

    def universe_blocker(self, instrument_id: InstrumentId) -> str:
        return self.off_list

    def venue_exposure(self, venue_id: VenueId) -> Exposure:
        return self.venue

    def account_exposure(self) -> Exposure:
        return self.account

    def orders_in_last_minute(self) -> int:
        return self.orders

    def held(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> Decimal:
        return D(0)

    def free_quote(self, instrument_id: InstrumentId) -> Decimal:
        return self.free

    def allows_short(self, instrument_id: InstrumentId) -> bool:
        return self.shorts

    def to_account_quote(self, asset: str) -> Decimal | None:
        return self.rates.get(asset)

    def order_types(self) -> frozenset[OrderType]:
        return self.types


def instrument(**rules: Any) -> Instrument:
    """BTC in USDT with a tick of a cent and a lot of a thousandth."""
    given: dict[str, Any] = {
        "instrument_id": BTC,
        "base": "BTC",
        "quote": "USDT",
        "tick_size": D("0.01"),
        "lot_size": D("0.001"),
    }
    return Instrument(**(given | rules))


def entry(**said: Any) -> Enter:
    """Buy for 100 quote at the market."""
    given: dict[str, Any] = {
        "strategy_id": StrategyId("s"),
        "instrument_id": BTC,
        "side": Side.BUY,
        "size": Notional(D(100)),
        "reason": "a test",
    }
    return Enter(**(given | said))


def limit_entry(price: float, **said: Any) -> Enter:
    """Buy for 100 quote at a limit."""
    return entry(order_type=OrderType.LIMIT, limit_price=price, **said)


def leave(**said: Any) -> Exit:
    """Close everything at the market."""
    given: dict[str, Any] = {
        "strategy_id": StrategyId("s"),
        "instrument_id": BTC,
        "reason": "a test",
    }
    return Exit(**(given | said))


def proposal(wish: Enter, view: FakeAccount, **rules: Any) -> Proposal:
    """Size a wish as the gate does."""
    asked = Proposal(wish, instrument(**rules))
    Finite().verdict(asked, view)
    Sizing().verdict(asked, view)
    return asked
