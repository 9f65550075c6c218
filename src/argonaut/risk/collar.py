"""The price collar: no order far from the market, and none in a market that has just run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import OrderType
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import check_fraction
from argonaut.risk.view import AccountView, Proposal

_PASS: Final = Outcome.PASS
_REFUSE: Final = Outcome.REFUSE
PriceOf = Callable[[InstrumentId], Decimal | None]
_PASSED: Final = Verdict("collar")
_MARKET: Final = OrderType.MARKET


@dataclass(frozen=True, slots=True, kw_only=True)
class Collar:
    """Refuse a limit or trigger price further than `limit_fraction` from the market's.

    With `minute_fraction`, also refuse any entry priced further than that from the market of 60 s
    ago. It is off by default, because a momentum strategy enters when the market has moved.
    """

    limit_fraction: Decimal = Decimal("0.05")
    minute_fraction: Decimal | None = None

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "collar"

    def __post_init__(self) -> None:
        """Want fractions, not percents."""
        check_fraction("limit_fraction", self.limit_fraction)
        if self.minute_fraction is not None:
            check_fraction("minute_fraction", self.minute_fraction)

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure how far the entry's own price is from the market, as a fraction of it."""
        if proposal.entry.order_type is _MARKET:
            verdict = _PASSED
        else:
            away = _away(proposal, proposal.market_price)
            is_near = away <= self.limit_fraction
            outcome = _PASS if is_near else _REFUSE
            verdict = Verdict("collar", outcome, away, self.limit_fraction)
        if self.minute_fraction is None or verdict.outcome is _REFUSE:
            return verdict
        return _minute_verdict(self.minute_fraction, proposal, view)


def _away(proposal: Proposal, from_price: Decimal) -> Decimal:
    """Return the greater distance of reference and trigger price, as a fraction."""
    away = abs(proposal.price - from_price)
    trigger = proposal.entry.trigger_price
    if trigger is not None:
        away = max(away, abs(proposal.instrument.price(trigger) - from_price))
    return away / from_price


def _minute_verdict(limit: Decimal, proposal: Proposal, view: AccountView) -> Verdict:
    # A view may know the past as well; nothing but this asks for it.
    price_then: PriceOf | None = getattr(view, "price_a_minute_ago", None)
    before = None if price_then is None else price_then(proposal.entry.instrument_id)
    if before is None or not (before.is_finite() and before > 0):
        said = "the price of a minute ago is not known"
        return Verdict("collar", _REFUSE, None, limit, said)
    away = _away(proposal, before)
    outcome = _PASS if away <= limit else _REFUSE
    return Verdict("collar", outcome, away, limit, "against the market a minute ago")
