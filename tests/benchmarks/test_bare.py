import numpy as np

from benchmarks import bare, rules, workloads


def crosses_counted_with_columns(close):
    sums = np.concatenate(([0], np.cumsum(close)))
    fast = (sums[rules.FAST_BARS :] - sums[: -rules.FAST_BARS])[rules.SLOW_BARS - rules.FAST_BARS :]
    slow = sums[rules.SLOW_BARS :] - sums[: -rules.SLOW_BARS]
    side = np.sign(fast * rules.SLOW_BARS - slow * rules.FAST_BARS)
    side = side[side != 0]
    return int((np.diff(side) > 0).sum())


def test_the_cross_loop_buys_as_often_as_the_columns_cross_upward():
    bars = workloads.make_bars(20_000)

    account = bare.cross(*(bars[name].tolist() for name in ("open", "high", "low", "close")))

    assert account.entries == crosses_counted_with_columns(bars["close"])
    assert account.orders == 2 * account.entries - account.units


def test_a_round_trip_costs_one_thousandth_of_each_side():
    account = bare.Account()

    account.buy(100_000)
    account.sell(100_020)

    assert account.fees_mille == 100_000 + 100_020
    assert account.equity_mille(0) == 20 * 1000 - 200_020


def test_the_burst_loop_finds_each_planted_burst_once():
    trades = workloads.make_trades(5 * workloads.BURST_EVERY)

    account = bare.burst(*(trades[name].tolist() for name in ("time_ns", "price", "size")))

    assert account.entries == 5


def test_the_burst_loop_leaves_at_the_stop_and_pays_for_it():
    second = 1_000_000_000
    quiet = [(second * at, 1_000, 1) for at in range(61)]
    rise = [(61 * second + tick, 1_000 + tick, 50) for tick in range(rules.RISE_TICKS + 1)]
    entry = rise[-1][1]
    fall = [(62 * second + tick, entry - tick, 1) for tick in range(1, rules.STOP_TICKS + 1)]

    account = bare.burst(*(list(column) for column in zip(*quiet, *rise, *fall, strict=True)))

    lost = 1000 * rules.STOP_TICKS + entry + (entry - rules.STOP_TICKS)
    assert (account.entries, account.orders, account.cash_mille) == (1, 2, -lost)
