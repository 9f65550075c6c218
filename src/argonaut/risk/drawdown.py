"""Drawdown protection: entries shrink with the fall from the peak, and stop at the limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.number import ONE, ZERO
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_fraction
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_SHOWN: Final = Decimal("1e-8")  # digits of a fraction worth writing down


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """Shrink entries above half of `limit_fraction`, refuse them from `limit_fraction` on.

    Drawdown is 1 - equity / peak of the `EquityTracker`'s window, transfers taken out. Up to half
    the limit size is untouched, then it is multiplied by 2 * (1 - drawdown / limit).
    """

    limit_fraction: Decimal = Decimal("0.15")

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "drawdown"

    def __post_init__(self) -> None:
        """Want a fraction, not a percentage."""
        check_fraction("limit_fraction", self.limit_fraction)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure drawdown as a fraction of the peak."""
        limit = self.limit_fraction
        equity, peak = view.equity(), view.equity_peak()
        if equity is None or not equity.is_finite():
            return Verdict("drawdown", Outcome.REFUSE, None, limit, "equity is not known")
        if not (peak.is_finite() and peak > ZERO):
            return Verdict("drawdown", Outcome.REFUSE, None, limit, "no equity peak is known")
        if equity >= peak:
            return Verdict("drawdown", _PASS, ZERO, limit)

        drawdown = ONE - equity / peak
        shown = drawdown.quantize(_SHOWN)
        if drawdown + drawdown <= limit:
            return Verdict("drawdown", _PASS, shown, limit)
        if drawdown >= limit:
            return Verdict("drawdown", Outcome.REFUSE, shown, limit)
        keep = proposal.quantity * 2 * (ONE - drawdown / limit)
        return Verdict("drawdown", Outcome.CLIP, shown, limit, "", min(keep, proposal.quantity))
