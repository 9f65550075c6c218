"""A strategy's wish to move its protection."""

from __future__ import annotations

import pytest

from argonaut.domain.ids import StrategyId
from argonaut.domain.signal import Protect, Target
from tests.stories.stage import BTC, Scripted, Stage, enter, flat, move

TARGETS = (Target(price=110.0),)
GUARDED = {0: (enter(stop_price=95.0, targets=TARGETS),)}
STOPPED = {0: (enter(stop_price=95.0),)}


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (move(stop_price=float("nan")), "want stop_price of at least one tick (0.01), not nan"),
        (move(stop_price=-5.0), "want stop_price of at least one tick (0.01), not -5.0"),
        (move(target_price=1e30), "want target_price of at least one tick (0.01), not 1e+30"),
        (move(), "want a stop_price or a target_price"),
        (move(stop_price=90.0), "stop stays at 95.00"),
        (move(target_price=110.0), "target stays at 110.00"),
    ],
)
def test_a_wish_that_makes_no_sense_is_answered_and_moves_nothing(wish: Protect, said: str) -> None:
    """A NaN from an indicator must cost nothing but a line in the journal."""
    stage = Stage(Scripted({**GUARDED, 2: (wish,)}))
    stage.bars(flat(100), flat(100))

    told = stage.bars(flat(100))

    assert told == [f"protection {said}"]
    assert not stage.bodies("protection")[-1].moved
    assert stage.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 110"}


def test_a_wish_puts_a_stop_under_a_bare_holding() -> None:
    """A strategy that looks before it places its stop is as safe as any."""
    stage = Stage(Scripted({0: (enter(),), 2: (move(stop_price=95.0, target_price=120.0),)}))

    told = stage.bars(*[flat(100)] * 3)

    assert "protection stop to 95.00, target to 120.00" in told
    assert stage.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 120"}


def test_a_wish_without_a_holding_moves_nothing() -> None:
    """There is nothing to guard."""
    stage = Stage(Scripted({0: (move(stop_price=95.0),)}))

    assert stage.bars(flat(100)) == ["protection nothing is held"]


def test_a_wish_for_an_instrument_nobody_knows_moves_nothing() -> None:
    """A typo in a strategy stops nothing."""
    typo = Protect(
        strategy_id=StrategyId("story"),
        instrument_id=type(BTC)("BTX/USDT@sim"),
        reason="typo",
        stop_price=1.0,
    )
    stage = Stage(Scripted({0: (typo,)}))

    assert stage.bars(flat(100)) == ["protection unknown instrument BTX/USDT@sim"]


def test_a_first_target_joins_a_stop_that_rests_alone() -> None:
    """They are not linked at the venue, so the engine itself takes the other one out."""
    stage = Stage(Scripted({**STOPPED, 2: (move(target_price=110.0),)}))
    stage.bars(*[flat(100)] * 3)

    told = stage.bars((100, 100, 94, 96))

    assert told[-1] == "target canceled"
    assert stage.resting() == {}
