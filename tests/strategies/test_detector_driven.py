"""Every guard and default of DetectorDriven, and what becomes of each field of a signal."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import ClientOrderId, FillId, SignalId
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled, OrderType, Side
from argonaut.domain.signal import (
    Enter,
    EquityFraction,
    Exit,
    Notional,
    Protection,
    Quantity,
    Skip,
    Target,
)
from argonaut.strategies.detector_driven import DetectorDriven, Params
from tests.strategies.feeding import BTC, NAME, SECOND_NS, START_NS, a_bar, a_trade, holding


def a_signal(side="buy", **fields):
    sizes = {"quantity", "notional", "fraction"} & fields.keys()
    if not sizes and fields.get("intent") != "exit":
        fields["quantity"] = Decimal(1)
    return DetectorSignal(
        **{
            "event_ns": START_NS,
            "signal_id": SignalId("s1"),
            "source": "dip",
            "instrument_id": BTC,
            "side": side,
            **fields,
        }
    )


def detector(**params):
    return DetectorDriven(NAME, BTC, Params(**params))


def said(signal, held=None, strategy=None):
    return list((strategy or detector()).on_signal(signal, held or holding()))


def blocker(signal, held=None, strategy=None):
    (skip,) = said(signal, held, strategy)
    assert isinstance(skip, Skip)
    return skip.reason


def a_fill(second=0.0):
    return Filled(
        client_order_id=ClientOrderId("x"),
        event_ns=START_NS + int(second * SECOND_NS),
        fill_id=FillId("f1"),
        price=Decimal(100),
        quantity=Decimal(1),
    )


# the defaults


def test_the_defaults_are_half_confidence_thirty_seconds_and_a_stop():
    assert Params() == Params(
        confidence_min=0.5, ttl_s=30.0, sources=(), stop_fraction=0.02, target_fraction=None
    )


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"confidence_min": 1.1}, "want 0 <= confidence_min <= 1, not 1.1"),
        ({"confidence_min": float("nan")}, "want 0 <= confidence_min"),
        ({"ttl_s": 0.0}, "want ttl_s > 0, not 0.0"),
        ({"ttl_s": float("inf")}, "want ttl_s > 0, not inf"),
        ({"stop_fraction": 2.0}, "0.02 is two percent"),
        ({"stop_fraction": 1.0}, "want 0 < stop_fraction < 1"),
        ({"target_fraction": 0.0}, "want 0 < target_fraction < 1"),
    ],
)
def test_params_that_cannot_work_are_refused_by_name(wrong, complaint):
    with pytest.raises(InvalidValueError, match=complaint):
        Params(**wrong)


@pytest.mark.parametrize("confidence_min", [0.0, 1.0])
def test_all_and_only_the_surest_signals_may_be_wanted(confidence_min):
    strategy = detector(confidence_min=confidence_min)

    assert isinstance(said(a_signal(confidence=confidence_min), strategy=strategy)[0], Enter)


# forwarding


def test_a_signal_becomes_an_entry_with_everything_it_said():
    signal = a_signal(confidence=0.9, user_id="ann", tag="dip-buy", dry_run=True)

    assert said(signal) == [
        Enter(
            strategy_id=NAME,
            instrument_id=BTC,
            side=Side.BUY,
            size=Quantity(Decimal(1)),
            protection=Protection(stop_fraction=0.02),
            confidence=0.9,
            source="dip",
            user_id="ann",
            tag="dip-buy",
            dry_run=True,
            answers_to="s1",
            reason="dip says buy with confidence 0.9, signal s1",
        )
    ]


def test_without_a_tag_the_entry_is_tagged_as_a_detectors():
    (entry,) = said(a_signal())

    assert (entry.tag, entry.user_id, entry.dry_run) == ("detector", "", False)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"quantity": Decimal("0.5")}, Quantity(Decimal("0.5"))),
        ({"notional": Decimal(250)}, Notional(Decimal(250))),
        ({"fraction": Decimal("0.1")}, EquityFraction(Decimal("0.1"))),
    ],
)
def test_each_way_to_say_a_size_is_taken(asked, size):
    (entry,) = said(a_signal(**asked))

    assert entry.size == size


@pytest.mark.parametrize("intent", ["auto", "enter"])
def test_a_signal_on_the_side_that_is_held_adds_to_it(intent):
    (entry,) = said(a_signal(intent=intent), holding("2"))

    assert isinstance(entry, Enter)


def test_an_intent_to_enter_never_exits():
    """What it may do against a long is for the gate to say: on spot it refuses the short."""
    (entry,) = said(a_signal("sell", intent="enter"), holding("2"))

    assert (type(entry), entry.side) == (Enter, Side.SELL)


# protection


@pytest.mark.parametrize(
    ("brought", "params", "protection"),
    [
        ({"stop_price": 90.0}, {}, Protection(stop_price=90.0)),
        ({}, {"stop_fraction": None}, Protection()),
        ({}, {"stop_fraction": 0.05}, Protection(stop_fraction=0.05)),
        (
            {"take_profit": 120.0},
            {"target_fraction": 0.1},
            Protection(stop_fraction=0.02, targets=(Target(price=120.0),)),
        ),
        (
            {},
            {"target_fraction": 0.1},
            Protection(stop_fraction=0.02, targets=(Target(fraction=0.1),)),
        ),
    ],
)
def test_the_signals_own_stop_and_target_go_before_the_default_ones(brought, params, protection):
    (entry,) = said(a_signal(**brought), strategy=detector(**params))

    assert entry.protection == protection


# order types


@pytest.mark.parametrize(
    ("named", "wanted", "limit", "trigger", "stop"),
    [
        ("market", OrderType.MARKET, 99.0, None, 95.0),
        ("limit", OrderType.LIMIT, 99.0, None, 95.0),
        ("stop", OrderType.STOP, 99.0, 95.0, None),
        ("stop_limit", OrderType.STOP_LIMIT, 99.0, 95.0, None),
        ("trailing_stop", OrderType.TRAILING_STOP, 99.0, None, 95.0),
    ],
)
def test_the_stop_price_of_a_stop_order_is_its_trigger(named, wanted, limit, trigger, stop):
    """For every other order it is the protection; one number cannot be both."""
    (entry,) = said(a_signal(order_type=named, limit_price=limit, stop_price=95.0))

    assert (entry.order_type, entry.limit_price, entry.trigger_price) == (wanted, limit, trigger)
    assert entry.protection.stop_price == stop
    assert entry.protection.stop_fraction == (0.02 if stop is None else None)


@pytest.mark.parametrize("intent", ["auto", "enter", "exit"])
@pytest.mark.parametrize("named", ["", "MARKET", "iceberg", "None"])
def test_an_order_type_nobody_knows_is_a_reason_and_no_crash(named, intent):
    """A typo in a detector must not pause the strategy that guards real positions."""
    reason = blocker(a_signal("sell", order_type=named, intent=intent), holding("1"))

    assert reason == (
        f"dip s1: want order_type market, limit, stop, stop_limit, trailing_stop, not {named!r}"
    )


# guards


@pytest.mark.parametrize(("confidence", "enters"), [(0.49, False), (0.5, True), (1.0, True)])
def test_a_signal_wants_the_least_confidence(confidence, enters):
    (answer,) = said(a_signal(confidence=confidence))

    assert isinstance(answer, Enter) is enters
    assert enters or answer.reason == "dip s1: confidence 0.49 below 0.5"


def test_a_confidence_that_is_no_number_is_too_little():
    assert "below" in blocker(a_signal(confidence=float("nan")))


@pytest.mark.parametrize(("age_s", "enters"), [(0, True), (30, True), (31, False)])
def test_a_signal_older_than_the_default_time_to_live_is_left(age_s, enters):
    (answer,) = said(a_signal(sent_ns=START_NS - age_s * SECOND_NS))

    assert isinstance(answer, Enter) is enters
    assert enters or answer.reason == "dip s1: 31.0 s old, time to live 30 s"


@pytest.mark.parametrize(("ttl_s", "enters"), [(5.0, False), (100.0, True)])
def test_the_signals_own_time_to_live_goes_before_the_default(ttl_s, enters):
    (answer,) = said(a_signal(sent_ns=START_NS - 60 * SECOND_NS, ttl_s=ttl_s))

    assert isinstance(answer, Enter) is enters


def test_a_signal_without_a_time_of_its_own_is_as_old_as_its_arrival():
    assert isinstance(said(a_signal(ttl_s=0.001))[0], Enter)


def test_a_source_outside_the_allow_list_is_left():
    listed = detector(sources=("ema", "rsi"))

    assert blocker(a_signal(), strategy=listed) == "dip s1: source is not among ema, rsi"
    assert isinstance(said(a_signal(source="rsi"), strategy=listed)[0], Enter)


def test_a_source_outside_the_allow_list_cannot_exit_either():
    """Closing a position at a bad moment is an attack too."""
    signal = a_signal("sell", intent="exit")

    assert "source is not among" in blocker(signal, holding("1"), detector(sources=("ema",)))


# exits


def test_an_intent_to_exit_closes_what_is_held():
    assert said(a_signal("sell", intent="exit", user_id="ann"), holding("2")) == [
        Exit(
            strategy_id=NAME,
            instrument_id=BTC,
            source="dip",
            user_id="ann",
            tag="detector_exit",
            reason="dip says sell, signal s1",
            answers_to="s1",
        )
    ]


@pytest.mark.parametrize(
    ("asked", "fraction"),
    [
        ({"quantity": Decimal("0.5")}, "0.25"),
        ({"quantity": Decimal(9)}, "1"),
        ({"fraction": Decimal("0.4")}, "0.4"),
        ({"fraction": Decimal(3)}, "1"),
        ({"notional": Decimal(100)}, "0.5"),
    ],
)
def test_an_exit_may_ask_for_a_part(asked, fraction):
    """A fraction is one of the holding, a notional is measured at the last price."""
    strategy = detector()
    strategy.on_trade(a_trade(0, 100.0), holding())

    (leaving,) = said(a_signal("sell", intent="exit", **asked), holding("2"), strategy)

    assert leaving.fraction == Decimal(fraction)


def test_an_exit_of_nothing_says_so():
    assert blocker(a_signal("sell", intent="exit")) == "dip s1: nothing is held to exit"


def test_an_exit_takes_out_an_entry_that_is_still_working():
    (leaving,) = said(a_signal("sell", intent="exit"), holding(entering=Decimal(1)))

    assert (type(leaving), leaving.fraction) == (Exit, Decimal(1))


def test_neither_doubt_nor_age_holds_back_an_exit():
    """Leaving is what the filters are there to make safe."""
    old = a_signal("sell", intent="exit", confidence=0.0, sent_ns=START_NS - 10**12)

    assert isinstance(said(old, holding("1"))[0], Exit)


def test_a_limit_exit_keeps_its_limit():
    signal = a_signal("sell", intent="exit", order_type="limit", limit_price=120.0, tag="out")

    (leaving,) = said(signal, holding("1"))

    assert (leaving.order_type, leaving.limit_price) == (OrderType.LIMIT, 120.0)
    assert leaving.tag == "out"


# intent auto against what is held


@pytest.mark.parametrize(("held", "side"), [("4", "sell"), ("-4", "buy")])
def test_auto_against_a_larger_holding_reduces_it(held, side):
    strategy = detector()

    (leaving,) = said(a_signal(side), holding(held), strategy)

    assert (type(leaving), leaving.fraction) == (Exit, Decimal("0.25"))
    assert strategy.on_fill(a_fill(), holding()) == ()


def test_auto_against_as_much_closes_it_and_no_more():
    strategy = detector()

    (leaving,) = said(a_signal("sell"), holding("1"), strategy)

    assert leaving.fraction == 1
    assert strategy.on_fill(a_fill(), holding()) == ()


@pytest.mark.parametrize(("held", "side"), [("1", Side.SELL), ("-1", Side.BUY)])
def test_auto_beyond_the_holding_enters_the_rest_once_the_exit_is_through(held, side):
    """Sent together, the entry could overtake the exit and be netted away."""
    strategy = detector()

    (leaving,) = said(a_signal(side.value, quantity=Decimal(3)), holding(held), strategy)
    still_held = strategy.on_fill(a_fill(), holding(held))
    still_working = strategy.on_fill(a_fill(), holding(exiting=Decimal(1)))
    (entry,) = strategy.on_fill(a_fill(), holding())

    assert (type(leaving), leaving.fraction) == (Exit, Decimal(1))
    assert (still_held, still_working) == ((), ())
    assert (type(entry), entry.side, entry.size) == (Enter, side, Quantity(Decimal(2)))
    assert strategy.on_fill(a_fill(), holding()) == ()


def test_a_flip_whose_exit_took_too_long_is_left_with_its_reason():
    strategy = detector()
    said(a_signal("sell", quantity=Decimal(3)), holding("1"), strategy)

    (skip,) = strategy.on_fill(a_fill(30.1), holding())

    assert skip.reason == (
        "dip says sell with confidence 1, signal s1: expired before the exit was through"
    )


def test_a_flip_is_due_until_its_last_nanosecond():
    strategy = detector()
    sent_ns = START_NS - 10 * SECOND_NS
    said(a_signal("sell", quantity=Decimal(3), sent_ns=sent_ns), holding("1"), strategy)

    (entry,) = strategy.on_fill(a_fill(20.0), holding())

    assert isinstance(entry, Enter)


def test_a_newer_signal_replaces_a_flip_that_waits():
    strategy = detector()
    said(a_signal("sell", quantity=Decimal(3)), holding("1"), strategy)
    said(a_signal("buy", signal_id=SignalId("s2")), holding("1"), strategy)

    assert strategy.on_fill(a_fill(), holding()) == ()


def test_a_signal_that_is_left_leaves_a_flip_that_waits():
    strategy = detector()
    said(a_signal("sell", quantity=Decimal(3)), holding("1"), strategy)
    said(a_signal("buy", confidence=0.1), holding("1"), strategy)

    assert len(strategy.on_fill(a_fill(), holding())) == 1


def test_a_dry_flip_says_both_wishes_at_once():
    """Nothing fills in a dry run, so nothing would ever call for the second one."""
    signal = a_signal("sell", quantity=Decimal(3), dry_run=True)

    leaving, entry = said(signal, holding("1"))

    assert (leaving.dry_run, entry.dry_run) == (True, True)
    assert (leaving.fraction, entry.size) == (Decimal(1), Quantity(Decimal(2)))


def test_while_an_exit_works_another_opposite_signal_does_not_flip():
    strategy = detector()
    held = holding("1", exiting=Decimal(-1))

    (leaving,) = said(a_signal("sell", quantity=Decimal(3)), held, strategy)

    assert isinstance(leaving, Exit)  # the engine refuses it: one is working already
    assert strategy.on_fill(a_fill(), holding()) == ()


def test_auto_against_an_entry_that_is_still_working_takes_it_out():
    """A buy and a sell in one second must not end as a long and a short."""
    (leaving,) = said(a_signal("sell"), holding(entering=Decimal(1)))

    assert (type(leaving), leaving.fraction) == (Exit, Decimal(1))


@pytest.mark.parametrize("shown", ["bar", "trade", "quote", "expected"])
def test_a_notional_is_measured_at_the_last_price_seen(shown):
    strategy, fields = detector(), {}
    if shown == "bar":
        strategy.on_bar(a_bar(close=50.0), holding())
    elif shown == "trade":
        strategy.on_trade(a_trade(0, 50.0), holding())
    elif shown == "quote":
        strategy.on_quote(Quote(BTC, START_NS, bid=49.0, ask=51.0), holding())
    else:
        fields = {"expected_price": 50.0}

    (leaving,) = said(a_signal("sell", notional=Decimal(25), **fields), holding("1"), strategy)

    assert leaving.fraction == Decimal("0.5")


@pytest.mark.parametrize("asked", [{"notional": Decimal(1)}, {"fraction": Decimal("0.01")}])
def test_auto_of_an_unknown_share_closes_everything(asked):
    """No price to measure with, or a share of an equity no strategy sees: less risk is safe."""
    strategy = detector()

    (leaving,) = said(a_signal("sell", **asked), holding("5"), strategy)

    assert leaving.fraction == 1
    assert strategy.on_fill(a_fill(), holding()) == ()


@given(held=st.integers(1, 10**9), asked=st.integers(1, 10**9))
def test_what_reduces_and_what_flips_add_up_to_what_was_asked(held, asked):
    """In lots: no unit is lost to rounding, none is traded twice."""
    lot = Decimal("0.001")
    strategy = detector()

    (leaving,) = said(a_signal("sell", quantity=asked * lot), holding(str(held * lot)), strategy)
    reduced = int(held * lot * leaving.fraction / lot)
    flipped = sum(int(each.size.base / lot) for each in strategy.on_fill(a_fill(), holding()))

    assert leaving.fraction <= 1
    assert (reduced, flipped) == (min(held, asked), max(asked - held, 0))
