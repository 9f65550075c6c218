"""The venue's own rules on quantity, price and notional. Never switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.grid import fault_of
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.view import AccountView, Proposal

_REFUSE: Final = Outcome.REFUSE
_PASSED: Final = Verdict("filters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Refuse what the venue would reject; nothing is rounded or raised to fit."""

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "filters"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Ask the instrument about the proposed quantity and reference price."""
        del view
        fault = fault_of(proposal.instrument, proposal.quantity, proposal.price)
        return _PASSED if fault is None else Verdict("filters", _REFUSE, detail=fault)
