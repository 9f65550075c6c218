"""Three lists of instruments, and which one counts."""

from __future__ import annotations

from typing import Any

import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.schema import Config
from argonaut.config.universe import list_of, scan_of


def config(universe: dict[str, Any], own: list[str] | None = None) -> Config:
    return Config.model_validate(
        {
            "data": [{"path": "a.csv", "instrument": "BTC/USDT", "timeframe": "1m"}],
            "strategies": [{"id": "one", "class": "a.B", "instruments": own or []}],
            "universe": universe,
        }
    )


SHARED = {"instruments": ["BTC/USDT"]}


@pytest.mark.parametrize(
    ("universe", "own", "wanted"),
    [
        ({}, None, ((), "every instrument of data")),
        (SHARED, None, (("BTC/USDT",), "universe.instruments")),
        (SHARED, ["ETH/USDT"], (("ETH/USDT",), "strategies.one.instruments")),
        (SHARED | {"scanner": {"enabled": True}}, ["ETH/USDT"], ((), "universe.scanner")),
    ],
)
def test_the_scanner_overrides_the_strategys_list_and_that_the_shared_one(
    universe: dict[str, Any], own: list[str] | None, wanted: Any
) -> None:
    made = config(universe, own)

    assert list_of(made.strategies[0], made.universe) == wanted


def test_a_scanner_that_is_off_scans_nothing() -> None:
    assert scan_of(config({})) is None


def test_knobs_reach_the_scanner() -> None:
    scan = scan_of(config({"scanner": {"enabled": True, "top": 5, "timeframe": "1h"}}))

    assert scan is not None
    assert (scan.top, scan.timeframe) == (5, "1h")


def test_a_knob_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match=r"universe.scanner: want three weights"):
        scan_of(config({"scanner": {"enabled": True, "return_weight": 1.0}}))
