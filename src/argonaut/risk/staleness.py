"""The age of the last price: an entry is decided on what the market shows now."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_count, counted
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE
_SECOND_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Staleness:
    """Refuse an entry when the last price is older than `max_age_s` seconds.

    A bar is seen when it closes, so a strategy deciding on its bar meets an age of zero. A signal
    from outside comes between bars: give it three times the gap expected between prices, such as
    900 for bars of 5m. A price from the future is as wrong as an old one.
    """

    max_age_s: int = 120

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "staleness"

    def __post_init__(self) -> None:
        """Want whole seconds."""
        check_count("max_age_s", self.max_age_s)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the age of the instrument's last price in seconds."""
        limit_s = self.max_age_s
        age_ns = view.price_age_ns(proposal.entry.instrument_id)
        if age_ns is None:
            return Verdict("staleness", _REFUSE, None, Decimal(limit_s), "no price has been seen")
        if not age_ns:
            return counted("staleness", _PASS, 0, limit_s)
        outcome = _PASS if abs(age_ns) <= limit_s * _SECOND_NS else _REFUSE
        return Verdict("staleness", outcome, Decimal(age_ns).scaleb(-9), Decimal(limit_s))
