"""Stories of the shipped strategies on the real engine and the simulated venue.

What a strategy asks for is told in tests/strategies; here is what comes of it.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import SignalId, StrategyId
from argonaut.domain.market import Trade
from argonaut.domain.roundtrip import RoundTrip
from argonaut.strategies import detector_driven, momentum, trend_follow
from tests.stories.stage import BTC, START_NS, Stage, flat

QUICK = trend_follow.Params(
    timeframe="1m",
    fast_bars=2,
    slow_bars=4,
    confirm_timeframe="2m",
    confirm_fast_bars=1,
    confirm_slow_bars=2,
    regime="when_warm",
    rsi_bars=2,
    rsi_low=50.0,
    rsi_high=100.0,
    atr_bars=2,
)
NAME = StrategyId("tested")
WAITS = [flat(100)] * 12


def rising(start: float, bars: int) -> list[tuple[float, float, float, float]]:
    """Bars that gain 1 each, with a range of 2."""
    return [(p, p + 1.5, p - 0.5, p + 1) for p in (start + n for n in range(bars))]


def trend_stage(params: trend_follow.Params = QUICK, *, allow_short: bool = False) -> Stage:
    return Stage(trend_follow.TrendFollow(NAME, BTC, params), allow_short=allow_short)


def trips(stage: Stage) -> list[RoundTrip]:
    return [each.body for each in stage.records if isinstance(each.body, RoundTrip)]


# TrendFollow


def test_a_trend_is_entered_with_stop_and_target_resting_at_the_venue() -> None:
    stage = trend_stage()

    told = stage.bars(*rising(100, 4), flat(104))

    assert told[:4] == [
        "enter approved: 1.442",
        "entry filled 1.442 at 104",
        "stop accepted",
        "target accepted",
    ]
    assert set(stage.resting()) == {"stop", "target"}


def test_a_trend_ends_at_its_target_and_the_gain_is_recorded() -> None:
    """Close 104 at the decision, ATR 2: the target is 104 + 2 * 2."""
    stage = trend_stage()

    told = stage.bars(*rising(100, 8))
    (trip,) = trips(stage)

    assert "target filled 1.442 at 108" in told
    assert (trip.tag, trip.exit_tag) == ("trend_follow_long", "trend_follow_exit")
    assert trip.pnl_fraction == Decimal(4) / Decimal(104)
    assert stage.resting() == {}


def test_a_trend_ends_at_its_stop_and_the_loss_is_recorded() -> None:
    """Low of 3 bars 100.5, ATR 2: the first stop is 100.5 - 1.2 * 2."""
    stage = trend_stage()
    stage.bars(*rising(100, 4))
    told = stage.bars((104, 104, 98, 99))
    (trip,) = trips(stage)

    assert "stop filled 1.442 at 98.1" in told
    assert (trip.tag, trip.exit_tag) == ("trend_follow_long", "trend_follow_exit")
    assert trip.pnl_fraction == (Decimal("98.1") - 104) / 104
    assert stage.resting() == {}


def test_the_stop_of_a_trend_moves_up_and_never_down() -> None:
    stage = trend_stage()
    stops = []
    for bar in [*rising(100, 7), (107, 107.5, 104, 106), (106, 107, 105, 107)]:
        stage.bar(*bar)
        if stage.holding.stop_price is not None:
            stops.append(stage.holding.stop_price)

    assert stops == sorted(stops)
    assert stops[0] < stops[-1] < 104
    assert stage.resting()["stop"] == f"1.442 sell stop {stops[-1]}"


def test_a_trend_that_turns_is_left_before_its_stop() -> None:
    """The averages cross while the price lies above the stop: the reason to hold is gone."""
    wide = replace(QUICK, stop_atr=9.0)
    stage = trend_stage(wide)
    stage.bars(*rising(100, 5))
    told = stage.bars(*[(p, p + 0.5, p - 1.5, p - 1) for p in (105, 104, 103)], flat(103))
    (trip,) = trips(stage)

    assert told[-2:] == ["exit filled 1.442 at 103", f"round trip {trip.pnl.normalize():f}"]
    assert (trip.tag, trip.exit_tag) == ("trend_follow_long", "trend_follow_exit")


def test_three_whole_bars_pass_before_the_trend_is_entered_again() -> None:
    stage = trend_stage()
    entered = [
        number
        for number, bar in enumerate(rising(100, 12))
        if "enter approved" in " ".join(stage.bars(bar))
    ]

    assert entered == [3, 10]  # the target filled within bar 7; bars 8, 9 and 10 passed flat


def test_a_short_trend_is_the_mirror_and_only_where_the_venue_lends() -> None:
    shorts = replace(QUICK, shorts=True)
    falling = [(p, p + 0.5, p - 1.5, p - 1) for p in (200 - n for n in range(8))]

    lent = trend_stage(shorts, allow_short=True)
    spot = trend_stage(shorts)
    told, refused = lent.bars(*falling), spot.bars(*falling)

    assert "target filled 0.765 at 192" in told
    assert [each.tag for each in trips(lent)] == ["trend_follow_short"]
    assert set(refused) == {"enter refused: short"}


def test_the_size_is_one_and_a_half_percent_of_equity_or_75() -> None:
    rich, poor = trend_stage(), Stage(trend_follow.TrendFollow(NAME, BTC, QUICK), cash="1000")

    assert rich.bars(*rising(100, 4)) == ["enter approved: 1.442"]  # 150 of 10,000 at 104
    assert poor.bars(*rising(100, 4)) == ["enter approved: 0.721"]  # 75 of 1,000 at 104


# Momentum


def test_a_burst_that_runs_is_left_at_the_target() -> None:
    """Bought at 102: stop 101.184, target 105.57; both rest before the next bar."""
    stage = Stage(momentum.Momentum(NAME, BTC, momentum.Params(volume_factor=0.5)))
    stage.bars(*WAITS, (100, 102, 100, 102))
    resting = (stage.bars(flat(102)), stage.resting())[1]
    told = stage.bars((102, 106, 102, 106))

    assert resting == {"stop": "0.735 sell stop 101.18", "target": "0.735 sell at 105.57"}
    assert "target filled 0.735 at 105.57" in told
    assert stage.resting() == {}


def test_a_burst_that_fades_is_left_at_the_trail() -> None:
    """The stop starts 0.8 % below the entry and then follows the best price by 1.2 %."""
    stage = Stage(momentum.Momentum(NAME, BTC, momentum.Params(volume_factor=0.5)))
    stage.bars(*WAITS, (100, 102, 100, 102), flat(102))
    told = stage.bars((102, 105, 102, 105), (105, 105, 103, 103))
    (trip,) = trips(stage)

    assert "stop filled 0.735 at 103.74" in told
    assert (trip.tag, trip.exit_tag) == ("momentum", "momentum_stop")


def test_a_burst_that_was_none_costs_less_than_one_percent() -> None:
    stage = Stage(momentum.Momentum(NAME, BTC, momentum.Params(volume_factor=0.5)))
    stage.bars(*WAITS, (100, 102, 100, 102), flat(102), (102, 102, 100, 100))
    (trip,) = trips(stage)

    assert Decimal("-0.0081") < trip.pnl_fraction < Decimal("-0.0079")


def test_on_ticks_a_burst_is_bought_within_the_second_and_guarded() -> None:
    stage = Stage(momentum.Momentum(NAME, BTC, momentum.Params(source="trades")))

    def prints(first_s: int, count: int, price: float, quantity: float) -> list[str]:
        seen = len(stage.records)
        for second in range(first_s, first_s + count):
            at_ns = START_NS + second * 1_000_000_000
            stage.session.trade(Trade(BTC, at_ns, price=price, quantity=quantity))
        return stage.story(seen)

    calm = prints(0, 406, 100.0, 1.0)
    told = prints(406, 3, 102.0, 100.0)

    assert calm == []
    assert told[:3] == ["enter approved: 0.735", "entry filled 0.735 at 102", "stop accepted"]
    assert stage.resting() == {"stop": "0.735 sell stop 101.18", "target": "0.735 sell at 105.57"}


# DetectorDriven


class Detector:
    """A stage whose only strategy forwards what the test sends."""

    def __init__(self, *, allow_short: bool = False) -> None:
        strategy = detector_driven.DetectorDriven(NAME, BTC, detector_driven.Params())
        self.stage = Stage(strategy, allow_short=allow_short)
        self.sent = 0
        self.stage.bars(flat(100))

    def says(self, side: str, quantity: str | None, **fields: object) -> list[str]:
        """Send a signal between two bars and return what it brought until the next close."""
        self.sent += 1
        first = len(self.stage.records)
        self.stage.feed(
            DetectorSignal(
                event_ns=self.stage.engine.now_ns,
                signal_id=SignalId(f"s{self.sent}"),
                source="dip",
                instrument_id=BTC,
                side=side,  # type: ignore[arg-type]
                quantity=None if quantity is None else Decimal(quantity),
                **fields,  # type: ignore[arg-type]
            )
        )
        self.stage.bars(flat(100))
        return self.stage.story(first)


@pytest.mark.parametrize(("side", "other"), [("buy", "sell"), ("sell", "buy")])
def test_an_opposite_signal_of_three_turns_a_holding_of_one_into_two(side: str, other: str) -> None:
    """Were both orders sent together, they would be netted and end at one."""
    detector = Detector(allow_short=True)
    detector.says(side, "1")

    told = detector.says(other, "3")

    assert told[:5] == [
        "exit approved: 1",
        "stop canceled",
        "exit filled 1 at 100",
        "round trip 0",
        "enter approved: 2",
    ]
    detector.stage.bars(flat(100))
    assert abs(detector.stage.holding.quantity) == 2
    assert set(detector.stage.resting()) == {"stop"}


def test_on_spot_what_goes_beyond_the_holding_is_refused_and_the_rest_is_flat() -> None:
    detector = Detector()
    detector.says("buy", "1")

    told = detector.says("sell", "3")

    assert told[-1] == "enter refused: short"
    assert detector.stage.holding.is_flat


def test_half_a_holding_is_sold_and_the_other_half_stays_protected() -> None:
    detector = Detector()
    detector.says("buy", "1")

    detector.says("sell", "0.5")
    detector.stage.bars(flat(100))

    assert detector.stage.holding.quantity == Decimal("0.5")
    assert detector.stage.resting() == {"stop": "0.5 sell stop 98"}


def test_a_sell_in_the_same_second_takes_the_buy_out() -> None:
    detector = Detector()
    at_ns = detector.stage.engine.now_ns
    for number, side in enumerate(("buy", "sell")):
        detector.stage.feed(
            DetectorSignal(
                event_ns=at_ns,
                signal_id=SignalId(f"x{number}"),
                source="dip",
                instrument_id=BTC,
                side=side,  # type: ignore[arg-type]
                quantity=Decimal(1),
            )
        )
    detector.stage.bars(flat(100), flat(100))

    assert detector.stage.holding.is_idle
    assert detector.stage.resting() == {}


@pytest.mark.parametrize("intent", ["auto", "exit"])
def test_a_dry_run_touches_no_order(intent: str) -> None:
    """Neither what is held, nor its protection, nor an entry that still works."""
    detector = Detector()
    detector.says("buy", "1")
    detector.says("buy", "1", order_type="limit", limit_price=99.0)
    before = detector.stage.resting()

    told = detector.says("sell", "1", dry_run=True, intent=intent)

    assert told == ["exit approved: 1"]
    assert detector.stage.resting() == before
    assert set(before) == {"stop", "entry"}


@pytest.mark.parametrize("order_type", ["limit", "stop", "stop_limit", "trailing_stop", "iceberg"])
def test_an_order_that_lacks_its_price_is_an_answer_and_pauses_nobody(order_type: str) -> None:
    detector = Detector()

    told = detector.says("buy", "1", order_type=order_type)
    later = detector.says("buy", "1")

    assert told == ([] if order_type == "iceberg" else ["enter refused: finite"])
    assert later[:2] == ["enter approved: 1", "entry filled 1 at 100"]


def test_a_stop_entry_is_triggered_at_the_signals_stop_price() -> None:
    detector = Detector()
    detector.says("buy", "1", order_type="stop", stop_price=105.0)

    told = detector.stage.bars((104, 106, 104, 106))

    assert "entry filled 1 at 105" in told
    assert detector.stage.resting() == {"stop": "1 sell stop 102.9"}
