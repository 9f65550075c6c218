"""How much the bot may do."""

from argonaut.domain.mode import TradingMode


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
