"""How many instruments may be held or entered at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_count, counted
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxPositions:
    """Refuse an entry that would open one position more than `max_count`."""

    max_count: int = 10

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "max_positions"

    def __post_init__(self) -> None:
        """Want a count."""
        check_count("max_count", self.max_count)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Count the positions there would be; adding to one that is open makes no more."""
        count = view.positions_open()
        is_new = not view.has_position(proposal.entry.instrument_id)
        outcome = _REFUSE if is_new and count >= self.max_count else _PASS
        return counted("max_positions", outcome, count + is_new, self.max_count)
