"""The largest order by quantity, in base units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from argonaut.domain.ids import InstrumentId
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import OnExcess, check_positive, excess
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_PASSED: Final = Verdict("max_quantity")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxQuantity:
    """Clip an order to a maximum of base units, or refuse it; off where none is set.

    One number means little across instruments, so `by_instrument` goes before `max_base`.
    """

    max_base: Decimal | None = None
    by_instrument: Mapping[InstrumentId, Decimal] = field(default_factory=dict)
    on_excess: OnExcess = OnExcess.CLIP

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "max_quantity"

    def __post_init__(self) -> None:
        """Want base units."""
        if self.max_base is not None:
            check_positive("max_base", self.max_base)
        for instrument_id, limit in self.by_instrument.items():
            check_positive(f"by_instrument[{instrument_id}]", limit)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the proposed base units."""
        del view
        limit = self.max_base
        if self.by_instrument:
            limit = self.by_instrument.get(proposal.entry.instrument_id, limit)
        if limit is None:
            return _PASSED
        quantity = proposal.quantity
        if quantity <= limit:
            return Verdict("max_quantity", _PASS, quantity, limit)
        return excess("max_quantity", self.on_excess, value=quantity, limit=limit, keep=limit)
