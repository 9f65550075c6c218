"""What the loops hear is the merged tape, each row once, and no instant too early."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import VenueId
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.feeds.tape.columns import Kind, SignalRows
from argonaut.feeds.tape.player import END_OF_TIME_NS, Player
from tests.feeds.tape.sample import BTC, START_NS, bars, quotes, times, trades

SIGNAL = b'{"id": "s", "source": "d", "instrument": "BTC/USDT", "side": "buy"}'


class Diary:
    """Writes down all it hears."""

    def __init__(self):
        self.heard = []

    def open(self, instrument_id, open_ns, price):
        self.heard.append(("open", open_ns, instrument_id, price))

    def bar(self, bar):
        self.heard.append(("bar", bar.close_ns, bar.open, bar.high, bar.low, bar.close, bar.volume))

    def trade(self, trade):
        self.heard.append(("trade", trade.event_ns, trade.price, trade.quantity, trade.aggressor))

    def quote(self, quote):
        self.heard.append(("quote", quote.event_ns, quote.bid, quote.ask))

    def feed(self, event):
        named = event.event_id if isinstance(event, ExternalEvent) else event.signal_id
        self.heard.append(("signal", event.event_ns, named))


class Indicator:
    """Has its outputs set from columns."""

    value: float | None = None
    low: float | None = None
    high: float | None = None

    def __init__(self, *outputs):
        self.outputs = outputs


def player_of(streams, listener, working=(BTC,), **options):
    return Player(streams, listener, dict.fromkeys(working), venue_id=VenueId("sim"), **options)


def play_all(player, until_ns=END_OF_TIME_NS):
    """Play chunk after chunk, as the loops do."""
    while (next_ns := player.next_ns()) is not None and next_ns <= until_ns:
        player.play_until(until_ns)


def signals(*minutes):
    return SignalRows(times(*minutes), (SIGNAL,) * len(minutes))


def test_a_tape_of_every_kind_is_heard_in_order():
    diary = Diary()

    play_all(player_of([bars([0]), trades([0.5]), quotes([0.2]), signals(2)], diary))

    assert diary.heard == [
        ("open", START_NS, BTC, 10.0),
        ("quote", START_NS + 12_000_000_000, 9.0, 11.0),
        ("trade", START_NS + 30_000_000_000, 10.0, 1.0, 1),
        ("bar", START_NS + MINUTE_NS, 10.0, 10.0, 10.0, 10.0, 1.0),
        ("signal", START_NS + 2 * MINUTE_NS, "s"),
    ]


def test_recorded_events_come_at_the_time_they_were_seen():
    """A listing with a campaign is one line of a recording and two events, at one instant."""
    lines = (
        b'{"ts_ns": 0, "id": "n", "source": "desk", "kind": "news", "symbols": ["BTC"]}',
        b'{"ts_ns": 0, "source": "bybit", "payload": {"id": "u", "title": "%s"}}'
        % b"New Listing: Foo (FOO) - Trade to Share a 4,000 USDT Prize Pool!",
    )
    diary = Diary()

    play_all(
        player_of([bars([0, 1]), SignalRows(times(1, 1.5), lines, Kind.EVENTS)], diary, working=())
    )

    assert [each[:1] + each[-1:] for each in diary.heard if each[0] == "signal"] == [
        ("signal", "n"),
        ("signal", "u"),
        ("signal", "u#promo"),
    ]
    assert [each[1] for each in diary.heard] == [
        START_NS + MINUTE_NS,  # the bar that ends then comes first
        START_NS + MINUTE_NS,
        START_NS + MINUTE_NS * 3 // 2,
        START_NS + MINUTE_NS * 3 // 2,
        START_NS + 2 * MINUTE_NS,
    ]


def test_an_open_is_only_told_where_an_order_works():
    diary = Diary()

    play_all(player_of([bars([0, 1])], diary, working=()))

    assert [kind for kind, *_ in diary.heard] == ["bar", "bar"]


def test_nothing_later_than_asked_for_is_heard():
    diary = Diary()
    player = player_of([trades([0, 1, 2])], diary)

    is_more = player.play_until(START_NS + MINUTE_NS)

    assert [time_ns for _, time_ns, *_ in diary.heard] == [START_NS, START_NS + MINUTE_NS]
    assert (is_more, player.next_ns()) == (True, START_NS + 2 * MINUTE_NS)


@given(
    st.lists(st.integers(0, 20), max_size=20).map(sorted),
    st.sets(st.integers(0, 20), max_size=20).map(sorted),
    st.lists(st.integers(0, 22), max_size=6).map(sorted),
)
def test_playing_in_pieces_is_playing_at_once(ticks, minutes, stops):
    at_once, in_pieces = Diary(), Diary()
    streams = [trades(ticks), bars(minutes)]
    play_all(player_of(streams, at_once))

    player = player_of(streams, in_pieces)
    for stop in stops:
        play_all(player, START_NS + stop * MINUTE_NS)
        assert player.next_ns() is None or player.next_ns() > START_NS + stop * MINUTE_NS
    play_all(player)

    assert in_pieces.heard == at_once.heard
    assert player.rows_played == len(player) == len(player.plan)


@given(st.lists(st.integers(0, 20), max_size=20).map(sorted), st.integers(0, 25))
def test_a_restart_plays_to_a_row_and_then_the_rest(ticks, row):
    """Recovery is playing again up to where the journal ends."""
    straight, resumed = Diary(), Diary()
    play_all(player_of([trades(ticks)], straight))

    player = player_of([trades(ticks)], resumed)
    player.play_to_row(row)

    assert len(resumed.heard) == min(row, len(ticks))
    play_all(player)
    assert resumed.heard == straight.heard


def test_an_empty_tape_is_at_its_end():
    player = player_of([trades([])], Diary())

    assert player.next_ns() is None
    assert not player.play_until(END_OF_TIME_NS)


def test_precomputed_indicators_are_set_before_the_bar_is_heard():
    """A strategy must find the value of this bar, and None while it is not defined."""
    average, band = Indicator("value"), Indicator("low", "high")
    seen: list[tuple[float | None, ...]] = []

    class Reader(Diary):
        def bar(self, bar):
            seen.append((average.value, band.low, band.high))

    undefined = np.array([np.nan, 5.0])
    columns = {0: [(average, [undefined]), (band, [undefined, np.array([1.0, 6.0])])]}
    play_all(player_of([bars([0, 1])], Reader(), bound=columns))

    assert seen == [(None, None, 1.0), (5.0, 5.0, 6.0)]


def test_precomputed_indicators_follow_trades_too():
    average, band = Indicator("value"), Indicator("low", "high")
    seen: list[tuple[float | None, ...]] = []

    class Reader(Diary):
        def trade(self, trade):
            seen.append((average.value, band.low, band.high))

    columns = {
        0: [
            (average, [np.array([1.0, 2.0])]),
            (band, [np.array([0.5, np.nan]), np.array([1.5, 2.5])]),
        ]
    }
    play_all(player_of([trades([0, 1])], Reader(), bound=columns))

    assert seen == [(1.0, 0.5, 1.5), (2.0, None, 2.5)]


def test_a_listener_that_raises_is_not_told_the_same_row_again():
    class Nervous(Diary):
        def trade(self, trade):
            super().trade(trade)
            if len(self.heard) == 1:
                raise RuntimeError("first trade")

    diary = Nervous()
    player = player_of([trades([0, 1])], diary)
    with pytest.raises(RuntimeError, match="first trade"):
        player.play_until(END_OF_TIME_NS)

    player.play_until(END_OF_TIME_NS)

    assert len(diary.heard) == 2


def test_a_tape_longer_than_a_chunk_is_heard_whole():
    diary = Diary()
    minutes = list(range(70_000))

    play_all(player_of([trades(minutes)], diary))

    assert len(diary.heard) == 70_000
