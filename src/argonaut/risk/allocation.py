"""The capital allocator: what each strategy may come to hold, and less of it when it drifts.

Capital is shared by weight. A strategy that states what it expects of itself (from its backtest) is
compared with that after every closed trade; one that does clearly worse goes down a step and has a
part of its budget left, one that does as expected for a whole window again goes up a step. A step
is a row of the journal with the numbers that led to it.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import StrategyId
from argonaut.domain.number import ONE, ZERO, to_float
from argonaut.domain.record import Allocated
from argonaut.domain.roundtrip import RoundTrip


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a strategy expects of itself, per closed trade; None is not looked at."""

    win_rate: float | None = None  # fraction of trades that earn something
    pnl_fraction: float | None = None  # mean P&L over the entry's notional
    drawdown_fraction: float | None = None  # most the sum of those fractions falls from its peak

    def __post_init__(self) -> None:
        """Want fractions."""
        for name, low in (("win_rate", 0.0), ("pnl_fraction", -1.0), ("drawdown_fraction", 0.0)):
            value = getattr(self, name)
            if value is not None and not low < value < 1:
                raise InvalidValueError(
                    f"want {low:g} < {name} < 1 (0.45 is 45 percent), not {value}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one strategy is given: a weight of what is to be shared, or a fixed budget."""

    weight: Decimal = ONE
    budget_quote: Decimal | None = None  # account quote units
    expects: Expectation = field(default_factory=Expectation)

    def __post_init__(self) -> None:
        """Want amounts of something."""
        for name, value in (("weight", self.weight), ("budget_quote", self.budget_quote)):
            if value is not None and not (value.is_finite() and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How capital is shared, and how drift is told from luck."""

    shares: Mapping[StrategyId, Share]
    capital_quote: Decimal | None = None  # what is shared; None is the account's equity
    window_trades: int = 30  # closed trades that are compared, anew after every step
    doubt: float = 2.0  # standard errors below what is expected before it is no luck
    steps: tuple[Decimal, ...] = (Decimal("0.5"), Decimal("0.25"), Decimal("0.1"))

    def __post_init__(self) -> None:
        """Want steps that go down and leave something: what is switched off is `enabled: false`."""
        if self.capital_quote is not None and not self.capital_quote > 0:
            raise InvalidValueError(f"want capital_quote > 0, not {self.capital_quote}")
        if self.window_trades < 5:
            raise InvalidValueError(f"want window_trades >= 5, not {self.window_trades}")
        if not (math.isfinite(self.doubt) and self.doubt > 0):
            raise InvalidValueError(f"want doubt > 0, not {self.doubt}")
        ladder = (ONE, *self.steps)
        is_down = all(upper > lower for upper, lower in zip(ladder, self.steps, strict=False))
        if not (self.steps and is_down and self.steps[-1] > 0):
            raise InvalidValueError(f"want steps that fall from below 1 to above 0, not {ladder}")


class Standing:
    """How one strategy stands: its step, and its trades since the last one."""

    __slots__ = ("reason", "returns", "step")

    def __init__(self, window_trades: int) -> None:
        self.step = 0  # 0 is the whole budget
        self.returns: deque[float] = deque(maxlen=window_trades)  # P&L fractions
        self.reason = ""

    def measured(self) -> tuple[float, float, float]:
        """Return win rate, mean and drawdown of the sum, of the trades there are."""
        total = peak = deepest = 0.0
        wins = 0
        for each in self.returns:
            total += each
            wins += each > 0
            peak = max(peak, total)
            deepest = max(deepest, peak - total)
        count = len(self.returns) or 1
        return wins / count, total / count, deepest


class Allocator:
    """Folds closed trades into budgets: the same trades give the same steps, always."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.standings = {each: Standing(plan.window_trades) for each in plan.shares}
        fixed = [each.budget_quote for each in plan.shares.values() if each.budget_quote]
        self._fixed = sum(fixed, ZERO)
        weights = [each.weight for each in plan.shares.values() if each.budget_quote is None]
        self._weights = sum(weights, ZERO)

    def budget(self, strategy_id: StrategyId, equity: Decimal | None) -> Decimal | None:
        """Return account quote units the strategy may come to hold at worst; None is not known.

        A strategy the plan does not name has nothing.
        """
        share = self.plan.shares.get(strategy_id)
        if share is None:
            return ZERO
        whole = share.budget_quote
        if whole is None:
            capital = equity if self.plan.capital_quote is None else self.plan.capital_quote
            if capital is None:
                return None
            whole = max(capital - self._fixed, ZERO) * share.weight / self._weights
        return whole * self.factor(strategy_id)

    def factor(self, strategy_id: StrategyId) -> Decimal:
        """Return the part of its budget that a strategy has left."""
        step = self.standings[strategy_id].step
        return self.plan.steps[step - 1] if step else ONE

    def on_trip(self, trip: RoundTrip) -> Allocated | None:
        """Count a closed trade; return the step it leads to, if any."""
        standing = self.standings.get(trip.strategy_id)
        if standing is None:
            return None
        standing.returns.append(to_float(trip.pnl_fraction))
        expects = self.plan.shares[trip.strategy_id].expects
        worse = _worse(standing, expects, self.plan)
        if worse:
            return self._move(trip.strategy_id, standing, 1, worse)
        is_whole = len(standing.returns) == self.plan.window_trades
        if standing.step and is_whole and _as_expected(standing, expects):
            said = f"{len(standing.returns)} trades in a row as expected"
            return self._move(trip.strategy_id, standing, -1, said)
        return None

    def _move(
        self, strategy_id: StrategyId, standing: Standing, by: int, why: str
    ) -> Allocated | None:
        step = min(max(standing.step + by, 0), len(self.plan.steps))
        win_rate, mean, drawdown = standing.measured()
        trades = len(standing.returns)
        standing.returns.clear()  # the next step wants trades of its own
        if step == standing.step:
            return None
        was = self.factor(strategy_id)
        standing.step, standing.reason = step, why
        return Allocated(
            strategy_id=strategy_id,
            factor=self.factor(strategy_id),
            was=was,
            reason=why,
            trades=trades,
            win_rate=win_rate,
            pnl_fraction=mean,
            drawdown_fraction=drawdown,
        )

    # over a restart

    def save(self) -> dict[str, Any]:
        """Return every standing as JSON values."""
        return {
            name: {"step": each.step, "returns": list(each.returns), "reason": each.reason}
            for name, each in self.standings.items()
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned; a strategy the config has since lost is left out."""
        for name, standing in self.standings.items():
            saved = state.get(name)
            if saved is not None:
                standing.step = min(saved["step"], len(self.plan.steps))
                standing.returns.extend(saved["returns"])
                standing.reason = saved["reason"]


def _worse(standing: Standing, expects: Expectation, plan: Plan) -> str:
    """Return what is clearly worse than expected, or nothing."""
    trades = len(standing.returns)
    win_rate, mean, drawdown = standing.measured()
    if expects.drawdown_fraction is not None and drawdown > expects.drawdown_fraction:
        return (
            f"lost {drawdown:.2%} from its peak, expected at most {expects.drawdown_fraction:.2%}"
        )
    if trades < plan.window_trades:
        return ""
    if expects.win_rate is not None:
        error = math.sqrt(expects.win_rate * (1 - expects.win_rate) / trades)
        if win_rate < expects.win_rate - plan.doubt * error:
            return f"won {win_rate:.0%} of {trades} trades, expected {expects.win_rate:.0%}"
    if expects.pnl_fraction is not None:
        error = _deviation(standing, mean) / math.sqrt(trades)
        if mean < expects.pnl_fraction - plan.doubt * error:
            return f"earned {mean:.3%} a trade, expected {expects.pnl_fraction:.3%}"
    return ""


def _as_expected(standing: Standing, expects: Expectation) -> bool:
    """Whether everything that is expected is met, without the benefit of the doubt."""
    win_rate, mean, _ = standing.measured()
    return win_rate >= (expects.win_rate or 0.0) and mean >= (expects.pnl_fraction or 0.0)


def _deviation(standing: Standing, mean: float) -> float:
    squares = sum((each - mean) * (each - mean) for each in standing.returns)
    return math.sqrt(squares / (len(standing.returns) - 1))
