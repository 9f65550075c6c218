"""Prices of a rehearsal: lively, on the grid, and the same for the same seed."""

import itertools
from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.market import NEVER_NS, Move, PriceWalk, ScriptedPrices, WalkMarket

D = Decimal
SECOND_NS = 1_000_000_000


def market(symbol: str = "BTCUSDT") -> WalkMarket:
    return WalkMarket(symbol=symbol, start=D("60000"), tick=D("0.01"), lot=D("0.00001"))


def walk(seed: int = 1, *symbols: str) -> PriceWalk:
    names = symbols or ("BTCUSDT",)
    return PriceWalk([market(each) for each in names], seed=seed, start_ns=0, step_ns=SECOND_NS)


def test_the_same_seed_walks_the_same_way():
    """A failing rehearsal has to fail again."""
    one, two, other = walk(1), walk(1), walk(2)

    moves = [one.take() for _ in range(50)]

    assert moves == [two.take() for _ in range(50)]
    assert moves != [other.take() for _ in range(50)]


def test_a_market_walks_alike_whatever_stands_beside_it():
    """Adding a symbol must not change the prices of the others."""
    alone, beside = walk(1, "BTCUSDT"), walk(1, "BTCUSDT", "ETHUSDT")

    prices = [alone.take().bids for _ in range(20)]

    assert prices == [beside.take().bids for _ in range(40)][::2]


def test_every_move_is_a_sound_book_on_the_grid():
    """Nothing crossed, nothing empty, nothing between two ticks."""
    source = walk()
    for number in range(500):
        move = source.take()
        assert move.event_ns == number * SECOND_NS
        assert move.bids[0].price < move.asks[0].price
        assert list(move.bids) == sorted(move.bids, reverse=True)
        assert list(move.asks) == sorted(move.asks)
        for level in (*move.bids, *move.asks):
            assert level.price > 0
            assert not level.price % D("0.01")
            assert level.quantity > 0
            assert not level.quantity % D("0.00001")
        assert move.prints[0].price in (move.bids[0].price, move.asks[0].price)


def test_the_past_ends_where_the_walk_begins():
    """An indicator warmed up on it must not see a gap that never was."""
    source = walk()

    past = source.past("BTCUSDT", 3_600 * SECOND_NS, 30)

    assert len(past) == 30
    assert past[-1].open_ns == 3_540 * SECOND_NS
    assert past[-1].close == D("60000")
    assert all(each.low <= min(each.open, each.close) for each in past)
    assert all(each.high >= max(each.open, each.close) for each in past)
    assert all(a.close == b.open for a, b in itertools.pairwise(past))


def test_a_script_plays_what_is_written_and_ends():
    """And it refuses to step back in time."""
    early, late = (Move(symbol="A", event_ns=at, bids=(), asks=()) for at in (1, 2))
    script = ScriptedPrices([early, late])

    assert (script.next_ns, script.take(), script.take()) == (1, early, late)
    assert script.next_ns == NEVER_NS
    assert script.past("A", 0, 5) == ()
    with pytest.raises(InvalidValueError, match="in time order, not 1 after 2"):
        ScriptedPrices([late, early])


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"tick": D(0)}, "want tick > 0, not 0"), ({"depth": 0}, "want depth >= 1, not 0")],
)
def test_a_market_that_cannot_walk_is_refused(changes, told):
    """The message names the value and what was wanted."""
    fixed = {"symbol": "A", "start": D(1), "tick": D("0.1"), "lot": D("0.1")}
    with pytest.raises(InvalidValueError, match=told):
        WalkMarket(**{**fixed, **changes})


def test_a_walk_of_nothing_is_refused():
    """So is one too fast for each market to have its turn."""
    with pytest.raises(InvalidValueError, match="at least one market"):
        PriceWalk([], seed=1, start_ns=0, step_ns=1)
    with pytest.raises(InvalidValueError, match="step_ns >= 1"):
        PriceWalk([market()], seed=1, start_ns=0, step_ns=0)
