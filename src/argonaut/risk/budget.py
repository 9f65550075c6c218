"""How much of the account one strategy may come to hold: its budget, as allocated now."""

from __future__ import annotations

from dataclasses import dataclass

from argonaut.domain.verdict import Outcome, Verdict
from argonaut.risk.limit import OnExcess, base_units, excess
from argonaut.risk.view import AccountView, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Clip an entry to what is left of its strategy's budget, or refuse it.

    Asked where capital is allocated, by `allocation` in the config.
    """

    on_excess: OnExcess = OnExcess.CLIP

    @property
    def code(self) -> str:
        """Its name in configs and verdicts."""
        return "budget"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        """Measure the strategy's worst case with the whole proposal in it."""
        strategy_id = proposal.entry.strategy_id
        budget = view.budget(strategy_id)
        if budget is None:
            said = "the budget is not known: something held has no price"
            return Verdict("budget", Outcome.REFUSE, detail=said)
        before = view.strategy_exposure(strategy_id).gross
        if before.is_infinite():
            said = "something held or ordered has no price"
            return Verdict("budget", Outcome.REFUSE, None, budget, said)
        value = before + proposal.worst_notional
        if value <= budget:
            return Verdict("budget", Outcome.PASS, value, budget)
        keep = base_units(proposal, budget - before)
        return excess("budget", self.on_excess, value=value, limit=budget, keep=keep)
