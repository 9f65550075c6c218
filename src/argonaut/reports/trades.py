"""What a list of closed trades says: how often, how much, how evenly.

Every function takes the profit of each trade as a column, net of fees, in whatever unit: quote
units for money, fractions of the entry for skill apart from size. A win earned something, a loss
cost something, a trade of exactly zero is neither. What is not defined is None.
"""

from __future__ import annotations

import math

from argonaut.reports.returns import Floats


def win_rate(profits: Floats) -> float | None:
    """Return the fraction of trades that won."""
    return float((profits > 0).mean()) if profits.size else None


def average_win(profits: Floats) -> float | None:
    """Return the mean of the wins."""
    wins = profits[profits > 0]
    return float(wins.mean()) if wins.size else None


def average_loss(profits: Floats) -> float | None:
    """Return the mean of the losses, negative."""
    losses = profits[profits < 0]
    return float(losses.mean()) if losses.size else None


def profit_factor(profits: Floats) -> float | None:
    """Return the sum of wins over the sum of losses, without sign."""
    return _over(float(profits[profits > 0].sum()), -float(profits[profits < 0].sum()))


def expectancy(profits: Floats) -> float | None:
    """Return what a trade earns on average: win rate x average win + loss rate x average loss."""
    return float(profits.mean()) if profits.size else None


def expectancy_ratio(profits: Floats) -> float | None:
    """Return what is earned per unit at risk: (1 + average win / average loss) x win rate - 1.

    Source: V. K. Tharp, Trade Your Way to Financial Freedom (1998).
    """
    payoff, rate = payoff_ratio(profits), win_rate(profits)
    if payoff is None or rate is None:
        return None
    return (1 + payoff) * rate - 1


def payoff_ratio(profits: Floats) -> float | None:
    """Return average win over average loss, without sign."""
    win, loss = average_win(profits), average_loss(profits)
    return None if win is None or loss is None else _over(win, -loss)


def sqn(profits: Floats) -> float | None:
    """Return the system quality number: root of n x mean / sample standard deviation.

    Source: V. K. Tharp, Definitive Guide to Position Sizing (2008), without its cap of n at 100.
    """
    if profits.size < 2:
        return None
    deviation = float(profits.std(ddof=1))
    mean = float(profits.mean())
    if deviation <= 1e-12 * abs(mean):  # float64 noise of equal profits
        return None
    return math.sqrt(profits.size) * mean / deviation


def kelly(profits: Floats) -> float | None:
    """Return the fraction of capital that maximizes its growth: W - (1 - W) / payoff ratio.

    Source: J. L. Kelly, A New Interpretation of Information Rate, Bell System Technical Journal 35
    (1956), with the average win and loss for the odds.
    """
    payoff, rate = payoff_ratio(profits), win_rate(profits)
    if payoff is None or rate is None:
        return None
    against = _over(1 - rate, payoff)
    return None if against is None else rate - against


def wilson_interval(wins: int, trades: int, *, z: float = 1.96) -> tuple[float, float]:
    """Return the range a win rate lies in with 95 % confidence (z 1.96). Wants trades > 0.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
    """
    rate = wins / trades
    square = z * z / trades
    middle = (rate + square / 2) / (1 + square)
    reach = z * math.sqrt(rate * (1 - rate) / trades + square / (4 * trades)) / (1 + square)
    return middle - reach, middle + reach


def _over(value: float, by: float) -> float | None:
    """Return the quotient, or None where it is not a finite number."""
    quotient = value / by if by else math.inf
    return quotient if math.isfinite(quotient) else None
