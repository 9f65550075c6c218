"""The study of launches on made ones: what the sniper and the baseline pay and get."""

from __future__ import annotations

import pytest

from tools.launch_study import FEE, SPREAD, Launch, Minute, buy, gains_of, new_coins, snipe, table

MINUTE_NS = 60_000_000_000
START_NS = 1_753_862_400_000_000_000


def launch(*prices: tuple[float, float, float, float], symbol: str = "NEWUSDT") -> Launch:
    """Return a launch of minutes, each open, high, low, close."""
    minutes: list[Minute] = [
        (START_NS + number * MINUTE_NS, *each) for number, each in enumerate(prices)
    ]
    return Launch(symbol, minutes)


FLAT = (10.0, 10.0, 10.0, 10.0)
RUN_AWAY = (10.0, 30.0, 10.0, 30.0)
COSTS = (1 - SPREAD / 2) * (1 - FEE) / ((1 + SPREAD / 2) * (1 + FEE)) - 1


def test_a_flat_coin_costs_fees_and_spread() -> None:
    flat = launch(*[FLAT] * 10)

    for at_close in (True, False):
        result = buy(flat, at_close=at_close, has_exits=False)
        assert result.gain == pytest.approx(COSTS)
    assert snipe(flat).gain == pytest.approx(COSTS, abs=2e-4)


def test_the_sniper_buys_when_the_first_minute_is_over() -> None:
    risen = launch(FLAT, *[(12.0, 12.0, 12.0, 12.0)] * 10)

    assert snipe(risen).gain == pytest.approx(0.2 + 1.2 * COSTS, abs=2e-3)


def test_the_sniper_leaves_what_has_run_away() -> None:
    result = snipe(launch(RUN_AWAY, *[(30.0, 30.0, 30.0, 30.0)] * 10))

    assert result.gain is None
    assert "want at most 45%" in result.why


def test_a_stop_counts_before_a_target_of_the_same_minute() -> None:
    wild = launch(FLAT, (10.0, 21.0, 8.0, 10.0), FLAT)

    result = buy(wild, at_close=True, has_exits=True)

    assert result.gain == pytest.approx(-0.12, abs=0.005)


def test_both_targets_sell_half_each() -> None:
    up = launch(FLAT, (10.0, 25.0, 10.0, 25.0), FLAT)

    result = buy(up, at_close=True, has_exits=True)

    assert result.gain == pytest.approx(0.75, abs=0.01)


def test_the_table_counts_what_was_bought() -> None:
    results = [snipe(launch(*[FLAT] * 5)), snipe(launch(RUN_AWAY, RUN_AWAY))]

    assert len(gains_of(results)) == 1
    assert "| 1 of 2 | 0% |" in table({"sniper": results})[2]


def test_coins_quoted_in_usdc_were_old() -> None:
    assert new_coins([launch(FLAT, symbol="AAVEUSDC"), launch(FLAT)]) == [launch(FLAT)]
