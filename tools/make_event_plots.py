"""Draw the pictures of the pages on event strategies from real prices and real tweets.

Run it as `PYTHONPATH=src .venv/bin/python tools/make_event_plots.py`. As `make_plots.py`, of which
it has the look, it wants Chromium and the larger recordings. Name pictures to draw only those.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from argonaut.domain.order import OrderRole, Side
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.tape.columns import QuoteColumns
from argonaut.strategies.meme_sentiment import Params
from benchmarks import crowd
from tools.event_runs import airdrop_promo, event_breakout
from tools.make_plots import (
    BUY,
    DOWN,
    FAST,
    NOTE,
    SHARED,
    SLOW,
    UP,
    add_candles,
    add_fills,
    add_levels,
    bars_of,
    empty,
    moments,
    span,
)
from tools.make_signal_plots import draw_all

TWEETS = "events/tweets_doge_2021.jsonl.gz"
PRICES = "events/daily_price_doge.csv"
DOGE = "DOGE/USDT@sim"


def crowd_of_doge(_folder: Path) -> go.Figure:
    """MemeSentiment's guards on the tweets of a real run of Dogecoin, over its daily price."""
    events = crowd.listen(crowd.read_tweets(SHARED / "data" / TWEETS), Heuristic())
    found = crowd.alarms(events, Params())
    daily = pl.read_csv(SHARED / "data" / PRICES).sort("Date")
    daily = daily.filter((pl.col("Date") >= "2021-01-20") & (pl.col("Date") <= "2021-02-16"))
    figure = empty("What tweets about Dogecoin said, January and February 2021", "USD")
    figure.add_candlestick(
        x=daily["Date"].to_list(),
        **{name: daily[name.title()].to_list() for name in ("open", "high", "low", "close")},
        name="price of a day",
        increasing={"line": {"color": UP, "width": 1}},
        decreasing={"line": {"color": DOWN, "width": 1}},
    )
    for label, shown, color, size in (
        ("event left by a guard", [each for each in events if each not in found], NOTE, 6),
        ("alarm: every guard passed", found, BUY, 12),
    ):
        figure.add_scatter(
            x=moments(np.array([each.event_ns for each in shown])),
            y=[each.mentions for each in shown],
            name=label,
            yaxis="y2",
            mode="markers",
            marker={"color": color, "size": size, "symbol": "triangle-up"},
        )
    figure.add_hline(y=Params().mentions_min, yref="y2", line={"color": NOTE, "dash": "dot"})
    figure.update_layout(
        yaxis={"domain": [0.42, 1]},
        xaxis={"anchor": "y2"},
        yaxis2={"domain": [0, 0.36], "title": "mentions in a window", "rangemode": "tozero"},
    )
    return figure


def breakouts_of_doge(folder: Path) -> go.Figure:
    """EventBreakout on some hours of DOGEUSDT: entries, stop, targets and the trailed rest."""
    run = event_breakout(SHARED, folder)
    from_ns, to_ns = span("2021-05-09T03:15", "2021-05-09T05:30")
    figure = empty(
        "EventBreakout on DOGEUSDT, 9 May 2021, 1m bars, displacements by a rule", "USDT"
    )
    add_candles(figure, bars_of(run, DOGE).between(from_ns, to_ns))
    add_levels(figure, run, DOGE, from_ns, to_ns)
    add_fills(figure, run, DOGE, from_ns, to_ns)
    return figure


def promotion_on_bitcoin(folder: Path) -> go.Figure:
    """AirdropPromo on six real minutes of BTCUSDT: buying and selling until the volume is there."""
    run = airdrop_promo(folder)
    quotes = next(each for each in run.assembly.streams if isinstance(each, QuoteColumns))
    figure = empty("AirdropPromo on BTCUSDT, 8 August 2024, a promotion for 2,000 USDT", "USDT")
    marks = run.result.log.fill_marks
    shown = quotes.ts_ns <= marks[-1].event_ns + 20_000_000_000
    figure.add_scatter(
        x=moments(quotes.ts_ns[shown][::10]),
        y=((quotes.bid + quotes.ask) / 2)[shown][::10],
        name="mid price",
        line={"color": NOTE, "width": 1},
    )
    for side, label, color, symbol in (
        (Side.BUY, "bought", BUY, "triangle-up"),
        (Side.SELL, "sold", DOWN, "triangle-down"),
    ):
        mine = [mark for mark in marks if mark.side is side and mark.role is not OrderRole.STOP]
        figure.add_scatter(
            x=moments(np.array([mark.event_ns for mark in mine])),
            y=[float(mark.price) for mark in mine],
            name=label,
            mode="markers",
            marker={"color": color, "symbol": symbol, "size": 13},
        )
    figure.add_scatter(
        x=moments(np.array([mark.event_ns for mark in marks])),
        y=np.cumsum([float(mark.price * mark.quantity) for mark in marks]),
        name="volume traded",
        yaxis="y2",
        line={"color": FAST, "width": 2, "shape": "hv"},
    )
    figure.add_hline(y=2000, yref="y2", line={"color": SLOW, "dash": "dash"})
    figure.update_layout(
        yaxis={"domain": [0.42, 1]},
        xaxis={"anchor": "y2"},
        yaxis2={"domain": [0, 0.36], "title": "USDT traded", "rangemode": "tozero"},
    )
    return figure


PICTURES: Mapping[str, Callable[[Path], go.Figure]] = {
    "meme-sentiment": crowd_of_doge,
    "event-breakout": breakouts_of_doge,
    "airdrop-promo": promotion_on_bitcoin,
}


def main(wanted: list[str]) -> int:
    """Draw the pictures wanted, all when none is named; return 1 when they cannot be drawn."""
    return draw_all(PICTURES, wanted, tool="make_event_plots")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
