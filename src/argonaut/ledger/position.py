"""The account's net position in one instrument, whoever's strategies made it."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.ids import InstrumentId
from argonaut.domain.number import ZERO


class Held:
    """What fills make of a position or of a strategy's part of one; only the fold writes it.

    A class rather than a protocol: compiled, its attributes are read and written in place.
    """

    __slots__ = (
        "average_price",
        "closed_ns",
        "cost",
        "entry_fees",
        "instrument_id",
        "opened_ns",
        "quantity",
        "realized",
    )

    def __init__(self, instrument_id: InstrumentId) -> None:
        self.instrument_id = instrument_id
        self.quantity = ZERO  # filled base units; positive is long
        self.cost = ZERO  # quote units paid for `quantity` before fees; negative for a short
        self.average_price: Decimal | None = None  # quote per base, None while flat
        self.entry_fees = ZERO  # quote units paid to open what is held now
        self.realized = ZERO  # quote units since the start, net of every fee that had a price
        self.opened_ns: int | None = None  # when the position last left zero
        self.closed_ns: int | None = None  # when it last came back to zero

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held (orders may be working)."""
        return not self.quantity

    @property
    def is_long(self) -> bool:
        """Whether base units are held."""
        return self.quantity > ZERO

    @property
    def is_short(self) -> bool:
        """Whether base units are owed."""
        return self.quantity < ZERO


class Position(Held):
    """Net base units of `instrument_id`, signed; a live view that only the book writes.

    Two strategies on opposite sides cancel here, as they do at the venue. So `realized` may
    differ from the sum over the holdings; with the unrealized part added it never does.
    """

    __slots__ = ()
