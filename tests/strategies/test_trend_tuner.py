"""The trend tuner: when it looks, how far it goes, and that only a better trial moves anything."""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import ClientOrderId, FillId
from argonaut.domain.order import Filled
from argonaut.domain.signal import Skip
from argonaut.strategies import trend_tuner
from argonaut.strategies.trend_follow import Params, TrendFollow
from argonaut.strategies.trend_tuner import Ghost, Knobs, Tuner, proposal
from tests.strategies.feeding import BTC, NAME, START_NS, Feeding, a_bar, holding

BASE = Knobs(52.0, 72.0, 1.2, 2.0, 3)
PICKIER = Knobs(54.0, 70.0, 1.32, 1.8, 4)


def fed(tuner, wins, losses):
    """Trades won and lost, evenly mixed; return what it told."""
    told = []
    for number in range(wins + losses):
        won = (number + 1) * wins // (wins + losses) > number * wins // (wins + losses)
        told += list(tuner.on_trade(won=won))
    return told


def on_trial():
    """A tuner that lost 20 of 30, with its two ghosts."""
    tuner = Tuner(BASE, acts=True)
    fed(tuner, 10, 20)
    assert tuner.control is not None
    assert tuner.candidate is not None
    return tuner, tuner.control, tuner.candidate


# the defaults


def test_the_tuner_is_off_by_default():
    assert Params().tuning == "off"


def test_the_bounds_and_rates_are_those_of_the_specification():
    assert (trend_tuner.TRADES_MIN, trend_tuner.TRADES_BETWEEN) == (30, 15)
    assert (trend_tuner.WIN_RATE_LOW, trend_tuner.WIN_RATE_HIGH) == (0.40, 0.65)
    assert trend_tuner.STOP_ATR_BOUNDS == (0.5, 2.5)


# when it looks


def test_trades_min_it_says_nothing_before_thirty_trades():
    tuner = Tuner(BASE, acts=True)

    assert fed(tuner, 0, 29) == []
    assert len(fed(tuner, 0, 1)) == 1


def test_trades_between_it_looks_every_fifteen():
    tuner = Tuner(BASE, acts=True)
    fed(tuner, 15, 15)

    assert fed(tuner, 0, 14) == []
    assert fed(tuner, 0, 1)[0].startswith("tuner: 8 of 30 trades won, below 0.40: on trial RSI 54")


@pytest.mark.parametrize(("wins", "looks"), [(11, True), (12, False), (19, False), (20, True)])
def test_win_rates_from_0_40_to_0_65_are_left_alone(wins, looks):
    assert bool(fed(Tuner(BASE, acts=True), wins, 30 - wins)) is looks


def test_win_rate_low_makes_it_pickier():
    assert proposal(BASE, 0.39) == pytest.approx(PICKIER)


def test_win_rate_high_makes_it_bolder():
    assert proposal(BASE, 0.66) == pytest.approx(Knobs(50.0, 74.0, 1.08, 2.2, 2))


# how far it goes


@given(st.lists(st.floats(0, 1), max_size=60))
def test_no_row_of_proposals_leaves_the_bounds(rates):
    """Stop multiple 0.5 to 2.5, whatever the trades did."""
    knobs = BASE
    for rate in rates:
        knobs = proposal(knobs, rate) or knobs

    assert 0.5 <= knobs.stop_atr <= 2.5
    assert 1.0 <= knobs.target_atr <= 4.0
    assert 40 <= knobs.rsi_low <= 60
    assert 65 <= knobs.rsi_high <= 85
    assert 0 <= knobs.cooldown_bars <= 12


@given(st.lists(st.floats(0, 1), max_size=30), st.floats(0.1, 5.0))
def test_a_stop_that_a_person_has_set_beyond_the_bounds_does_not_go_further(rates, stop_atr):
    knobs = BASE._replace(stop_atr=stop_atr)
    for rate in rates:
        knobs = proposal(knobs, rate) or knobs

    assert min(0.5, stop_atr) <= knobs.stop_atr <= max(2.5, stop_atr)


