"""The daily loss stop: no entry until midnight UTC once enough is lost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_positive
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyLoss:
    """Refuse entries from a loss of `limit_quote` since 00:00 UTC on, transfers taken out."""

    limit_quote: Decimal = Decimal(100)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "daily_loss"

    def __post_init__(self) -> None:
        """Want quote units."""
        check_positive("limit_quote", self.limit_quote)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure equity lost today in account quote units; a gain is negative."""
        del proposal
        loss, limit = view.loss_today(), self.limit_quote
        if not loss.is_finite():
            return Verdict("daily_loss", _REFUSE, None, limit, "today's loss is not known")
        return Verdict("daily_loss", _PASS if loss < limit else _REFUSE, loss, limit)
