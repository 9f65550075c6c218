"""One strategy's part of a position: a live view that strategies read and never write."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ZERO


class Holding:
    """What `strategy_id` holds of `instrument_id`, filled and working; base units, signed.

    The book writes the filled part, the engine the working part. One object lives as long as
    the run, so a strategy may keep a reference.
    """

    __slots__ = (
        "average_price",
        "closed_ns",
        "cost",
        "entering",
        "entry_fees",
        "entry_tag",
        "entry_user_id",
        "exiting",
        "instrument_id",
        "opened_ns",
        "quantity",
        "realized",
        "stop_price",
        "strategy_id",
        "target_price",
    )

    def __init__(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> None:
        self.strategy_id = strategy_id
        self.instrument_id = instrument_id
        self.quantity = ZERO  # filled; positive is long
        self.cost = ZERO  # quote units paid for `quantity` before fees; negative for a short
        self.average_price: Decimal | None = None  # quote per base, None while flat
        self.entry_fees = ZERO  # quote units paid to open what is held now
        self.entry_tag = ""  # tag and user of the order that opened what is held now
        self.entry_user_id = ""
        self.realized = ZERO  # quote units since the start, net of every fee that had a price
        self.opened_ns: int | None = None  # when the position last left zero
        self.closed_ns: int | None = None  # when it last came back to zero
        self.entering = ZERO  # working entry orders, signed
        self.exiting = ZERO  # working exit orders (not protective ones), signed
        self.stop_price: Decimal | None = None  # where the protective stop rests now
        self.target_price: Decimal | None = None  # the nearest target now

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held (orders may be working)."""
        return not self.quantity

    @property
    def is_long(self) -> bool:
        """Whether base units are held."""
        return self.quantity > 0

    @property
    def is_short(self) -> bool:
        """Whether base units are owed."""
        return self.quantity < 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held and nothing is working: an entry may be asked for."""
        return not (self.quantity or self.entering or self.exiting)

    @property
    def expected(self) -> Decimal:
        """What will be held when the working entries and exits have filled."""
        return self.quantity + self.entering + self.exiting
