"""Views over columns."""

from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Quote, Trade

BTC = InstrumentId("BTC/USDT@sim")


def test_a_bar_happens_when_it_closes() -> None:
    """Opened with, a strategy would see the whole candle before it happened."""
    bar = Bar(BTC, 60, 120, open=1.0, high=3.0, low=0.5, close=2.0, volume=9.0)

    assert (bar.open_ns, bar.close_ns, bar.event_ns) == (120, 180, 180)
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (1.0, 3.0, 0.5, 2.0, 9.0)


def test_a_copy_of_a_bar_stays_as_the_bar_was() -> None:
    """Bars of a start are kept until strategies run, and the view they come in is filled anew."""
    view = Bar(BTC, 60, 120, open=1.0, high=3.0, low=0.5, close=2.0, volume=9.0)
    kept = view.copy()
    view.open_ns, view.event_ns, view.close = 180, 240, 7.0

    assert (kept.instrument_id, kept.timeframe_ns) == (BTC, 60)
    assert (kept.open_ns, kept.close_ns, kept.volume) == (120, 180, 9.0)
    assert (kept.open, kept.high, kept.low, kept.close) == (1.0, 3.0, 0.5, 2.0)


def test_a_trade_has_its_price_quantity_and_aggressor() -> None:
    trade = Trade(BTC, 7, price=2.0, quantity=0.5, aggressor=-1)

    assert (trade.event_ns, trade.price, trade.quantity, trade.aggressor) == (7, 2.0, 0.5, -1)


def test_a_quote_has_both_sides() -> None:
    quote = Quote(BTC, 7, bid=1.0, bid_quantity=5.0, ask=1.5, ask_quantity=6.0)

    assert (quote.event_ns, quote.instrument_id) == (7, BTC)
    assert (quote.bid, quote.bid_quantity, quote.ask, quote.ask_quantity) == (1.0, 5.0, 1.5, 6.0)


def test_copies_of_a_trade_and_of_a_quote_stay_as_they_were() -> None:
    """A start keeps the last of each, and the views they come in are filled anew."""
    trade = Trade(BTC, 7, price=2.0, quantity=0.5, aggressor=-1)
    quote = Quote(BTC, 8, bid=1.0, bid_quantity=3.0, ask=1.5, ask_quantity=4.0)
    printed, quoted = trade.copy(), quote.copy()
    trade.event_ns, trade.price = 9, 5.0
    quote.event_ns, quote.bid, quote.ask = 9, 6.0, 7.0

    assert (printed.instrument_id, printed.event_ns) == (BTC, 7)
    assert (printed.price, printed.quantity, printed.aggressor) == (2.0, 0.5, -1)
    assert (quoted.instrument_id, quoted.event_ns) == (BTC, 8)
    assert (quoted.bid, quoted.bid_quantity, quoted.ask, quoted.ask_quantity) == (1, 3, 1.5, 4)
