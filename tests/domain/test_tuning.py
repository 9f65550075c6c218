"""Calibrations and models on their way to a strategy: what is told, and what is refused by name."""

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.tuning import (
    Calibration,
    calibration_event,
    calibration_of,
    is_for,
    model_event,
)

HMM, BTC = StrategyId("hmm"), InstrumentId("BTC/USDT@sim")


def test_a_calibration_that_says_nothing_changes_nothing():
    assert calibration_of("{}", where="x") == Calibration(
        confidence_gain=1.0, notional_multiplier=1.0, cooldown_scale=1.0
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"confidence_gian": 2}', "confidence_gian"),
        ('{"confidence_gain": "much"}', "confidence_gain"),
        ('{"confidence_gain": -1}', "0 <= confidence_gain <= 10, not -1"),
        ('{"notional_multiplier": 0}', "0.01 <= notional_multiplier <= 100"),
        ('{"notional_multiplier": 1e9}', "not 1000000000"),
        ('{"cooldown_scale": -0.5}', "cooldown_scale"),
        ("[1, 2]", "object"),
        ("", "btc.json is no calibration"),
        (b"\xff\xfe", "btc.json is no calibration"),
    ],
)
def test_a_calibration_that_cannot_be_is_refused_by_name(text, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        calibration_of(text, where="btc.json")


def test_an_event_is_for_one_strategy_at_one_instrument():
    told = calibration_event(Calibration(), HMM, BTC, event_ns=5)

    assert is_for(told, HMM, BTC)
    assert not is_for(told, StrategyId("other"), BTC)
    assert not is_for(told, HMM, InstrumentId("ETH/USDT@sim"))


def test_what_only_claims_to_be_from_us_is_not_for_anybody():
    """A feed is text from outside; it may not bring a model."""
    told = model_event("{}", "current", HMM, BTC, revision=1, event_ns=5)
    forged = type(told)(event_ns=5, event_id="x", source="rss", kind="model", payload=told.payload)

    assert is_for(told, HMM, BTC)
    assert not is_for(forged, HMM, BTC)
