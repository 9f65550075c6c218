"""What the book keeps per instrument: its rules, its assets, its position and who holds what."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from argonaut.domain.ids import FillId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import Filled, Side
from argonaut.ledger.exact import add, multiply, share_of, subtract
from argonaut.ledger.fold import Change, Closed, follow, trade
from argonaut.ledger.holding import Holding
from argonaut.ledger.position import Position
from argonaut.ledger.posting import AssetTotals

_SELL: Final = Side.SELL


class Sheet:
    """One instrument's page in the book."""

    __slots__ = (
        "base",
        "contract_size",
        "holdings",
        "instrument",
        "last_ns",
        "last_price",
        "position",
        "quote",
        "seen",
    )

    def __init__(self, instrument: Instrument, base: AssetTotals, quote: AssetTotals) -> None:
        size = instrument.contract_size
        self.instrument = instrument
        self.contract_size = ONE if size == ONE else size  # the fold asks for `ONE` by identity
        self.base = base
        self.quote = quote
        self.position = Position(instrument.instrument_id)
        self.holdings: dict[StrategyId, Holding] = {}
        self.seen: dict[FillId, None] = {}  # a set that keeps its order; never forgets
        self.last_price: Decimal | None = None  # of our last fill
        self.last_ns = 0

    def holding(self, strategy_id: StrategyId) -> Holding:
        """Return the strategy's holding: one object for as long as the book lives."""
        try:
            return self.holdings[strategy_id]
        except KeyError:
            holding = Holding(strategy_id, self.instrument.instrument_id)
            self.holdings[strategy_id] = holding
            return holding

    def exchange(
        self, side: Side, fill: Filled, *, fee_base: Decimal, fee_quote: Decimal
    ) -> Change:
        """Write base against quote, and return the fill as the fold wants it.

        A fee in base is taken as that much less bought, or more sold, at the fill's price, and
        `fee_quote` is its worth: what is held then is what can be sold.
        """
        quantity, price, size = fill.quantity, fill.price, self.contract_size
        units = quantity if size is ONE else multiply(quantity, size)
        notional = value = multiply(units, price)
        spent = value.copy_negate()
        if side is _SELL:
            quantity, units = quantity.copy_negate(), units.copy_negate()
            value, spent = spent, value
        self.base.trade(units)
        self.quote.trade(spent)
        self.last_price = price
        self.last_ns = fill.event_ns
        if fee_base:
            taken = fee_base if size is ONE else share_of(fee_base, ONE, size)
            quantity = subtract(quantity, taken)
            value = subtract(value, fee_quote)
        return Change(
            quantity,
            value,
            price,
            fee_quote,
            event_ns=fill.event_ns,
            contract_size=size,
            notional=notional,
        )

    def fold(self, change: Change, holding: Holding) -> Closed | None:
        """Take a fill into the strategy's holding and the account's position.

        While one strategy alone has the instrument, both are the same fold of the same fills.
        """
        closed = trade(holding, change)
        if len(self.holdings) == 1:
            follow(self.position, holding)
        else:
            trade(self.position, change)
        return closed

    def dust_of(self, holding: Holding) -> Decimal:
        """Return what is held when it is too little to trade, else zero."""
        held = holding.quantity
        return ZERO if held.copy_abs() >= self.instrument.lot_size else held

    def give_up(self, dust: Decimal) -> Change:
        """Set `dust` aside, and return the sale for nothing that takes it out of the fold."""
        self.base.write_off(multiply(dust, self.contract_size))
        return Change(
            dust.copy_negate(),
            ZERO,
            ZERO,
            ZERO,
            event_ns=self.last_ns,
            contract_size=self.contract_size,
            notional=ZERO,
        )

    def held_by_strategies(self) -> Decimal:
        """Return the sum of all holdings: the position's quantity, or the book is wrong."""
        held = ZERO
        for holding in self.holdings.values():
            held = add(held, holding.quantity)
        return held
