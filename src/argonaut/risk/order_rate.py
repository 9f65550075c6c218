"""How many orders may be sent a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_count, counted
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRate:
    """Refuse an entry when `max_per_minute` orders were sent in the 60 s before."""

    max_per_minute: int = 30

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "order_rate"

    def __post_init__(self) -> None:
        """Want a count."""
        check_count("max_per_minute", self.max_per_minute)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Count the orders of the last minute."""
        del proposal
        count = view.orders_in_last_minute()
        outcome = _PASS if count < self.max_per_minute else _REFUSE
        return counted("order_rate", outcome, count, self.max_per_minute)
