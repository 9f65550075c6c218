"""The markets one can name."""

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.listing import LISTED, listed
from argonaut.rehearsal.market import PriceWalk


def test_every_market_walks_on_its_own_grid():
    """Its price stays near where it began, and every number keeps the filters."""
    markets = listed(list(LISTED))
    walk = PriceWalk([each.walk() for each in markets], seed=1, start_ns=0, step_ns=10**9)

    for _ in range(len(markets) * 200):
        move = walk.take()
        market = LISTED[move.symbol]
        price = move.bids[0].price
        assert not price % market.symbol.tick
        assert market.start / 2 < price < market.start * 2


def test_a_name_that_is_not_listed_is_refused():
    """The message lists those that are."""
    with pytest.raises(InvalidValueError, match=r"among BTCUSDT, .* not \['XYZ'\]"):
        listed(["XYZ"])
    with pytest.raises(InvalidValueError, match="not \\[\\]"):
        listed([])
    assert len(listed(["BTCUSDT", "BTCUSDT"])) == 1
