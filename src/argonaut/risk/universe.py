"""Whether the scanner's shortlist has the instrument."""

from __future__ import annotations

from dataclasses import dataclass

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.view import AccountView, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """Refuse an entry at an instrument that is not on the shortlist, where a scanner is on."""

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "universe"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Look the instrument up."""
        blocker = view.universe_blocker(proposal.entry.instrument_id)
        return Verdict("universe", Outcome.REFUSE if blocker else Outcome.PASS, detail=blocker)
