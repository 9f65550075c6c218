"""One strategy's part of a position: a live view that strategies read and never write."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.number import ZERO
from argonaut.ledger.position import Held


class Holding(Held):
    """What `strategy_id` holds of `instrument_id`, filled and working; base units, signed.

    The book writes the filled part, the engine the working part. One object lives as long as
    the run, so a strategy may keep a reference.
    """

    __slots__ = (
        "entering",
        "entry_tag",
        "entry_user_id",
        "exiting",
        "is_stray",
        "stop_price",
        "strategy_id",
        "target_price",
    )

    def __init__(self, strategy_id: StrategyId, instrument_id: InstrumentId) -> None:
        super().__init__(instrument_id)
        self.strategy_id = strategy_id
        self.entry_tag = ""  # tag and user of the order that opened what is held now
        self.entry_user_id = ""
        self.is_stray = False  # opened or made larger by an order that was to close something else
        self.entering = ZERO  # working entry orders, signed
        self.exiting = ZERO  # working exit orders (not protective ones), signed
        self.stop_price: Decimal | None = None  # where the protective stop rests now
        self.target_price: Decimal | None = None  # the nearest target now

    @property
    def is_idle(self) -> bool:
        """Whether nothing is held and nothing is working: an entry may be asked for."""
        return not (self.quantity or self.entering or self.exiting)

    @property
    def expected(self) -> Decimal:
        """What will be held when the working entries and exits have filled."""
        return self.quantity + self.entering + self.exiting
