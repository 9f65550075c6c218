"""How much the bot may do."""

from typing import get_args

import pytest

from argonaut.domain.mode import TradingMode, Verb


def test_only_an_active_bot_takes_new_risk() -> None:
    assert [mode for mode in TradingMode if mode.allows_entries] == [TradingMode.ACTIVE]


def test_modes_are_ordered_towards_safety() -> None:
    """A breaker moves the mode with `max`; a wrong order would let it loosen."""
    assert sorted(TradingMode) == [
        TradingMode.ACTIVE,
        TradingMode.RECOVERING,
        TradingMode.NO_NEW_RISK,
        TradingMode.REDUCE_ONLY,
        TradingMode.KILLED,
    ]


@pytest.mark.parametrize("verb", get_args(Verb))
def test_no_word_lets_risk_in_after_a_kill(verb: Verb) -> None:
    """I14: a person re-arms first, and even that alone enters nothing."""
    after = TradingMode.KILLED.after(verb)

    assert after is None or not after.allows_entries


def test_a_kill_is_left_by_rearm_and_then_by_resume() -> None:
    armed = TradingMode.KILLED.after("rearm")

    assert armed is TradingMode.NO_NEW_RISK
    assert armed.after("resume") is TradingMode.ACTIVE


@pytest.mark.parametrize("mode", [each for each in TradingMode if each < TradingMode.KILLED])
def test_only_a_killed_bot_is_re_armed(mode: TradingMode) -> None:
    """Said by mistake it would lift a flatten."""
    assert mode.after("rearm") is None
