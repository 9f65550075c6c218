"""Caps on what symbol, strategy, venue and account may come to hold, gross and net."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from argonaut.domain.order import Side
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import OnExcess, base_units, check_positive, excess
from argonaut.risk.view import NO_EXPOSURE, AccountView, Exposure, Proposal

_BUY: Final = Side.BUY
_PASS: Final = Outcome.PASS
_UNCAPPED: Final = {
    code: Verdict(code)
    for code in ("symbol_exposure", "strategy_exposure", "venue_exposure", "account_exposure")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureCap:
    """Clip an entry to what fits under both caps, or refuse it. One subclass a scope.

    Gross adds the entry to everything at its worst side. Net adds it to the worst case in the
    entry's own direction. A cap of None is off. What has no price is of infinite exposure.
    """

    gross_quote: Decimal | None = None
    net_quote: Decimal | None = None
    on_excess: OnExcess = OnExcess.CLIP

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        raise NotImplementedError

    def __post_init__(self) -> None:
        """Want quote units."""
        for name in ("gross_quote", "net_quote"):
            if getattr(self, name) is not None:
                check_positive(name, getattr(self, name))

    def exposure(self, proposal: Proposal, view: AccountView) -> Exposure:
        """Return the worst case of the scope before this entry."""
        raise NotImplementedError

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the worst case with the whole proposal in it, in account quote units."""
        gross_cap, net_cap = self.gross_quote, self.net_quote
        if gross_cap is None and net_cap is None:
            return _UNCAPPED[self.code]
        before, added = self.exposure(proposal, view), proposal.worst_notional
        if before is NO_EXPOSURE:
            gross = net = added
        else:
            gross = before.gross + added
            net = added + _leaning(before, is_long=proposal.entry.side is _BUY)
        if gross_cap is not None and gross > gross_cap:
            if net_cap is not None and net - net_cap > gross - gross_cap:
                return self._excess(proposal, net, net_cap, "net")
            return self._excess(proposal, gross, gross_cap, "gross")
        if net_cap is not None and net > net_cap:
            return self._excess(proposal, net, net_cap, "net")
        if gross_cap is None:
            return Verdict(self.code, _PASS, net, net_cap) if gross.is_finite() else self._unknown()
        return Verdict(self.code, _PASS, gross, gross_cap)

    def _excess(self, proposal: Proposal, value: Decimal, cap: Decimal, kind: str) -> Verdict:
        if value.is_infinite():
            return self._unknown()
        keep = base_units(proposal, cap - (value - proposal.worst_notional))
        return excess(self.code, self.on_excess, value=value, limit=cap, keep=keep, detail=kind)

    def _unknown(self) -> Verdict:
        cap = self.net_quote if self.gross_quote is None else self.gross_quote
        said = "something held or ordered has no price"
        return Verdict(self.code, Outcome.REFUSE, None, cap, said)


def _leaning(before: Exposure, *, is_long: bool) -> Decimal:
    """Return the worst case in the entry's own direction; negative leans the other way."""
    leaning = before.net_long if is_long else before.net_short
    if leaning is None:
        return abs(before.net)
    return leaning if is_long else -leaning


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolExposure(ExposureCap):
    """Cap what one instrument may come to hold."""

    gross_quote: Decimal | None = Decimal(2_000)
    net_quote: Decimal | None = Decimal(2_000)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "symbol_exposure"

    def exposure(self, proposal: Proposal, view: AccountView) -> Exposure:
        """Ask for the entry's instrument."""
        return view.symbol_exposure(proposal.entry.instrument_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyExposure(ExposureCap):
    """Cap what one strategy may come to hold; off by default."""

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "strategy_exposure"

    def exposure(self, proposal: Proposal, view: AccountView) -> Exposure:
        """Ask for the entry's strategy."""
        return view.strategy_exposure(proposal.entry.strategy_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueExposure(ExposureCap):
    """Cap what one venue may come to hold."""

    gross_quote: Decimal | None = Decimal(10_000)
    net_quote: Decimal | None = Decimal(10_000)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "venue_exposure"

    def exposure(self, proposal: Proposal, view: AccountView) -> Exposure:
        """Ask for the instrument's venue."""
        return view.venue_exposure(proposal.instrument.venue_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountExposure(ExposureCap):
    """Cap what the whole account may come to hold."""

    gross_quote: Decimal | None = Decimal(10_000)
    net_quote: Decimal | None = Decimal(10_000)

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "account_exposure"

    def exposure(self, proposal: Proposal, view: AccountView) -> Exposure:
        """Ask for everything."""
        del proposal
        return view.account_exposure()
