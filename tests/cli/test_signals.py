"""The verdict on one line, without a command around it."""

import json

import pytest

from argonaut.cli.signals import fault_of
from argonaut.feeds.detectors.spelling import Spellings
from tests.feeds.detectors.house import BTC

SOUND = {"id": "a-1", "symbol": "BTCUSDT", "side": "buy", "quote": "100"}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, ""),
        ({"symbol": "ETHUSDT"}, "unknown instrument ETHUSDT"),
        ({"quote": "NaN"}, "want notional > 0, not NaN"),
        ({"confidence": 2}, "want 0 <= confidence <= 1, not 2.0"),
    ],
)
def test_a_line_is_sound_or_has_a_fault(changes, fault):
    assert fault_of(json.dumps(SOUND | changes).encode(), Spellings([BTC])) == fault


def test_without_a_run_any_instrument_goes():
    assert fault_of(json.dumps(SOUND | {"symbol": "ETHUSDT"}).encode(), None) == ""
