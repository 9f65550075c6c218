import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.risk.trackers import EquityTracker, RateTracker

SECOND = 1_000_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR


def tracked(*samples, window_ns=DAY):
    """A tracker after `(event_ns, equity)` or `(event_ns, equity, transfers)` samples."""
    tracker = EquityTracker(window_ns)
    for event_ns, equity, *transfers in samples:
        tracker.sample(event_ns, equity, transfers[0] if transfers else 0.0)
    return tracker


def restarted(tracker, window_ns=DAY):
    """The same tracker after a round trip through JSON."""
    other = EquityTracker(window_ns)
    other.load(json.loads(json.dumps(tracker.save())))
    return other


# drawdown


def test_before_the_first_sample_nothing_is_known():
    tracker = EquityTracker(DAY)

    assert (tracker.peak, tracker.drawdown_fraction, tracker.loss_today) == (0.0, 0.0, 0.0)


def test_drawdown_is_the_fall_from_the_peak():
    tracker = tracked((0, 900.0), (HOUR, 1_000.0), (2 * HOUR, 870.0))

    assert tracker.peak == 1_000.0
    assert tracker.drawdown_fraction == pytest.approx(0.13)


def test_drawdown_is_never_negative():
    tracker = tracked((0, 900.0), (HOUR, 1_000.0))

    assert tracker.drawdown_fraction == 0.0


def test_a_peak_is_forgotten_when_the_window_has_passed():
    tracker = tracked((0, 1_000.0), (HOUR, 900.0), (25 * HOUR - 1, 880.0))
    within = tracker.peak
    tracker.sample(25 * HOUR, 880.0, 0.0)

    assert (within, tracker.peak) == (1_000.0, 900.0)


def test_the_equity_that_held_when_the_window_began_counts():
    """With a sample a week, a fall from one to the next is still a drawdown."""
    tracker = tracked((0, 1_000.0), (7 * DAY, 800.0))

    assert tracker.drawdown_fraction == pytest.approx(0.2)


def test_a_steady_rise_forgets_an_old_peak_in_time():
    falls_and_rises = [(0, 1_000.0), (HOUR, 900.0)]
    falls_and_rises += [(HOUR * n, 900.0 + n) for n in range(2, 40)]
    tracker = tracked(*falls_and_rises)

    assert tracker.peak == 939.0


def test_nothing_left_is_a_drawdown_of_one():
    assert tracked((0, 1_000.0), (HOUR, 0.0)).drawdown_fraction == 1.0
    assert tracked((0, 1_000.0), (HOUR, -50.0)).drawdown_fraction == 1.0


@pytest.mark.parametrize("moved", [-450.0, 900.0, 123.4])
def test_a_transfer_changes_neither_drawdown_nor_loss(moved):
    """A withdrawal is no loss, and a deposit does not heal one."""
    tracker = tracked((0, 1_000.0, 1_000.0), (HOUR, 900.0, 1_000.0))
    before = (tracker.drawdown_fraction, tracker.loss_today)
    tracker.sample(2 * HOUR, 900.0 + moved, 1_000.0 + moved)

    assert (tracker.drawdown_fraction, tracker.loss_today) == pytest.approx(before)
    assert before == pytest.approx((0.1, 100.0))


def test_a_loss_at_the_moment_of_a_transfer_is_a_loss():
    tracker = tracked((0, 1_000.0), (HOUR, 1_400.0, 500.0))

    assert tracker.drawdown_fraction == pytest.approx(0.1)
    assert tracker.loss_today == pytest.approx(100.0)


def test_taking_everything_out_and_back_in_keeps_the_drawdown():
    tracker = tracked(
        (0, 1_000.0, 1_000.0),
        (HOUR, 900.0, 1_000.0),
        (2 * HOUR, 0.0, 100.0),
        (3 * HOUR, 0.0, 100.0),
        (4 * HOUR, 500.0, 600.0),
    )

    assert tracker.drawdown_fraction == pytest.approx(0.1)
    assert tracker.loss_today == pytest.approx(100.0)


@pytest.mark.parametrize(
    "samples",
    [
        [(HOUR, 50.0), (2 * HOUR, -10.0), (3 * HOUR, 490.0, 500.0)],
        [(HOUR, -10.0), (2 * HOUR, -5.0, 5.0), (3 * HOUR, 95.0, 105.0)],
        [(HOUR, 490.0, 500.0)],  # ruined since the last sample
    ],
)
def test_a_deposit_into_a_ruined_account_does_not_heal_it(samples):
    """Who has lost everything waits until the window has passed."""
    tracker = tracked((0, 1_000.0), *samples)
    ruined = tracker.drawdown_fraction
    tracker.sample(30 * HOUR, 500.0, tracker.save()["transfers"])
    tracker.sample(60 * HOUR, 500.0, tracker.save()["transfers"])

    assert ruined == pytest.approx(1.0)
    assert tracker.drawdown_fraction == 0.0


def test_the_first_deposit_starts_the_account():
    tracker = tracked((0, 0.0), (HOUR, 1_000.0, 1_000.0))

    assert (tracker.peak, tracker.drawdown_fraction, tracker.loss_today) == (1_000.0, 0.0, 0.0)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_sample_that_is_no_number_is_refused(value):
    """A NaN in the peak would let every later loss pass."""
    tracker = tracked((0, 1_000.0))

    with pytest.raises(InvalidValueError, match="want finite equity"):
        tracker.sample(HOUR, value, 0.0)
    with pytest.raises(InvalidValueError, match="want finite equity"):
        tracker.sample(HOUR, 1_000.0, value)
    assert tracker.peak == 1_000.0


