"""A stop that follows, and never goes back."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from argonaut.domain.order import OrderType, Side
from tests.stories.stage import Scripted, Stage, enter, flat, leave, move

TRAILED = {0: (enter(trail_fraction=0.1),)}


def test_a_trailing_stop_placed_anew_keeps_its_high_water_mark() -> None:
    """Half is sold at 116 after a high of 120: the stop of the rest stays at 108, not 104.40."""
    stage = Stage(Scripted({**TRAILED, 3: (leave("0.5"),)}))
    stage.bars(flat(100), flat(100), (100, 120, 110, 116), flat(116))

    stage.bars(flat(116))

    assert stage.resting() == {"stop": "0.5 sell stop 108"}
    assert stage.holding.stop_price == Decimal("108.00")


def test_a_wish_below_the_trailed_stop_does_not_loosen_it() -> None:
    """The strategy remembers 90; the trail is at 108 by now."""
    stage = Stage(Scripted({**TRAILED, 3: (move(stop_price=100.0),)}))

    told = stage.bars(flat(100), flat(100), (100, 120, 110, 116), flat(116), (116, 116, 107, 110))

    assert "protection stop stays at 108.00" in told
    assert "stop filled 1 at 108" in told


def test_a_wish_above_the_trailed_stop_tightens_it() -> None:
    """And the trail goes on from there."""
    stage = Stage(Scripted({**TRAILED, 3: (move(stop_price=112.0),)}))

    told = stage.bars(flat(100), flat(100), (100, 120, 110, 116), flat(116), (116, 116, 107, 110))

    assert "protection stop to 112.00" in told
    assert "stop filled 1 at 112" in told


def test_the_trail_of_a_short_comes_down() -> None:
    """The mirror image."""
    stage = Stage(
        Scripted({0: (enter(side=Side.SELL, trail_fraction=0.1),), 3: (leave("0.5"),)}),
        allow_short=True,
    )
    stage.bars(flat(100), flat(100), (100, 100, 80, 84), flat(84), flat(84))

    assert stage.resting() == {"stop": "0.5 buy stop 88"}


def test_the_trail_follows_trades_and_the_bid_of_quotes() -> None:
    """A wide ask is nobody's price: what a long could sell at counts."""
    stage = Stage(Scripted(TRAILED))
    stage.bars(flat(100), flat(100))

    stage.trades(110)
    at_trade = stage.holding.stop_price
    stage.quotes((112, 130))

    assert at_trade == Decimal("99.00")
    assert stage.holding.stop_price == Decimal("100.80")


def test_of_the_bar_an_entry_fills_in_only_the_close_counts() -> None:
    """Nobody knows whether the high came before the fill."""
    wish = replace(enter(trail_fraction=0.1), order_type=OrderType.LIMIT, limit_price=98.0)
    stage = Stage(Scripted({0: (wish,)}))

    stage.bars(flat(100), flat(100), (100, 130, 97, 100))

    assert stage.holding.quantity > 0
    assert stage.holding.stop_price == Decimal("90.00")
