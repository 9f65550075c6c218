"""Klines: made of trades, without a hole, and the same added up as asked for."""

from decimal import Decimal

from argonaut.rehearsal.binance.candles import MINUTE_NS, Candles
from argonaut.rehearsal.market import PastBar

D = Decimal


def candles() -> Candles:
    """Trades in minutes 10, 10, 11 and 14: minutes 12 and 13 are silent."""
    made = Candles(())
    for number, (at_s, price, quantity) in enumerate(
        ((600, "100", "1"), (630, "104", "2"), (660, "102", "1"), (840, "99", "1")), start=1
    ):
        made.add(at_s * 1_000_000_000, D(price), D(quantity), number, is_taker_buy=number % 2 == 1)
    return made


def test_a_minute_without_trades_repeats_the_last_close():
    """A hole would shift every indicator behind it."""
    rows = [(each.open_ns // MINUTE_NS, each.close, each.count) for each in candles().of("1m")]

    assert rows == [
        (10, D(104), 2),
        (11, D(102), 1),
        (12, D(102), 0),
        (13, D(102), 0),
        (14, D(99), 1),
    ]


def test_longer_klines_are_the_minutes_added_up():
    """And the one that is open now is the same whether asked for alone or with the rest."""
    made = candles()
    (five,) = made.of("5m")

    assert five.row()[1:6] == [f"{each:.8f}" for each in (D(100), D(104), D(99), D(99), D(5))]
    assert (five.first_id, five.last_id, five.taker_volume) == (1, 4, D(2))
    assert made.current("5m") == five


def test_a_kline_is_pushed_closed_once_and_then_the_open_one():
    """A strategy on closed bars acts on x=true: missing it is missing a bar."""
    made = candles()
    made.due("1m")
    made.roll(15 * MINUTE_NS)

    pushed = [(each.open_ns // MINUTE_NS, is_closed) for each, is_closed in made.due("1m")]

    assert pushed == [(14, True), (15, False)]
    assert [is_closed for _, is_closed in made.due("1m")] == [False]
    kline = made.of("1m")[0].event("BTCUSDT", "1m", 5, is_closed=True)["k"]
    assert isinstance(kline, dict)
    assert (kline["x"], kline["n"]) == (True, 2)


def test_the_average_is_weighted_by_volume():
    """The price filters are measured against it."""
    assert candles().average(5) == D("101.8")
    assert Candles(()).average(5) is None
    assert Candles(()).current("1m") is None
    assert Candles(()).due("1m") == []


def test_what_came_before_the_rehearsal_is_there():
    """Indicators are warm when the first trade comes."""
    past = PastBar(0, D(1), D(3), D(1), D(2), D(10))

    (bar,) = Candles([past]).of("1m")

    assert (bar.high, bar.quote_volume) == (D(3), D(20))
