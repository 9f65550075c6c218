"""How capital is shared among strategies and what is expected of them, out of a config."""

from __future__ import annotations

from argonaut.config.errors import ConfigError
from argonaut.config.schema import Config
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import StrategyId
from argonaut.risk.allocation import Expectation, Plan, Share
from argonaut.strategies.interface import Pace


def paces_of(config: Config) -> dict[StrategyId, Pace]:
    """Return how often each strategy is to wish, where the config says so."""
    return {
        StrategyId(each.id): Pace(
            None if each.silent_max_s is None else float(each.silent_max_s),
            each.entries_a_day_max,
        )
        for each in config.strategies
    }


def plan_of(config: Config, *, with_trials: bool = False) -> Plan | None:
    """Return what the allocator goes by; None when capital is not allocated.

    Strategies on trial have no part of the account's capital; `with_trials` is of their shadow,
    where each has what it would have.

    Raises:
        ConfigError: An expectation or a step is none.
    """
    section = config.allocation
    if not section.enabled:
        return None
    try:
        shares = {
            StrategyId(each.id): Share(
                weight=each.weight,
                budget_quote=each.budget_quote,
                expects=Expectation(**each.expects.model_dump()),
            )
            for each in config.strategies
            if each.enabled and (with_trials or not each.dry_run)
        }
        return Plan(
            shares=shares,
            capital_quote=section.capital_quote,
            window_trades=section.window_trades,
            doubt=section.doubt,
            steps=section.steps,
        )
    except InvalidValueError as error:
        raise ConfigError("allocation", [f"allocation: {error}"]) from error
