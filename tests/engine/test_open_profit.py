"""What is still open is told by strategy, at the last price."""

from __future__ import annotations

from decimal import Decimal

from argonaut.engine.open_profit import open_quote_of
from tests.stories.stage import BTC, Scripted, Stage, enter, flat, leave


def test_each_strategy_has_what_it_would_make_by_closing_now() -> None:
    one = Scripted({0: (enter("100", name="one"),)}, "one")
    other = Scripted({1: (enter("50", name="other"),)}, "other")
    stage = Stage(one, other)
    stage.bars(flat(100), flat(100), flat(100), flat(110))

    assert open_quote_of(stage.engine) == {
        "one": Decimal(10),
        "other": Decimal(5),
    }


def test_who_holds_nothing_has_nothing_open() -> None:
    stage = Stage(Scripted({0: (enter(),), 2: (leave(),)}))
    stage.bars(*(flat(100) for _ in range(5)))

    assert open_quote_of(stage.engine) == {}


def test_what_has_no_price_is_left_out() -> None:
    stage = Stage(Scripted({0: (enter(),)}))
    stage.bars(flat(100), flat(100))
    stage.engine.routes[BTC].price = None

    assert open_quote_of(stage.engine) == {}
