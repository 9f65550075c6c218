"""Stories of a protected position: what rests at the venue after each thing that can happen."""

from decimal import Decimal

from argonaut.domain.ids import StrategyId
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Protect, Target
from tests.stories.stage import BTC, Scripted, Stage, enter, flat, leave


def move(stop_price: float) -> Protect:
    return Protect(
        strategy_id=StrategyId("story"),
        instrument_id=BTC,
        reason="the script says so",
        stop_price=stop_price,
    )


GUARDED = {0: (enter(stop_price=95.0, targets=(Target(price=110.0),)),)}


def test_an_entry_is_protected_in_the_instant_it_fills() -> None:
    """A crash or a spike right after the fill must find the stop already resting."""
    stage = Stage(Scripted(GUARDED))

    stage.bars(flat(100), flat(100))

    assert stage.resting() == {"stop": "1 sell stop 95", "target": "1 sell at 110"}


def test_a_target_that_fills_takes_the_stop_out() -> None:
    """A stop left behind would open a short on the next dip."""
    stage = Stage(Scripted(GUARDED))

    told = stage.bars(flat(100), flat(100), (100, 112, 100, 111))

    assert "target filled 1 at 110" in told
    assert told[-1] == "stop canceled"
    assert stage.resting() == {}
    assert stage.holding.is_flat


def test_a_bar_that_reaches_stop_and_target_counts_as_a_loss() -> None:
    """The data cannot tell which came first, so the worse one did."""
    stage = Stage(Scripted(GUARDED))

    told = stage.bars(flat(100), flat(100), (100, 120, 90, 100))

    assert "round trip -5" in told
    assert stage.engine.book.balance("USDT") == Decimal(9995)


def test_a_gap_through_the_stop_fills_at_the_open_not_at_the_trigger() -> None:
    """The promise of a stop is to leave, not to leave at its price."""
    stage = Stage(Scripted(GUARDED))

    told = stage.bars(flat(100), flat(100), flat(80))

    assert "stop filled 1 at 80" in told


def test_an_exit_first_takes_the_protection_out_and_then_leaves() -> None:
    """On spot the resting orders hold the coins the exit wants to sell."""
    stage = Stage(Scripted({**GUARDED, 3: (leave(),)}))

    told = stage.bars(*[flat(100)] * 4)

    assert told[-3:] == ["exit approved: 1", "stop canceled", "target canceled"]
    assert stage.resting() == {"exit": "1 sell at market"}

    told = stage.bars(flat(101))

    assert told == ["exit filled 1 at 101", "round trip 1"]
    assert stage.resting() == {}


def test_half_an_exit_leaves_the_other_half_protected() -> None:
    """What stays must not stay bare."""
    stage = Stage(Scripted({**GUARDED, 3: (leave("0.5"),)}))

    stage.bars(*[flat(100)] * 5)

    assert stage.resting() == {"stop": "0.5 sell stop 95", "target": "0.5 sell at 110"}


def test_a_stop_only_tightens() -> None:
    """A strategy that loosens its stop turns a small loss into a large one."""
    stage = Stage(Scripted({**GUARDED, 2: (move(stop_price=97.0),), 3: (move(stop_price=90.0),)}))

    told = stage.bars(*[flat(100)] * 4)

    assert "protection stop to 97.00" in told
    assert told[-1] == "protection stop stays at 97.00"
    assert stage.resting()["stop"] == "1 sell stop 97"


def test_staggered_targets_share_the_position_and_its_stop() -> None:
    """Each part has a stop of its own size, so no sequence of fills leaves a part bare."""
    targets = (Target(price=110.0, share=0.3), Target(price=120.0, share=0.3))
    stage = Stage(Scripted({0: (enter("1000", stop_price=95.0, targets=targets),)}), lot="0.1")
    stage.engine.desk._gate.checks = ()
    stage.bars(flat(100), flat(100))

    stage.bars((100, 111, 100, 105))

    live = stage.engine.desk.live.values()
    stops = sum((order.leaves for order in live if order.role.value == "stop"), Decimal(0))
    assert stops == stage.holding.quantity
    assert stops < Decimal(10)


def test_a_trailing_stop_follows_up_and_never_down() -> None:
    """The high water mark is what protects the profit."""
    stage = Stage(Scripted({0: (enter(stop_fraction=0.05, trail_fraction=0.05),)}))
    stage.bars(flat(100), flat(100), (100, 120, 119, 120))

    told = stage.bars((120, 120, 113, 113))

    assert "stop filled 1 at 114" in told


def test_without_native_stops_the_engine_watches_the_price_itself() -> None:
    """Not every venue has stop orders; the position is guarded all the same."""
    can = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT}), "has_oco": False}
    stage = Stage(Scripted(GUARDED), capability=can)
    stage.bars(flat(100), flat(100))

    told = stage.bars((100, 100, 94, 96), flat(96))

    assert "stop triggered" in told
    assert "stop filled 1 at 96" in told
    assert stage.holding.is_flat
    assert stage.resting() == {}


def test_a_short_is_guarded_from_above() -> None:
    """The mirror image of a long, where the account may owe."""
    script = {0: (enter(side=Side.SELL, stop_price=105.0, targets=(Target(price=90.0),)),)}
    stage = Stage(Scripted(script), allow_short=True)

    stage.bars(flat(100), flat(100))

    assert stage.resting() == {"stop": "1 buy stop 105", "target": "1 buy at 90"}
