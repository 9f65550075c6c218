"""The trading mode: entries only while ACTIVE. Part of validity, so never switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from argonaut.domain.mode import TradingMode
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.view import AccountView, Proposal

_ENTERING: Final = tuple(mode for mode in TradingMode if mode.allows_entries)
_PASSED: Final = Verdict("mode")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """Refuse entries in every mode but ACTIVE; exits are never asked."""

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "mode"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Look at the account's mode alone."""
        del proposal
        if view.mode in _ENTERING:
            return _PASSED
        return Verdict("mode", Outcome.REFUSE, detail=view.mode.name.lower())
