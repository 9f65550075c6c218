import pytest

from argonaut.config.fit import base_timeframes, feeds_of, misfits, unknown_instrument
from argonaut.config.recordings import read_recordings
from argonaut.config.schema import Recording
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.strategies import combined
from argonaut.strategies.interface import Strategy
from argonaut.strategies.momentum import Momentum, Params
from argonaut.strategies.trend_follow import Params as TrendParams
from argonaut.strategies.trend_follow import TrendFollow
from tests.config.written import RECORDINGS, bars

BTC = InstrumentId("BTC/USDT@sim")
M, T = StrategyId("m"), StrategyId("t")


@pytest.fixture(scope="module")
def minutes():
    streams, _ = read_recordings([Recording.model_validate(bars())], folder=RECORDINGS, cache=None)
    return feeds_of(streams)


@pytest.fixture(scope="module")
def trades():
    raw = {
        "path": "binance_spot_BTCUSDT_trades_20240808.parquet",
        "instrument": "BTC/USDT",
        "kind": "trades",
    }
    streams, _ = read_recordings([Recording.model_validate(raw)], folder=RECORDINGS, cache=None)
    return feeds_of(streams)


def test_the_base_is_the_length_of_the_bars(minutes, trades):
    assert base_timeframes(minutes) == {BTC: 60_000_000_000}
    assert base_timeframes(trades) == {}


def test_what_fits_is_not_told(minutes, trades):
    assert misfits([Momentum(M, BTC, Params())], minutes) == []
    assert misfits([Momentum(M, BTC, Params(source="trades"))], trades) == []
    assert misfits([TrendFollow(T, BTC, TrendParams())], minutes) == []


def test_a_strategy_on_bars_wants_bars(trades):
    (said,) = misfits([Momentum(M, BTC, Params())], trades)

    assert said == "strategies.m: wants bars, and BTC/USDT has none under data"


def test_a_strategy_on_trades_wants_trades(minutes):
    (said,) = misfits([Momentum(M, BTC, Params(source="trades"))], minutes)

    assert said == "strategies.m: wants trades, and BTC/USDT has none under data"


def test_bars_are_made_of_whole_shorter_bars(minutes):
    (said,) = misfits([TrendFollow(T, BTC, TrendParams(timeframe="90s"))], minutes)

    assert said == (
        "strategies.t: wants bars of 90s, which cannot be made of the 1m bars of BTC/USDT"
    )


def test_a_strategy_that_declares_nothing_fits_everywhere(trades):
    assert misfits([Strategy(M, BTC)], trades) == []


def test_an_instrument_without_data_is_told_the_nearest():
    known = [BTC, InstrumentId("ETH/USDT@sim")]
    odd = InstrumentId("Q@x")

    near = unknown_instrument(InstrumentId("BTC/USD@sim"), known)
    assert near == "BTC/USD has no recording under data; did you mean 'BTC/USDT'?"
    assert unknown_instrument(odd, known).endswith("; there are BTC/USDT, ETH/USDT")
    assert unknown_instrument(odd, []).endswith("; there are none")


def test_a_listener_wants_somebody_to_listen_to(minutes):
    """A signal that waits for an opinion nobody can have would never be traded."""
    both = combined.Combined(StrategyId("both"), BTC, combined.Params())
    one = combined.Combined(StrategyId("one"), BTC, combined.Params(analysis=("m", "x")))
    speaker = Momentum(M, BTC, Params())

    assert misfits([both, speaker], minutes) == []
    assert misfits([both], minutes) == [
        "strategies.both: listens to other strategies, and there is none at BTC/USDT"
    ]
    assert misfits([one, speaker], minutes) == [
        "strategies.one: listens to x, which is no other strategy at BTC/USDT"
    ]