def test_at_every_bound_there_is_nothing_to_propose():
    assert proposal(Knobs(60.0, 65.0, 2.5, 1.0, 12), 0.0) is None
    assert fed(Tuner(Knobs(60.0, 65.0, 2.5, 1.0, 12), acts=True), 0, 30) == []


# the walk-forward: nothing moves before it did better on bars that came after


def test_a_proposal_moves_nothing_by_itself():
    tuner, _, _ = on_trial()

    assert tuner.knobs == BASE


@pytest.mark.parametrize(
    ("gain", "told", "knobs"),
    [(0.03, "tuner: taken", PICKIER), (0.02, "tuner: left", BASE), (-0.1, "tuner: left", BASE)],
)
def test_only_a_better_trial_moves_the_knobs(gain, told, knobs):
    tuner, control, candidate = on_trial()
    control.gain, control.trades = 0.02, 9
    candidate.gain, candidate.trades = gain, 7
    said = fed(tuner, 7, 8)

    assert said[0].startswith(told)
    assert said[0].endswith("in 7 trades since, those in use +2.00% in 9")
    assert tuner.knobs == pytest.approx(knobs)


def test_a_trial_of_fewer_than_five_trades_goes_on():
    tuner, _, candidate = on_trial()
    candidate.gain, candidate.trades = 0.5, 4

    assert fed(tuner, 7, 8) == []
    assert tuner.candidate is candidate


def test_advise_tells_and_moves_nothing():
    tuner = Tuner(BASE, acts=False)
    fed(tuner, 10, 20)
    assert tuner.candidate is not None
    tuner.candidate.gain, tuner.candidate.trades = 0.5, 9

    assert fed(tuner, 7, 8)[0].startswith("tuner: advises, RSI 54 to 70, stop 1.32 ATR")
    assert tuner.knobs == BASE


# the ghosts


@pytest.mark.parametrize(
    ("sign", "low", "high", "gain"),
    [
        (1, 97.0, 101.0, -0.02),
        (1, 99.0, 104.0, 0.03),
        (1, 97.0, 104.0, -0.02),
        (-1, 99.0, 102.0, -0.02),
        (-1, 96.0, 101.0, 0.03),
    ],
)
def test_a_ghost_leaves_at_its_stop_before_its_target_and_pays_costs(sign, low, high, gain):
    ghost = Ghost(BASE)
    ghost.open(sign, 100.0, stop=100.0 - 2 * sign, target=100.0 + 3 * sign)
    ghost.watch(low, high, START_NS)

    assert ghost.gain == pytest.approx(gain - trend_tuner.COST_FRACTION)
    assert (ghost.sign, ghost.trades, ghost.closed_ns) == (0, 1, START_NS)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ghosts_stop_only_tightens(sign):
    ghost = Ghost(BASE)
    ghost.open(sign, 100.0, stop=100.0 - 2 * sign, target=100.0 + 3 * sign)
    ghost.tighten(100.0 - sign)
    ghost.tighten(100.0 - 5 * sign)

    assert ghost.stop == 100.0 - sign


# inside the trend follower


QUICK = Params(
    timeframe="1m",
    fast_bars=2,
    slow_bars=4,
    confirm_timeframe="1m",
    confirm_fast_bars=2,
    confirm_slow_bars=4,
    regime="when_warm",
    rsi_bars=2,
    rsi_low=40.0,
    rsi_high=100.0,
    atr_bars=2,
    cooldown_bars=0,
    tuning="act",
)


def a_fill():
    return Filled(
        client_order_id=ClientOrderId("x"),
        event_ns=START_NS,
        fill_id=FillId("1"),
        price=Decimal(100),
        quantity=Decimal(1),
    )


def lost(strategy, held, pnl="-1"):
    """One trade closed by a fill; return what the strategy said to it."""
    held.realized += Decimal(pnl)
    return list(strategy.on_fill(a_fill(), held) or ())


def tuned_by_losses(params=QUICK):
    strategy, held = TrendFollow(NAME, BTC, params), holding()
    said = [each for _ in range(30) for each in lost(strategy, held)]
    return strategy, held, said


