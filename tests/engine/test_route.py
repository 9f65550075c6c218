"""Who listens to an instrument, and what an indicator is fed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.ids import StrategyId
from argonaut.domain.market import Bar, Trade
from argonaut.engine.route import Route, Span, updater
from argonaut.ledger.holding import Holding
from argonaut.ledger.position import Position
from argonaut.strategies.interface import Signals, Strategy
from tests.stories.stage import BTC, MINUTE_NS, instrument_of


def route() -> Route:
    return Route(instrument_of(), MINUTE_NS, Position(BTC))


class Noted:
    """The part of an indicator that is fed; it notes what it gets."""

    def __init__(self, *inputs: str) -> None:
        self.inputs = inputs
        self.fed: list[tuple[float, ...]] = []

    def update(self, *values: float) -> None:
        self.fed.append(values)


class OnBars(Strategy):
    timeframes = ("5m", "1m", "1h", "5m")

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        return None


def seated(strategy: Strategy, where: Route) -> None:
    where.seat(strategy, Holding(strategy.strategy_id, BTC))


@pytest.mark.parametrize(
    ("inputs", "fed"),
    [
        (("close",), (4.0,)),
        (("volume",), (5.0,)),
        (("high", "low", "close"), (3.0, 2.0, 4.0)),
        (("close", "volume"), (4.0, 5.0)),
        (("open", "close_ns"), (1.0, MINUTE_NS)),
    ],
)
def test_an_indicator_is_fed_the_fields_it_names(
    inputs: tuple[str, ...], fed: tuple[float, ...]
) -> None:
    """In its own order."""
    noted: Any = Noted(*inputs)
    bar = Bar(BTC, MINUTE_NS, 0, open=1.0, high=3.0, low=2.0, close=4.0, volume=5.0)

    updater(noted)(bar)

    assert noted.fed == [fed]


def test_the_time_of_a_trade_goes_by_its_name_in_the_columns() -> None:
    """Columns say ts_ns, the view says event_ns."""
    noted: Any = Noted("ts_ns", "price")

    updater(noted)(Trade(BTC, 7, price=100.0))

    assert noted.fed == [(7, 100.0)]


def test_longer_frames_come_first_and_are_made_once() -> None:
    """A strategy that looks at the hour in its minute sees the hour that has just ended."""
    where = route()

    seated(OnBars(StrategyId("s"), BTC), where)

    assert [frame.timeframe_ns // MINUTE_NS for frame in where.frames] == [60, 5]
    assert [len(frame.seats) for frame in where.frames] == [1, 1]
    assert len(where.bar_seats) == 1


def test_a_paused_seat_is_off_every_list_and_walks_under_way_miss_nobody() -> None:
    """The second strategy is asked although the first one broke in the same loop."""
    where = route()
    for name in ("one", "two"):
        seated(OnBars(StrategyId(name), BTC), where)
    walk = where.bar_seats

    where.pause(where.seats[0])

    assert [each.strategy.strategy_id for each in walk] == ["one", "two"]
    assert [each.strategy.strategy_id for each in where.bar_seats] == ["two"]
    assert [len(frame.seats) for frame in where.frames] == [1, 1]
    assert where.seats[0].is_paused


def test_only_what_a_strategy_overrides_is_asked_of_it() -> None:
    """A call for nothing costs a microsecond a trade."""
    where = route()

    seated(OnBars(StrategyId("s"), BTC), where)

    assert where.trade_seats == []
    assert where.quote_seats == []
    assert not where.seats[0].wakes


def test_money_is_the_last_price_on_the_tick_grid() -> None:
    """Crossed once for each new price."""
    where = route()
    before = where.money()
    where.price = 100.004
    first = where.money()

    assert before is None
    assert first == Decimal("100.00")
    assert where.money() is first


def test_of_a_bar_that_began_before_only_the_last_price_is_known_to_be_after() -> None:
    """The high may have come first."""
    span = Span(100, 90.0, 110.0, 110.0, 90.0, 105.0)

    assert span.best(is_long=True, since_ns=100) == 110.0
    assert span.best(is_long=False, since_ns=100) == 90.0
    assert span.best(is_long=True, since_ns=101) == 105.0
