"""Wishes, and the numbers in them that would cost money if wrong."""

import math
from typing import Any

import msgspec
import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import (
    UNPROTECTED,
    CashFraction,
    Enter,
    EquityFraction,
    Exit,
    Notional,
    Protect,
    Protection,
    Quantity,
    RiskFraction,
    Signal,
    Size,
    Skip,
    Target,
)
from tests.domain.orders import D

WHO: dict[str, Any] = {
    "strategy_id": StrategyId("trend"),
    "instrument_id": InstrumentId("BTC/USDT@sim"),
}
NO_PRICES = [0.0, -1.0, math.nan, math.inf]


def test_a_target_is_a_price_or_a_fraction() -> None:
    with pytest.raises(InvalidValueError, match="either a price or a fraction"):
        Target()
    with pytest.raises(InvalidValueError, match="either a price or a fraction"):
        Target(price=100.0, fraction=0.01)


@pytest.mark.parametrize("value", NO_PRICES)
def test_a_target_is_above_zero(value: float) -> None:
    with pytest.raises(InvalidValueError, match=f"want target > 0, not {value}"):
        Target(price=value)
    with pytest.raises(InvalidValueError, match=f"want target > 0, not {value}"):
        Target(fraction=value)


@pytest.mark.parametrize("share", [0.0, -0.5, 1.1, math.nan])
def test_a_target_takes_a_share_of_the_quantity(share: float) -> None:
    with pytest.raises(InvalidValueError, match=f"want 0 < share <= 1, not {share}"):
        Target(fraction=0.01, share=share)


@pytest.mark.parametrize("name", ["stop_price", "stop_fraction", "trail_fraction"])
@pytest.mark.parametrize("value", NO_PRICES)
def test_a_stop_is_above_zero(name: str, value: float) -> None:
    with pytest.raises(InvalidValueError, match=f"want {name} > 0, not {value}"):
        msgspec.structs.replace(UNPROTECTED, **{name: value})


@pytest.mark.parametrize("name", ["stop_fraction", "trail_fraction"])
def test_a_stop_given_in_percent_is_refused(name: str) -> None:
    """Meant as 2 %, 2.0 would put the stop below zero: no stop at all."""
    with pytest.raises(InvalidValueError, match=rf"want {name} < 1 \(0.01 is one percent\), not 2"):
        msgspec.structs.replace(UNPROTECTED, **{name: 2.0})


def test_a_stop_is_a_price_or_a_fraction() -> None:
    with pytest.raises(InvalidValueError, match="a stop price or a stop fraction, not both"):
        Protection(stop_price=90.0, stop_fraction=0.1)


def test_targets_share_one_position() -> None:
    thirds = tuple(Target(fraction=0.01 * n, share=1 / 3) for n in (1, 2, 3))

    just_above = tuple(Target(fraction=0.01, share=share) for share in (0.05, 0.55, 0.3, 0.1))

    assert Protection(targets=thirds).targets == thirds
    assert sum(target.share for target in just_above) > 1  # by the last bit: float's, not theirs
    assert Protection(targets=just_above).targets == just_above
    with pytest.raises(InvalidValueError, match="target shares add up to more than 1"):
        Protection(targets=(*thirds, Target(fraction=0.05, share=0.01)))


@pytest.mark.parametrize(
    ("protection", "has_stop", "is_empty"),
    [
        (UNPROTECTED, False, True),
        (Protection(stop_price=90.0), True, False),
        (Protection(stop_fraction=0.1), True, False),
        (Protection(trail_fraction=0.1), True, False),
        (Protection(stop_fraction=0.1, trail_fraction=0.05), True, False),
        (Protection(targets=(Target(price=120.0),)), False, False),
    ],
)
def test_a_protection_knows_what_it_asks_for(
    protection: Protection, has_stop: bool, is_empty: bool
) -> None:
    assert (protection.has_stop, protection.is_empty) == (has_stop, is_empty)


@pytest.mark.parametrize(
    "size",
    [
        Notional(D(100)),
        Quantity(D("0.5")),
        EquityFraction(D("0.1"), D(10)),
        RiskFraction(D("0.01"), max_quote=D(500)),
        CashFraction(),
    ],
)
def test_an_entry_of_any_size_reads_back_from_json(size: Size) -> None:
    entry = Enter(
        **WHO,
        side=Side.SELL,
        size=size,
        reason="below the slow average",
        protection=Protection(stop_fraction=0.1, targets=(Target(fraction=0.2, share=0.5),)),
        order_type=OrderType.STOP_LIMIT,
        limit_price=99.5,
        trigger_price=100.5,
    )

    assert msgspec.json.decode(msgspec.json.encode(entry), type=Signal) == entry


@pytest.mark.parametrize(
    "signal",
    [
        Exit(**WHO, reason="target", fraction=D("0.5")),
        Protect(**WHO, reason="trail", stop_price=95.0),
        Skip(**WHO, reason="still cooling down"),
    ],
)
def test_any_signal_says_in_json_which_one_it_is(signal: Signal) -> None:
    assert msgspec.json.decode(msgspec.json.encode(signal), type=Signal) == signal


def test_an_entry_starts_unprotected_at_the_market_and_for_good() -> None:
    entry = Enter(**WHO, side=Side.BUY, size=Notional(D(100)), reason="up")

    assert entry.protection is UNPROTECTED
    assert (entry.order_type, entry.dry_run, entry.confidence) == (OrderType.MARKET, False, 1.0)
