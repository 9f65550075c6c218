"""What an engine is made from, checked once."""

from __future__ import annotations

from typing import Any

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.engine.setup import EngineSetup
from argonaut.risk.gate import Gate
from argonaut.venues.sim.capability import sim_capability
from tests.stories.stage import BTC, Scripted, instrument_of


def setup(**fields: Any) -> EngineSetup:
    given: dict[str, Any] = {
        "instruments": [instrument_of()],
        "strategies": [],
        "gate": Gate(()),
        "capability": sim_capability(VenueId("sim"), allows_short=False),
        "quote": "USDT",
    }
    return EngineSetup(**given | fields)


def test_a_strategy_at_an_unknown_instrument_is_refused_with_those_there_are() -> None:
    lost = Scripted({}, instrument_id=InstrumentId("BTX/USDT@sim"))

    with pytest.raises(InvalidValueError, match=r"story trades BTX/USDT@sim.*BTC/USDT@sim"):
        setup(strategies=[lost])


def test_two_strategies_of_one_name_at_one_instrument_are_refused() -> None:
    """They would share one holding and read each other's trades."""
    with pytest.raises(InvalidValueError, match="two strategies are called story"):
        setup(strategies=[Scripted({}), Scripted({})])


@pytest.mark.parametrize("every_ns", [0, -1])
def test_equity_is_marked_at_some_interval(every_ns: int) -> None:
    with pytest.raises(InvalidValueError, match="want equity_sample_ns > 0"):
        setup(equity_sample_ns=every_ns)


def test_two_strategies_may_share_an_instrument() -> None:
    made = setup(strategies=[Scripted({}), Scripted({}, name="other")])

    assert [each.strategy_id for each in made.strategies] == [
        StrategyId("story"),
        StrategyId("other"),
    ]
    assert made.instruments[0].instrument_id == BTC