def test_a_window_is_longer_than_nothing():
    with pytest.raises(InvalidValueError, match="want window_ns > 0, not 0"):
        EquityTracker(0)


# the day


def test_loss_today_is_counted_from_midnight_utc():
    tracker = tracked((DAY - HOUR, 1_000.0), (DAY - 1, 950.0))
    yesterday = tracker.loss_today
    tracker.sample(DAY, 950.0, 0.0)
    at_midnight = tracker.loss_today
    tracker.sample(DAY + HOUR, 920.0, 0.0)

    assert (yesterday, at_midnight, tracker.loss_today) == (50.0, 0.0, 30.0)
    assert tracker.day_start_equity == 950.0


def test_a_loss_over_midnight_belongs_to_the_new_day():
    tracker = tracked((DAY - HOUR, 1_000.0), (DAY + HOUR, 940.0))

    assert tracker.loss_today == 60.0


def test_after_more_than_a_day_without_a_sample_the_day_starts_afresh():
    tracker = tracked((0, 1_000.0), (3 * DAY, 940.0))

    assert (tracker.loss_today, tracker.day_start_equity) == (0.0, 940.0)


def test_a_gain_is_a_negative_loss():
    assert tracked((0, 1_000.0), (HOUR, 1_010.0)).loss_today == -10.0


# restarts and bounds


def test_a_restart_forgets_neither_peak_nor_loss():
    """A bot that restarts at its low would trade on as if nothing had happened."""
    before = tracked((0, 1_000.0, 1_000.0), (HOUR, 870.0, 1_000.0))
    after = restarted(before)
    for tracker in (before, after):
        tracker.sample(2 * HOUR, 860.0 + 500.0, 1_500.0)

    assert after.save() == before.save()
    assert after.loss_today == pytest.approx(140.0)


def test_a_day_of_falling_ticks_keeps_no_more_than_the_slots():
    tracker = EquityTracker(DAY)
    for n in range(30_000):
        tracker.sample(n * 4 * SECOND, 100_000.0 - n, 0.0)

    assert len(tracker.save()["steps"]) <= 1_442


SAMPLES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 60), st.integers(-30, 30)), min_size=1, max_size=60
)


def run_of(steps):
    """Samples hours apart; each moves the market first and money, if any, right after."""
    now_ns, equity, transfers = 0, 1_000.0, 1_000.0
    yield now_ns, equity, transfers, equity
    for hours, level, moved in steps:
        now_ns += hours * HOUR
        before = equity = equity * level / 30
        if moved > 0 or equity + moved * 10 > 1:
            equity += moved * 10
            transfers += moved * 10
        yield now_ns, equity, transfers, before


@given(SAMPLES)
def test_the_peak_is_that_of_a_fund_whose_units_are_never_traded(steps):
    """The slow twin: a list of unit prices, and the highest that held within the window."""
    tracker = EquityTracker(DAY)
    units, prices = 1.0, []
    for now_ns, equity, transfers, before in run_of(steps):
        unit_price = before / units
        units = equity / unit_price
        prices.append((now_ns, unit_price))
        tracker.sample(now_ns, before, transfers - (equity - before))
        tracker.sample(now_ns, equity, transfers)
        ends = [at_ns for at_ns, _ in prices[1:]] + [now_ns + 1]
        held = [price for (_, price), end in zip(prices, ends, strict=True) if end > now_ns - DAY]

        assert tracker.drawdown_fraction == pytest.approx(1 - unit_price / max(held), abs=1e-9)
        assert tracker.peak >= equity * (1 - 1e-12)
        assert 0 <= tracker.drawdown_fraction <= 1


@given(SAMPLES, st.integers(0, 60))
def test_a_restart_at_any_moment_changes_nothing(steps, at):
    whole = broken = EquityTracker(DAY)
    for n, (now_ns, equity, transfers, _) in enumerate(run_of(steps)):
        whole.sample(now_ns, equity, transfers)
        if broken is not whole:
            broken.sample(now_ns, equity, transfers)
        if n == at:
            broken = restarted(whole)

    assert broken.save() == whole.save()


# rate


def test_a_rate_counts_what_happened_within_the_window():
    tracker = RateTracker(60 * SECOND)
    for second in (0, 1, 59):
        tracker.add(second * SECOND)

    assert tracker.count(59 * SECOND) == 3
    assert tracker.count(60 * SECOND) == 2
    assert tracker.count(60 * SECOND + 999_999_999) == 2
    assert tracker.count(119 * SECOND) == 0


def test_a_rate_survives_a_restart():
    before = RateTracker(60 * SECOND)
    before.add(SECOND)
    after = RateTracker(60 * SECOND)
    after.load(json.loads(json.dumps(before.save())))

    assert after.count(2 * SECOND) == 1


def test_a_rate_is_remembered_within_a_bound():
    tracker = RateTracker(60 * SECOND)
    for _ in range(100_100):
        tracker.add(SECOND)

    assert tracker.count(SECOND) == 100_000


def test_a_rate_wants_a_window():
    with pytest.raises(InvalidValueError, match="want window_ns > 0, not -1"):
        RateTracker(-1)
