"""Short entries only where the account may owe base units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.order import Side
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.view import AccountView, Proposal

_BUY: Final = Side.BUY
_LONG: Final = Verdict("short", Outcome.PASS, detail="the entry is long")
_ALLOWED: Final = Verdict("short", Outcome.PASS, detail="short entries are allowed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAllowed:
    """Refuse an entry on the sell side where there is nothing to borrow; selling is an exit."""

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "short"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Look at the entry's side and what the account may do."""
        entry = proposal.entry
        if entry.side is _BUY:
            return _LONG
        if view.allows_short(entry.instrument_id):
            return _ALLOWED
        said = f"short entries in {entry.instrument_id} are not allowed"
        return Verdict("short", Outcome.REFUSE, detail=said)
