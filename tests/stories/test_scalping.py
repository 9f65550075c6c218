"""Scalp on the real engine: its bracket rests, holds over a restart, and teaches it slippage."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import msgspec

from argonaut.domain.ids import StrategyId
from argonaut.domain.market import Quote, Trade
from argonaut.engine.core import Engine
from argonaut.strategies.scalp import Params, Scalp
from tests.stories.stage import BTC, SECOND_NS, START_NS, Stage, resting_of

PARAMS = Params(fee_fraction=0.0002)
DIP = (100.0, 100.06, 100.05, 100.04, 100.03, 100.02, 100.01, 100.0)


def scalper() -> Scalp:
    return Scalp(StrategyId("scalp"), BTC, PARAMS)


def print_of(second: float, price: float) -> Trade:
    return Trade(BTC, START_NS + int(second * SECOND_NS), price=price, quantity=1e6)


def book(second: float, bid: float, ask: float) -> Quote:
    return Quote(
        BTC,
        START_NS + int(second * SECOND_NS),
        bid=bid,
        ask=ask,
        bid_quantity=300.0,
        ask_quantity=150.0,
    )


def dipped() -> Stage:
    """A dip of 6 bp under a book that leans up, bought."""
    stage = Stage(scalper(), lot="0.001")
    stage.session.quote(book(0.5, 99.99, 100.01))
    for number, price in enumerate(DIP):
        stage.session.trade(print_of(1 + number / 2, price))
    stage.session.quote(book(4.9, 100.0, 100.02))
    return stage


def test_the_entry_is_guarded_by_a_stop_at_12_bp_and_a_target_at_18_bp() -> None:
    stage = dipped()

    assert stage.story()[:4] == [
        "enter approved: 0.5",
        "entry filled 0.5 at 100",
        "stop accepted",
        "target accepted",
    ]
    assert stage.resting() == {"stop": "0.5 sell stop 99.88", "target": "0.5 sell at 100.18"}


def test_the_bracket_and_what_it_learned_survive_a_restart() -> None:
    """Saved with the position open: the new engine has the same stop, target and beliefs."""
    stage = dipped()
    state = msgspec.json.decode(msgspec.json.encode(stage.engine.save()))
    fresh = scalper()
    after = Engine(replace(stage.setup, strategies=(fresh,)))
    after.load(state)

    assert resting_of(after) == stage.resting()
    assert after.book.holding(StrategyId("scalp"), BTC).quantity == Decimal("0.500")
    assert fresh.save() == next(iter(stage.engine.strategies())).save()
    assert fresh.slippage() != scalper().slippage()


def test_a_stop_that_fell_through_teaches_it_slippage() -> None:
    """Triggered at 99.88, sold at 99.80: eight basis points worse than believed."""
    stage = dipped()
    strategy = next(iter(stage.engine.strategies()))
    assert isinstance(strategy, Scalp)
    before = strategy.slippage()
    stage.session.quote(book(6.0, 99.80, 99.82))
    stage.session.trade(print_of(6.1, 99.80))
    stage.session.quote(book(6.2, 99.80, 99.82))

    assert stage.resting() == {}
    assert strategy.slippage() > before + 0.00001
