from decimal import Decimal

import msgspec

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import SignalId
from argonaut.domain.order import Side
from argonaut.domain.record import DetectorAnswer, ProtectionMoved
from argonaut.domain.signal import Protect, Skip
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.reports.signal_line import line_of
from tests.reports.records import BTC, TREND, approval, enter, leave, order, refusal


def said(record):
    line = line_of(7, record.body)
    return line.wish, line.reason, line.answer, line.why


def test_an_approval_says_how_much():
    assert said(approval(order(quantity="0.500"))) == (
        "buy",
        "fast above slow",
        "approved",
        "0.5",
    )


def test_a_refusal_says_which_limit_and_what_was_found():
    wish, _, answer, why = said(refusal("max_notional", signal=enter(side=Side.SELL)))

    assert (wish, answer) == ("sell", "refused")
    assert why == "notional 1200 quote against the maximum 1000"


def test_a_reduction_says_from_what_to_what_and_why():
    clip = Verdict("max_notional", Outcome.CLIP, Decimal(200), Decimal(100))

    assert said(approval(order(), requested="2", verdicts=(clip,)))[2:] == (
        "reduced",
        "1 of 2: notional 200 quote against the maximum 100",
    )


def test_an_exit_and_a_dry_run_are_told_apart():
    assert said(approval(order(), signal=leave()))[0] == "exit"
    assert said(approval(order(), signal=enter(dry_run=True)))[2:] == ("dry run", "would trade 1")


def test_an_exit_that_waits_for_its_price_says_so():
    kept = approval(order(), signal=leave(), verdicts=(Verdict("holding", detail="kept here"),))
    body = msgspec.structs.replace(kept.body, orders=())

    assert said(msgspec.structs.replace(kept, body=body))[2:] == ("kept", "kept here")


def test_a_moved_stop_and_one_that_stays():
    wish = Protect(strategy_id=TREND, instrument_id=BTC, reason="trail", stop_price=97.0)

    moved = line_of(7, ProtectionMoved(signal=wish, moved=True, detail="stop to 97"))
    kept = line_of(7, ProtectionMoved(signal=wish, moved=False, detail="nothing is held"))

    assert (moved.wish, moved.answer, moved.why) == ("protect", "moved", "stop to 97")
    assert kept.answer == "kept"


def test_a_skip_is_a_reason_without_a_wish():
    line = line_of(7, Skip(strategy_id=TREND, instrument_id=BTC, reason="warming up"))

    assert (line.wish, line.reason, line.answer) == ("skip", "warming up", "nothing done")


def test_a_detectors_signal_is_told_by_its_source():
    signal = DetectorSignal(
        event_ns=1, signal_id=SignalId("d"), source="radar", instrument_id=BTC, side="sell"
    )

    line = line_of(7, DetectorAnswer(signal=signal, answer="expired", detail="12 s old"))

    assert (line.who, line.wish, line.answer, line.why) == (
        "radar",
        "signal sell",
        "expired",
        "12 s old",
    )
