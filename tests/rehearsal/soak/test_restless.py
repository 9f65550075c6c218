"""Tests of argonaut.rehearsal.soak.restless."""

from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Quote
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Enter, Exit, Protect
from argonaut.ledger.holding import Holding
from argonaut.rehearsal.soak.restless import Params, Restless

BTC = InstrumentId("BTC/USDT@binance")
NAME = StrategyId("restless")


def wishes(quotes: int = 500, *, params: Params | None = None, held: str = "0") -> list[Any]:
    """What it asks for on so many quotes, as long as nothing of it comes true."""
    strategy = Restless(NAME, BTC, params or Params(entry_chance=0.5, act_chance=0.5))
    holding = Holding(NAME, BTC)
    holding.quantity = Decimal(held)
    found: list[Any] = []
    for number in range(quotes):
        found += strategy.on_quote(Quote(BTC, number, bid=100.0, ask=100.1), holding)
    return found


def test_the_same_quotes_make_the_same_wishes() -> None:
    """A restart that plays them again must not trade otherwise."""
    assert wishes(50) == wishes(50)


def test_nothing_held_is_bought_in_every_way_and_always_guarded() -> None:
    """Whatever way an order takes, a kill has to be able to meet it there."""
    found = wishes()

    assert all(isinstance(each, Enter) for each in found)
    kinds = {each.order_type for each in found}
    assert kinds == {OrderType.MARKET, OrderType.LIMIT, OrderType.STOP}
    assert all(each.protection.has_stop for each in found)
    assert any(each.protection.trail_fraction for each in found)
    assert any(len(each.protection.targets) == 2 for each in found)
    sizes = {each.size.quote for each in found}
    assert (min(sizes), max(sizes)) == (Decimal(100), Decimal(1000))


def test_what_is_held_is_sold_whole_and_in_parts_added_to_and_tightened() -> None:
    """Exits against stops are where most of what can go wrong goes wrong."""
    found = wishes(held="1")

    assert {type(each) for each in found} == {Enter, Exit, Protect}
    exits = [each for each in found if isinstance(each, Exit)]
    assert {(each.fraction, each.order_type) for each in exits} == {
        (Decimal(1), OrderType.MARKET),
        (Decimal("0.5"), OrderType.MARKET),
        (Decimal(1), OrderType.LIMIT),
    }


def test_it_acts_as_often_as_it_is_told() -> None:
    """Orders a minute are what a rehearsal is paced by."""
    assert len(wishes(1_000, params=Params(entry_chance=0.1))) == pytest.approx(100, abs=35)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"entry_chance": 0.0}, "0 < entry_chance <= 1"),
        ({"act_chance": 1.5}, "0 < act_chance <= 1"),
        ({"notional_quote": Decimal(0)}, "notional_quote > 0"),
    ],
)
def test_a_pace_that_is_none_is_refused(wrong: dict[str, Any], said: str) -> None:
    """A rehearsal that never trades would look passed."""
    with pytest.raises(InvalidValueError, match=said):
        Params(**wrong)
