from decimal import Decimal

import msgspec
import pytest

from argonaut.domain.event import Correction, DetectorSignal
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.record import Decision, DetectorAnswer, StrategyPaused
from argonaut.domain.signal import Skip
from argonaut.journal.body import body_of
from argonaut.journal.row import Row
from argonaut.journal.why import KINDS, is_named, reason_of, why
from tests.journal.told import told_rows

BTC = InstrumentId("BTC/USDT@sim")


def row(seq, kind, body, event_ns=None):
    return Row(seq, seq, event_ns or seq, kind, "", msgspec.json.encode(body), b"", b"")


def skip(seq, reason, name=BTC):
    body = Skip(strategy_id=StrategyId("s"), instrument_id=name, reason=reason)
    return row(seq, "skip", body)


def rows_of_run():
    return [each for each in told_rows() if each.kind in KINDS]


def test_the_last_moments_are_told_oldest_first():
    answer = why([skip(n, f"reason {n}") for n in range(1, 10)], limit=3)

    assert [each.event_ns for each in answer.reasons] == [7, 8, 9]
    assert answer.last_ns == 9


def test_the_moments_nearest_to_an_instant_are_told():
    answer = why([skip(n, "x") for n in (10, 20, 30, 40, 90)], at_ns=33, limit=2)

    assert [each.event_ns for each in answer.reasons] == [30, 40]


def test_an_instant_before_everything_finds_what_came_after():
    answer = why([skip(n, "x") for n in (10, 20, 30)], at_ns=0, limit=1)

    assert [each.event_ns for each in answer.reasons] == [10]


def test_a_refusal_is_told_check_by_check_with_its_blocker():
    refused = next(
        each for each in map(reason_of, rows_of_run()) if each and each.answer == "refused"
    )

    assert refused.wish == "buy"
    assert refused.first_blocker == refused.steps[-1].code == "max_positions"
    assert refused.why == refused.steps[-1].sentence
    assert refused.steps[-1].value == Decimal(2)
    assert refused.steps[-1].limit == Decimal(1)
    assert {each.outcome for each in refused.steps[:-1]} <= {"pass", "clip"}


def test_an_entry_made_smaller_names_what_made_it_smaller():
    reduced = next(
        each for each in map(reason_of, rows_of_run()) if each and each.answer == "reduced"
    )

    assert reduced.first_blocker == "max_notional"
    assert reduced.quantity is not None
    assert reduced.requested is not None
    assert reduced.quantity < reduced.requested


def test_counts_cover_everything_that_was_asked_for():
    """Five moments are shown; what stood in the way is counted over the whole run."""
    rows = rows_of_run()
    answer = why(rows, instrument="DOGE", limit=1)
    reasons = [each for each in map(reason_of, rows) if each and "DOGE" in each.instrument_id]

    assert sum(answer.counts.values()) == len(reasons)
    assert answer.blockers["max_positions"] == sum(
        each.first_blocker == "max_positions" for each in reasons
    )
    assert sum(answer.skips.values()) == sum(each.wish == "skip" for each in reasons)
    assert answer.instruments == ("BTC/USDT@sim", "DOGE/USDT@sim")


def test_reasons_that_differ_in_numbers_alone_are_counted_together():
    answer = why([skip(1, "rise of 2.31%"), skip(2, "rise of 14.00%"), skip(3, "asleep")])

    assert answer.skips == {"rise of …%": 2, "asleep": 1}


def test_a_signal_at_the_door_and_a_paused_strategy_are_told():
    signal = DetectorSignal(
        event_ns=5,
        signal_id=SignalId("7"),
        source="spikes",
        instrument_id=BTC,
        side="buy",
        confidence=0.5,
    )
    door = DetectorAnswer(signal=signal, answer="duplicate", detail="sent before")
    paused = StrategyPaused(strategy_id=StrategyId("s"), instrument_id=BTC, error="KeyError: 1")

    answer = why([row(1, "signal", door), row(2, "strategy_paused", paused)])
    assert [(each.who, each.answer) for each in answer.reasons] == [
        ("spikes", "duplicate"),
        ("s", "not called again"),
    ]
    assert answer.reasons[0].why == "sent before"
    assert answer.reasons[1].reason == "KeyError: 1"


def test_an_order_that_never_arrived_is_told_where_it_was_wanted():
    """A crash between its intent and its bytes leaves an approval and no position; why?"""
    decisions = [(each, body_of(each)) for each in rows_of_run()]
    decided, body = next(
        (each, body) for each, body in decisions if isinstance(body, Decision) and body.orders
    )
    order_id = body.orders[0].client_order_id
    found = [
        Correction(event_ns=2, what="absent", subject=subject, detail="asked twice: no order")
        for subject in (order_id, "somebody-else", "USDT")
    ]
    rows = [decided, *(row(2 + at, "correction", each) for at, each in enumerate(found))]

    _, told = why(rows).reasons

    assert (told.wish, told.answer) == ("order", "corrected")
    assert told.reason == f"absent {order_id}: asked twice: no order"
    assert told.instrument_id == body.signal.instrument_id


def test_other_rows_are_no_moments():
    assert all(reason_of(each) is None for each in told_rows() if each.kind not in KINDS)


def test_nothing_was_decided_about_an_unknown_instrument():
    answer = why([skip(1, "x")], instrument="ETH")

    assert answer.reasons == ()
    assert answer.instruments == (BTC,)


@pytest.mark.parametrize(
    "asked", ["", "BTC/USDT", "BTCUSDT", "btc-usdt", "btc", "BTC/USDT@sim", "BTC/USDT:USDT"]
)
def test_an_instrument_is_meant_by_many_names(asked):
    name = "BTC/USDT:USDT@sim" if ":" in asked else BTC

    assert is_named(asked, name)


@pytest.mark.parametrize("asked", ["USDT", "ETH", "XBTC", "BTC/USDT@other", "TC/USDT", "BTCUSD"])
def test_other_names_mean_other_instruments(asked):
    assert not is_named(asked, BTC)


def test_an_answer_travels_as_json():
    """The trader answers over a socket; nothing may be lost on the way."""
    answer = why(rows_of_run(), limit=50)

    assert msgspec.json.decode(msgspec.json.encode(answer), type=type(answer)) == answer
