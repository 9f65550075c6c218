import numpy as np
import polars as pl

from benchmarks import workloads


def test_every_bar_opens_where_the_one_before_it_closed():
    """Otherwise a fill at this close and one at the next open differ, and engines cannot agree."""
    bars = workloads.make_bars(5_000)

    assert (bars["open"][1:] == bars["close"][:-1]).all()
    assert (bars["low"] <= np.minimum(bars["open"], bars["close"])).all()
    assert (bars["high"] >= np.maximum(bars["open"], bars["close"])).all()


def test_a_trade_moves_the_price_by_at_most_one_tick():
    """So stops and targets are met exactly, whatever an engine does about gaps."""
    trades = workloads.make_trades(30_000)

    assert np.abs(np.diff(trades["price"])).max() == 1
    assert np.diff(trades["time_ns"]).min() > 0


def test_one_seed_gives_one_set_of_data_and_another_seed_another():
    first, again = workloads.make_trades(2_000), workloads.make_trades(2_000)
    other = workloads.make_trades(2_000, seed=12)

    assert all((first[name] == again[name]).all() for name in first)
    assert (first["price"] != other["price"]).any()


def test_our_recording_holds_the_rows_the_peers_read(tmp_path):
    bars = workloads.make_bars(1_000)

    workloads.write_recording(tmp_path, bars)

    frame = pl.read_parquet(tmp_path / "recording.parquet")
    assert frame["close"].to_list() == bars["close"].tolist()
    assert frame["ts"].to_list() == (bars["close_ns"] - workloads.MINUTE_NS).tolist()
