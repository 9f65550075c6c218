"""The order types an entry may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.order import OrderType
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import LimitError
from argonaut.risk.view import AccountView, Proposal

_PASSED: Final = Verdict("order_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTypeAllowed:
    """Refuse an entry whose order type is not in `allowed`, or not allowed by the operator."""

    allowed: tuple[OrderType, ...] = tuple(OrderType)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "order_type"

    def __post_init__(self) -> None:
        """Want at least one type."""
        if not self.allowed:
            raise LimitError("want at least one order type in allowed, not none")

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Look the entry's order type up in both lists."""
        order_type = proposal.entry.order_type
        if order_type in self.allowed and order_type in view.order_types():
            return _PASSED
        said = f"{order_type.value} entries are not allowed"
        return Verdict("order_type", Outcome.REFUSE, detail=said)
