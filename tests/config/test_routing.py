"""A route to a market that no venue here trades is refused before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from argonaut.config.assembly import assemble
from argonaut.config.errors import ConfigError
from argonaut.config.load import check
from argonaut.config.routing import market_of, problems_of_routes
from argonaut.config.schema import Config
from tests.config.written import minimal


def config(**routing: Any) -> Config:
    return Config.model_validate(
        {
            "data": [
                {"path": "a.csv", "instrument": "BTC/USDT", "timeframe": "1m"},
                {"path": "b.csv", "instrument": "ETH/USDT", "timeframe": "1m"},
            ],
            "strategies": [
                {"id": "trend", "class": "a.B"},
                {"id": "scalp", "class": "a.B", "instruments": ["ETH/USDT"]},
            ],
            "routing": routing,
        }
    )


def test_without_routes_everything_is_spot() -> None:
    assert market_of(config(), "trend", "BTC/USDT") == ("spot", "default")
    assert list(problems_of_routes(config())) == []


def test_the_closest_route_counts() -> None:
    made = config(
        prefer_futures=True,
        route_map={"trend BTC/USDT": "spot", "trend": "cross", "BTC/USDT": "isolated"},
    )

    assert market_of(made, "trend", "BTC/USDT")[0] == "spot"
    assert market_of(made, "trend", "ETH/USDT")[0] == "cross"
    assert market_of(made, "scalp", "BTC/USDT")[0] == "isolated"
    assert market_of(made, "scalp", "ETH/USDT") == ("perpetual", "routing.prefer_futures")


def test_what_no_venue_trades_is_refused_by_name() -> None:
    (said,) = problems_of_routes(config(route_map={"scalp": "perpetual"}))

    assert said == (
        "routing.route_map['scalp']: scalp wants perpetual for ETH/USDT, and "
        "argonaut.venues.sim.SimVenue trades spot alone"
    )


def test_futures_for_everybody_are_refused_for_each() -> None:
    said = list(problems_of_routes(config(prefer_futures=True)))

    assert len(said) == 3
    assert all("trades spot alone" in each for each in said)


def test_a_route_of_nothing_is_named() -> None:
    (said,) = problems_of_routes(config(route_map={"trnd": "spot"}))

    assert said.startswith("routing.route_map: 'trnd' is no strategy, no symbol")


def test_a_strategy_that_is_off_asks_for_nothing() -> None:
    made = config(route_map={"scalp": "perpetual"})
    off = made.strategies[1].model_copy(update={"enabled": False})
    made = made.model_copy(update={"strategies": (made.strategies[0], off)})

    assert list(problems_of_routes(made)) == []


def test_a_run_with_such_a_route_is_not_assembled() -> None:
    raw = minimal(routing={"prefer_futures": True})

    with pytest.raises(ConfigError) as refused:
        assemble(check(raw, "x"), folder=Path())
    assert any("trades spot alone" in each for each in refused.value.problems)
