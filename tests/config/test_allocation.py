"""Weights, budgets and expectations of a config become the plan of the allocator."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.config.allocation import paces_of, plan_of
from argonaut.config.errors import ConfigError
from argonaut.config.schema import Config
from argonaut.domain.ids import StrategyId
from argonaut.strategies.interface import Pace

D = Decimal


def config(**allocation: object) -> Config:
    return Config.model_validate(
        {
            "data": [{"path": "a.csv", "instrument": "BTC/USDT", "timeframe": "1m"}],
            "strategies": [
                {"id": "one", "class": "a.B", "weight": 2, "expects": {"win_rate": 0.45}},
                {"id": "two", "class": "a.B", "budget_quote": 300},
                {"id": "off", "class": "a.B", "enabled": False},
            ],
            "allocation": allocation,
        }
    )


def test_capital_is_not_allocated_unless_it_is_asked_for() -> None:
    assert plan_of(config()) is None


def test_every_enabled_strategy_has_its_share() -> None:
    plan = plan_of(config(enabled=True, capital_quote=1000, window_trades=20))

    assert plan is not None
    assert list(plan.shares) == ["one", "two"]
    assert (plan.capital_quote, plan.window_trades) == (D(1000), 20)
    one = plan.shares[StrategyId("one")]
    assert (one.weight, one.expects.win_rate) == (D(2), 0.45)


def test_a_pace_of_the_config_reaches_the_engine() -> None:
    paces = paces_of(config())

    assert set(paces.values()) == {Pace()}
    assert list(paces) == ["one", "two", "off"]


def test_a_step_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match="allocation: want steps that fall"):
        plan_of(config(enabled=True, steps=[2]))
