"""Every guard and default of Combined: who must agree with whom, for how long, and how surely."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal, TimerFired
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, SignalId, StrategyId
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import Enter, Exit, Notional, Overheard, Protection, Quantity, Skip
from argonaut.strategies.combined import Combined, Params
from tests.strategies.feeding import BTC, NAME, SECOND_NS, START_NS, a_bar, a_trade, holding


def at(second: float) -> int:
    return START_NS + int(second * SECOND_NS)


def a_signal(side="buy", second=0.0, name="s1", **fields):
    if not {"quantity", "notional", "fraction"} & fields.keys() and fields.get("intent") != "exit":
        fields["quantity"] = Decimal(2)
    return DetectorSignal(
        **{
            "event_ns": at(second),
            "signal_id": SignalId(name),
            "source": "dip",
            "instrument_id": BTC,
            "side": side,
            **fields,
        }
    )


def an_opinion(side="buy", second=0.0, who="trend", **fields):
    given: dict[str, Any] = {
        "strategy_id": StrategyId(who),
        "instrument_id": BTC,
        "side": Side(side),
        "size": Notional(Decimal(10)),
        "reason": "it looks so",
    }
    return Overheard(at(second), Enter(**given | fields))


class Pair:
    """One Combined and what it said to both sides."""

    def __init__(self, **params):
        self.strategy = Combined(NAME, BTC, Params(**params))
        self.held = holding()

    def signal(self, *args, **fields):
        return list(self.strategy.on_signal(a_signal(*args, **fields), self.held))

    def opinion(self, *args, **fields):
        return list(self.strategy.on_wish(an_opinion(*args, **fields), self.held))

    def timer(self, second):
        fired = TimerFired(key="x", event_ns=at(second))
        return list(self.strategy.on_timer(fired, self.held))


def kinds(said):
    return [type(each) for each in said]


def reason(said):
    (skip,) = said
    assert isinstance(skip, Skip)
    return skip.reason


# the defaults


def test_the_defaults_are_half_the_weight_and_five_minutes_to_agree():
    assert Params() == Params(
        analysis=(),
        internal_weight=0.5,
        require_confirmation=True,
        confirm_s=300.0,
        confidence_min=0.5,
        sources=(),
        stop_fraction=0.02,
        target_fraction=None,
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"internal_weight": 1.1}, "want 0 <= internal_weight <= 1, not 1.1"),
        ({"internal_weight": float("nan")}, "want 0 <= internal_weight"),
        ({"confidence_min": -0.1}, "want 0 <= confidence_min <= 1, not -0.1"),
        ({"confirm_s": 0.0}, "want confirm_s > 0, not 0.0"),
        ({"confirm_s": float("inf")}, "want confirm_s > 0, not inf"),
        ({"stop_fraction": 2.0}, "0.02 is two percent"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


# require_confirmation: both must agree in direction


def test_require_confirmation_a_signal_waits_for_own_analysis():
    pair = Pair()

    assert reason(pair.signal()) == "dip s1 waits up to 300 s: own analysis has no opinion"
    assert pair.strategy.explain() == "dip s1 waits up to 300 s: own analysis has no opinion"


def test_require_confirmation_the_signal_is_traded_when_own_analysis_agrees():
    pair = Pair()
    pair.signal(confidence=0.8)

    (entry,) = pair.opinion(second=60)

    assert (entry.side, entry.size) == (Side.BUY, Quantity(Decimal(2)))
    assert entry.protection == Protection(stop_fraction=0.02)
    assert entry.tag == "combined"
    assert entry.reason.endswith("signal s1; score 0.90: confidence 0.8, own analysis buy 1.00")
    assert pair.strategy.explain() == ""


def test_require_confirmation_either_side_may_be_first():
    pair = Pair()
    assert pair.opinion() == []

    assert kinds(pair.signal(second=60)) == [Enter]


def test_require_confirmation_agreement_is_of_direction():
    pair = Pair()
    pair.opinion("sell")

    assert reason(pair.signal("buy", 1)) == "dip s1 waits up to 300 s: own analysis says sell 1.00"
    assert kinds(pair.opinion("sell", 2)) == []
    assert kinds(pair.opinion("buy", 3)) == [Enter]


def test_require_confirmation_a_signal_is_traded_once():
    pair = Pair()
    pair.signal()

    assert kinds(pair.opinion(second=1)) == [Enter]
    assert pair.opinion(second=2) == []


def test_require_confirmation_agreement_is_enough_however_unsure():
    pair = Pair()
    pair.opinion()

    (entry,) = pair.signal(confidence=0.1)
    assert entry.confidence == pytest.approx(0.55)


def test_require_confirmation_one_opinion_confirms_every_source_that_waits():
    pair = Pair()
    pair.signal(name="s1", source="dip")
    pair.signal(name="s2", source="news")
    pair.signal("sell", name="s3", source="whale")

    assert [each.reason.split("signal ")[1][:2] for each in pair.opinion(second=9)] == ["s1", "s2"]


# confirm_s: within 5 min, buffered no longer


@pytest.mark.parametrize(("second", "enters"), [(300.0, True), (300.001, False)])
def test_confirm_s_own_analysis_has_five_minutes_to_agree(second, enters):
    pair = Pair()
    pair.signal()

    assert kinds(pair.opinion(second=second)) == ([Enter] if enters else [Skip])


@pytest.mark.parametrize(("second", "enters"), [(300.0, True), (300.001, False)])
def test_confirm_s_an_own_opinion_counts_for_five_minutes(second, enters):
    pair = Pair()
    pair.opinion()

    assert kinds(pair.signal(second=second)) == ([Enter] if enters else [Skip])


def test_confirm_s_an_unconfirmed_signal_is_buffered_no_longer():
    pair = Pair()
    pair.signal()
    assert pair.strategy.wake_at() == at(300) + 1

    assert reason(pair.timer(300.1)) == "dip s1: not confirmed within 300 s"
    assert pair.strategy.wake_at() is None
    assert pair.opinion(second=300.2) == []


def test_confirm_s_a_signals_own_time_to_live_is_kept():
    pair = Pair()
    pair.signal(ttl_s=20.0, sent_ns=at(-5))

    assert pair.strategy.wake_at() == at(15) + 1
    assert reason(pair.opinion(second=16)) == "dip s1: not confirmed within 15 s"


def test_confirm_s_is_a_knob():
    pair = Pair(confirm_s=10.0)
    pair.signal()

    assert kinds(pair.opinion(second=10.5)) == [Skip]


def test_a_newer_signal_of_a_source_takes_the_place_of_the_one_that_waits():
    pair = Pair()
    pair.signal(name="s1")
    said = pair.signal("sell", 5, name="s2")

    assert [each.reason for each in said] == [
        "dip s1: gives way to dip s2",
        "dip s2 waits up to 300 s: own analysis has no opinion",
    ]
    assert kinds(pair.opinion("buy", 6)) == []


def test_no_more_than_sixteen_signals_wait():
    """A source names itself: a thousand of them must not fill the memory."""
    pair = Pair()
    said = [pair.signal(name=f"s{number}", source=f"d{number}") for number in range(17)]

    assert [len(each) for each in said] == [1] * 16 + [2]
    assert said[-1][0].reason == "d0 s0: gives way to d16 s16"
    assert len(pair.opinion(second=1)) == 16


# internal_weight and confidence_min: the score


@pytest.mark.parametrize(
    ("confidence", "own", "weight", "score"),
    [
        (0.8, "buy", 0.5, "0.90"),
        (0.8, "sell", 0.5, "-0.10"),
        (0.8, None, 0.5, "0.40"),
        (0.8, "buy", 0.25, "0.85"),
        (0.8, "sell", 0.0, "0.80"),
        (0.8, "buy", 1.0, "1.00"),
    ],
)
def test_internal_weight_the_score_is_the_weighted_sum_of_both(confidence, own, weight, score):
    pair = Pair(require_confirmation=False, internal_weight=weight, confidence_min=0.95)
    if own:
        pair.opinion(own)
    (said,) = pair.signal(second=1, confidence=confidence)

    assert f"score {score}" in said.reason


@pytest.mark.parametrize(("confidence", "enters"), [(1.0, True), (0.99, False)])
def test_confidence_min_without_confirmation_the_score_must_pass_half(confidence, enters):
    """With no opinion of our own, the detector must be quite sure."""
    said = Pair(require_confirmation=False).signal(confidence=confidence)

    assert kinds(said) == ([Enter] if enters else [Skip])
    assert enters or reason(said) == "dip s1: score 0.49 below 0.5"


def test_confidence_min_own_analysis_may_carry_a_weak_signal_and_stop_a_sure_one():
    sure = Pair(require_confirmation=False)
    sure.opinion("sell")
    weak = Pair(require_confirmation=False)
    weak.opinion("buy")

    assert reason(sure.signal(confidence=1.0)) == "dip s1: score 0.00 below 0.5"
    assert kinds(weak.signal(confidence=0.1)) == [Enter]


def test_without_confirmation_nothing_waits():
    pair = Pair(require_confirmation=False)
    pair.signal(confidence=0.2)

    assert pair.strategy.wake_at() is None
    assert pair.opinion(second=1) == []


# own analysis: any other configured strategy


def test_analysis_is_any_other_strategy_by_default():
    assert Combined(NAME, BTC, Params()).hears == ()
    assert Combined(NAME, BTC, Params(analysis=("trend",))).hears == ("trend",)


def test_analysis_names_whom_it_listens_to():
    pair = Pair(analysis=("trend",))
    pair.signal()

    assert pair.opinion(who="momentum") == []
    assert kinds(pair.opinion(who="trend")) == [Enter]


def test_analysis_several_opinions_are_averaged():
    pair = Pair()
    pair.opinion("buy", who="a", confidence=1.0)
    pair.opinion("sell", who="b", confidence=0.4)
    (entry,) = pair.signal(confidence=0.5)

    assert entry.reason.endswith("score 0.40: confidence 0.5, own analysis buy 0.30")


def test_analysis_opinions_that_cancel_each_other_agree_with_nobody():
    pair = Pair()
    pair.opinion("buy", who="a")
    pair.opinion("sell", who="b")

    assert reason(pair.signal()).endswith("own analysis says undecided")


def test_analysis_an_exit_takes_an_opinion_back():
    pair = Pair()
    pair.opinion()
    leave = Exit(strategy_id=StrategyId("trend"), instrument_id=BTC, reason="crossed")
    list(pair.strategy.on_wish(Overheard(at(1), leave), pair.held))

    assert reason(pair.signal(second=2)).endswith("own analysis has no opinion")


def test_analysis_a_detector_does_not_confirm_a_detector():
    """A DetectorDriven beside it forwards the very signal that waits."""
    pair = Pair()
    pair.signal()

    assert pair.opinion(source="dip") == []


def test_analysis_a_wish_for_another_instrument_is_none_for_this():
    pair = Pair()
    pair.signal()

    assert pair.opinion(instrument_id=InstrumentId("ETH/USDT@sim")) == []


# what is not held up, and what is left at once


def test_an_exit_needs_no_confirmation():
    pair = Pair()
    pair.held = holding("1")

    assert kinds(pair.signal("sell", intent="exit")) == [Exit]


def test_what_closes_of_an_opposite_signal_needs_no_confirmation_and_the_rest_does():
    pair = Pair()
    pair.held = holding("1")
    leave, skip = pair.signal("sell", quantity=Decimal(3))

    assert leave.fraction == 1
    assert skip.reason == "dip s1 closes and does not enter: own analysis has no opinion"
    assert pair.strategy.wake_at() is None


def test_a_confirmed_opposite_signal_flips_once_its_exit_is_through():
    pair = Pair()
    pair.held = holding("1")
    pair.opinion("sell")
    assert kinds(pair.signal("sell", quantity=Decimal(3))) == [Exit]
    fill = Filled(
        client_order_id=ClientOrderId("x"),
        event_ns=at(1),
        fill_id=FillId("1"),
        price=Decimal(100),
        quantity=Decimal(1),
    )

    (entry,) = pair.strategy.on_fill(fill, holding()) or ()
    assert isinstance(entry, Enter)
    assert (entry.side, entry.size) == (Side.SELL, Quantity(Decimal(2)))


def test_sources_a_stranger_does_not_even_wait():
    pair = Pair(sources=("dip",))

    assert reason(pair.signal(source="stranger")) == "stranger s1: source is not among dip"
    assert pair.strategy.wake_at() is None


def test_the_price_is_remembered_to_measure_a_notional():
    pair = Pair()
    pair.held = holding("4")
    pair.strategy.on_bar(a_bar(close=200.0), pair.held)
    pair.strategy.on_trade(a_trade(0, 150.0), pair.held)
    pair.strategy.on_quote(Quote(BTC, START_NS, bid=99.0, ask=101.0), pair.held)
    leave, _ = pair.signal("sell", notional=Decimal(100))

    assert leave.fraction == Decimal("0.25")


# restart


def test_what_waits_and_what_others_think_survive_a_restart():
    before = Pair()
    before.signal(name="s1", confidence=0.8)
    before.opinion("sell", second=1, who="other", confidence=0.5)
    after = Pair()

    after.strategy.load(msgspec.json.decode(msgspec.json.encode(before.strategy.save())))

    assert after.strategy.wake_at() == before.strategy.wake_at()
    assert after.opinion(second=9) == before.opinion(second=9)
    assert after.strategy.explain() == before.strategy.explain()


def test_a_state_of_another_version_is_refused():
    with pytest.raises(InvalidValueError, match="want a saved state with"):
        Pair().strategy.load({"_waiting": [], "_opinions": {}, "_reason": ""})


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["signal", "opinion", "timer"]),
        st.integers(0, 200),
        st.sampled_from(["buy", "sell"]),
        st.floats(0, 1),
        st.sampled_from(["a", "b"]),
    ),
    max_size=40,
)


def played(steps, pair, first=0, second=0.0):
    said = []
    for number, (what, pause, side, confidence, who) in enumerate(steps, first):
        second += pause
        if what == "signal":
            said.append(pair.signal(side, second, f"s{number}", source=who, confidence=confidence))
        elif what == "opinion":
            said.append(pair.opinion(side, second, who, confidence=confidence))
        else:
            said.append(pair.timer(second))
    return said, second


@given(STEPS)
def test_it_never_enters_but_with_a_fresh_signal_and_a_fresh_opinion_of_that_side(steps):
    """Whatever comes in whatever order: no entry of one side alone, and none of a signal twice."""
    said, _ = played(steps, Pair())
    second, signals, opinions, entered = 0.0, {}, {}, set()
    for number, ((what, pause, side, confidence, who), answers) in enumerate(
        zip(steps, said, strict=True)
    ):
        second += pause
        if what == "signal":
            signals[f"s{number}"] = (side, second)
        elif what == "opinion":
            opinions[who] = (confidence if side == "buy" else -confidence, second)
        fresh = [value for value, when in opinions.values() if second - when <= 300]
        for entry in (each for each in answers if isinstance(each, Enter)):
            name = entry.reason.split("signal ")[1].split(";")[0]
            assert name not in entered
            entered.add(name)
            assert signals[name][0] == entry.side.value
            assert second - signals[name][1] <= 300
            assert sum(fresh) * entry.side.sign > 0


@given(STEPS, st.data())
def test_a_restored_one_says_what_the_uninterrupted_one_says(steps, data):
    cut = data.draw(st.integers(0, len(steps)))
    whole, _ = played(steps, Pair())
    before = Pair()
    first, second = played(steps[:cut], before)
    after = Pair()
    after.strategy.load(msgspec.json.decode(msgspec.json.encode(before.strategy.save())))
    rest, _ = played(steps[cut:], after, cut, second)

    assert first + rest == whole
