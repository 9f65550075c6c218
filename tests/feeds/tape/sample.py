"""Small columns and files for the tests of the tape."""

from pathlib import Path

import numpy as np
import polars as pl

from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.feeds.tape.columns import BarColumns, FundingColumns, QuoteColumns, TradeColumns
from argonaut.feeds.tape.load import load

BTC = InstrumentId("BTC/USDT@sim")
START_NS = 1_621_382_400_000_000_000  # 2021-05-19 00:00 UTC
RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "tape"


def floats(*values):
    return np.array(values, dtype=np.float64)


def times(*minutes):
    return np.array([START_NS + round(minute * MINUTE_NS) for minute in minutes], dtype=np.int64)


def bars(minutes, *, timeframe_ns=MINUTE_NS, instrument_id=BTC, **columns):
    """Bars that open at these minutes, flat at 10 with volume 1 where not told otherwise."""
    flat = {"open": 10.0, "high": 10.0, "low": 10.0, "close": 10.0, "volume": 1.0}
    arrays = {
        name: np.array(columns.get(name, [value] * len(minutes)), dtype=np.float64)
        for name, value in flat.items()
    }
    return BarColumns(instrument_id, timeframe_ns, times(*minutes), **arrays)


def trades(minutes, price=None, quantity=None, **columns):
    count = len(minutes)
    return TradeColumns(
        BTC,
        times(*minutes),
        price=np.array(price or [10.0] * count, dtype=np.float64),
        quantity=np.array(quantity or [1.0] * count, dtype=np.float64),
        aggressor=np.array(columns.pop("aggressor", [1] * count), dtype=np.int8),
        **columns,
    )


def quotes(minutes, bid=None, ask=None):
    count = len(minutes)
    return QuoteColumns(
        BTC,
        times(*minutes),
        bid=np.array(bid or [9.0] * count, dtype=np.float64),
        bid_quantity=np.ones(count),
        ask=np.array(ask or [11.0] * count, dtype=np.float64),
        ask_quantity=np.ones(count),
    )


def funding(minutes, rate=None):
    return FundingColumns(BTC, times(*minutes), np.array(rate or [0.0001] * len(minutes)))


def bar_frame(minutes=range(5), **columns):
    """A frame in our Parquet layout of bars."""
    sample = bars(list(minutes))
    frame = {"ts": sample.open_ns} | {
        name: getattr(sample, name) for name in ("open", "high", "low", "close", "volume")
    }
    return pl.DataFrame(frame | columns)


def trade_frame(count=4, **columns):
    """A frame in our Parquet layout of trades, one a second, received 10 ms later."""
    event_ns = [START_NS + second * 1_000_000_000 for second in range(count)]
    frame = {
        "ts_event": event_ns,
        "ts_recv": [time_ns + 10_000_000 for time_ns in event_ns],
        "symbol": ["BTCUSDT"] * count,
        "trade_id": [str(100 + index) for index in range(count)],
        "price": [10.0 + index for index in range(count)],
        "qty": [1.0] * count,
        "aggressor": (["buy", "sell"] * count)[:count],
    }
    return pl.DataFrame(frame | columns)


def loaded(spec, **options):
    """What `load` returns, of whatever type the test knows it to be."""
    return load(spec, **options)