def test_a_trade_is_won_when_the_ledger_realized_a_gain():
    strategy, held, said = tuned_by_losses()
    (skip,) = said

    assert isinstance(skip, Skip)
    assert skip.reason.startswith("tuner: 0 of 30 trades won")
    assert strategy.tuner.candidate is not None
    assert lost(strategy, held, "1") == []
    assert strategy.tuner.save()["won"].count(True) == 1


def test_a_partial_exit_is_no_trade_yet():
    strategy = TrendFollow(NAME, BTC, QUICK)

    assert strategy.on_fill(a_fill(), holding("1")) is None
    assert strategy.tuner.save()["won"] == []


def test_off_it_learns_nothing_and_saves_nothing():
    strategy, _, said = tuned_by_losses(replace(QUICK, tuning="off"))

    assert said == []
    assert "tuner" not in strategy.save()


def test_its_ghosts_trade_the_bars_that_come_after():
    strategy, _, _ = tuned_by_losses()
    feeding = Feeding(strategy)
    price = 100.0
    for minute in range(60):
        step = 1.0 if minute % 12 < 8 else -1.0
        feeding.bar(
            a_bar(price, max(price, price + step) + 0.5, min(price, price + step) - 0.5,
                  price + step, minute=minute)
        )  # fmt: skip
        price += step
    control, candidate = strategy.tuner.ghosts

    assert control.trades > 3
    assert candidate.knobs != control.knobs


def test_moved_knobs_decide_the_next_entry_and_the_next_stop():
    strategy, _, _ = tuned_by_losses()
    feeding = Feeding(strategy)
    for minute in range(6):
        feeding.bar(a_bar(100.0 + minute, 101.5 + minute, 99.5 + minute, 101.0 + minute,
                          minute=minute))  # fmt: skip
    usual = strategy._stop(strategy.tuner.base, is_long=True)
    strategy.tuner.knobs = strategy.tuner.base._replace(stop_atr=2.4)

    assert strategy._stop(strategy.tuner.knobs, is_long=True) < usual


def test_what_the_tuner_knows_survives_a_restart():
    before, held, _ = tuned_by_losses()
    assert before.tuner.candidate is not None
    before.tuner.candidate.trades, before.tuner.candidate.gain = 9, 0.5
    after = TrendFollow(NAME, BTC, QUICK)
    after.load(msgspec.json.decode(msgspec.json.encode(before.save())))
    said = [each.reason for _ in range(15) for each in lost(after, held)]

    assert after.tuner.knobs.stop_atr == pytest.approx(1.32)
    assert said[0].startswith("tuner: taken")


def test_knobs_that_a_person_has_set_since_begin_as_new():
    """What was tuned from other knobs says nothing about these."""
    before, _, _ = tuned_by_losses()
    after = TrendFollow(NAME, BTC, replace(QUICK, stop_atr=2.0))
    after.load(before.save())

    assert after.tuner.knobs.stop_atr == 2.0
    assert after.tuner.candidate is None


def test_a_state_saved_while_it_was_off_is_taken():
    after = TrendFollow(NAME, BTC, QUICK)
    after.load(TrendFollow(NAME, BTC, replace(QUICK, tuning="off")).save())

    assert after.tuner.knobs == after.tuner.base


TRADES = st.lists(st.tuples(st.booleans(), st.floats(-0.1, 0.1), st.integers(0, 9)), max_size=120)


@given(TRADES, st.data())
def test_a_restored_tuner_says_what_the_uninterrupted_one_says(trades, data):
    cut = data.draw(st.integers(0, len(trades)))

    def played(tuner, rows):
        told = []
        for won, gain, count in rows:
            for ghost in tuner.ghosts:
                ghost.gain += gain if ghost is tuner.candidate else 0.0
                ghost.trades += count
            told += list(tuner.on_trade(won=won))
        return told

    whole = played(Tuner(BASE, acts=True), trades)
    first, second = Tuner(BASE, acts=True), Tuner(BASE, acts=True)
    told = played(first, trades[:cut])
    second.load(msgspec.json.decode(msgspec.json.encode(first.save())))

    assert told + played(second, trades[cut:]) == whole
