"""The smallest and the largest order by notional, in account quote units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import OnExcess, base_units, check_positive, excess
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class MinNotional:
    """Refuse an order below `min_quote`; it is never enlarged to reach it.

    The gate asks again when a later check has made the entry smaller.
    """

    min_quote: Decimal = Decimal(5)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "min_notional"

    def __post_init__(self) -> None:
        """Want quote units."""
        check_positive("min_quote", self.min_quote)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the notional at the reference price."""
        del view
        notional, limit = proposal.notional, self.min_quote
        return Verdict("min_notional", _PASS if notional >= limit else _REFUSE, notional, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxNotional:
    """Clip an order to `max_quote`, or refuse it."""

    max_quote: Decimal = Decimal(400)
    on_excess: OnExcess = OnExcess.CLIP

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "max_notional"

    def __post_init__(self) -> None:
        """Want quote units."""
        check_positive("max_quote", self.max_quote)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the notional at the worst price the order may fill at."""
        del view
        notional, limit = proposal.worst_notional, self.max_quote
        if notional <= limit:
            return Verdict("max_notional", _PASS, notional, limit)
        keep = base_units(proposal, limit)
        return excess("max_notional", self.on_excess, value=notional, limit=limit, keep=keep)
