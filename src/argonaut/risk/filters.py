"""The venue's own rules on quantity, price and notional. Never switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.grid import fault_of
from argonaut.domain.order import Side
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.sizing import stop_distance
from argonaut.risk.view import AccountView, Proposal

_BUY: Final = Side.BUY
_REFUSE: Final = Outcome.REFUSE
_PASSED: Final = Verdict("filters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Refuse what the venue would reject; nothing is rounded or raised to fit.

    That its stop would be rejected for the minimum notional is reason enough: the entry would fill,
    be worth too little to protect, and have to be sold again at once.
    """

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "filters"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Ask the instrument about the proposed quantity and reference price."""
        del view
        instrument = proposal.instrument
        fault = fault_of(instrument, proposal.quantity, proposal.price)
        if fault is None and instrument.min_notional and proposal.entry.side is _BUY:
            fault = _fault_of_stop(proposal)
        return _PASSED if fault is None else Verdict("filters", _REFUSE, detail=fault)


def _fault_of_stop(proposal: Proposal) -> str | None:
    """Return why the venue would take no stop of a long; a short's is worth more than its entry."""
    distance = stop_distance(proposal)
    if distance is None or distance >= proposal.price:
        return None
    instrument, minimum = proposal.instrument, proposal.instrument.min_notional
    notional = proposal.quantity * (proposal.price - distance) * instrument.contract_size
    if notional >= minimum:
        return None
    return f"its stop would be worth {notional.normalize():f}, below the minimum {minimum:f}"
