"""The answer to a signal is what the journal says of it."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from argonaut.domain.command import Record
from argonaut.domain.ids import SignalId, StrategyId
from argonaut.domain.order import Side
from argonaut.domain.record import Decision, DetectorAnswer
from argonaut.domain.signal import Enter, Quantity, Skip
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.feeds.detectors.fates import FATES_KEPT, Fates
from tests.feeds.detectors.house import BTC
from tests.stories.listener import detected


def decision(*, approved=True, dry_run=False, verdict=None):
    enter = Enter(
        strategy_id=StrategyId("detector"),
        instrument_id=BTC,
        side=Side.BUY,
        size=Quantity(Decimal(1)),
        reason="told to",
        dry_run=dry_run,
    )
    return Decision(
        signal_id=SignalId("1"),
        signal=enter,
        approved=approved,
        verdicts=(verdict or Verdict("mode"),),
    )


def skip():
    return Skip(strategy_id=StrategyId("detector"), instrument_id=BTC, reason="not sure enough")


def on_trial(body):
    said = {"source": "test", "answers_to": "s1"}
    if isinstance(body, Skip):
        return replace(body, **said)
    return replace(body, signal=replace(body.signal, **said))


def fate_of_trial(*rows, account=()):
    fates = Fates()
    told = DetectorAnswer(signal=detected("s1", dry_run=True), answer="accepted")
    for body in (told, *account):
        fates(7, 0, Record("signal", "", body))
    for body in rows:
        fates.on_trial(3, 0, Record("decision", "", on_trial(body)))
    return fates.answer("test", "s1")


def test_what_the_shadow_decided_is_the_answer_to_a_signal_on_trial():
    assert fate_of_trial(decision()).answer == "dry_run"
    assert fate_of_trial(decision(approved=False, verdict=TOO_MUCH)).code == "max_notional"
    assert fate_of_trial(skip()).code == "skipped"


def test_what_the_account_decided_is_the_answer_even_if_a_trial_heard_it_too():
    """Whoever sent it wants to know of real money first."""
    found = fate_of_trial(decision(), account=(decision(approved=False, verdict=TOO_MUCH),))

    assert (found.answer, found.code) == ("rejected", "max_notional")


TOO_MUCH = Verdict("max_notional", outcome=Outcome.REFUSE, value=Decimal(900), limit=Decimal(400))


def fate(*rows, answer="accepted", detail="", **fields):
    fates = Fates()
    told = DetectorAnswer(signal=detected("s1", **fields), answer=answer, detail=detail)
    for body in (told, *rows):
        fates(7, 0, Record("signal", "", body))
    return fates.answer("test", "s1")


@pytest.mark.parametrize(
    ("rows", "answer", "code"),
    [
        ((), "accepted", ""),
        ((decision(),), "accepted", ""),
        ((decision(dry_run=True),), "dry_run", ""),
        ((skip(),), "rejected", "skipped"),
        ((decision(approved=False, verdict=TOO_MUCH),), "rejected", "max_notional"),
        ((decision(approved=False, verdict=TOO_MUCH), decision()), "accepted", ""),
    ],
)
def test_what_followed_in_the_same_step_is_the_answer(rows, answer, code):
    found = fate(*rows)

    assert (found.answer, found.code) == (answer, code)


def test_a_refusal_brings_what_was_measured_and_the_limit():
    found = fate(decision(approved=False, verdict=TOO_MUCH))

    assert (found.value, found.limit) == ("900", "400")
    assert found.detail.startswith("refused: ")


@pytest.mark.parametrize(("answer", "code"), [("expired", ""), ("rejected", "invalid")])
def test_what_the_engine_turned_away_keeps_its_reason(answer, code):
    found = fate(answer=answer, detail="because")

    assert (found.answer, found.code, found.detail) == (answer, code, "because")


def test_rows_of_another_step_do_not_belong_to_it():
    fates = Fates()
    fates(7, 0, Record("signal", "", DetectorAnswer(signal=detected("s1"), answer="accepted")))
    fates(8, 0, Record("skip", "", skip()))

    found = fates.answer("test", "s1")
    assert found is not None
    assert found.code == ""


def test_a_duplicate_does_not_overwrite_the_fate_of_the_first():
    fates = Fates()
    for seq, answer in enumerate(("accepted", "duplicate")):
        told = DetectorAnswer(signal=detected("s1"), answer=answer)
        fates(seq, 0, Record("signal", "", told))

    found = fates.answer("test", "s1")
    assert found is not None
    assert found.answer == "accepted"


def test_only_the_last_ones_are_remembered():
    fates = Fates()
    for number in range(FATES_KEPT + 1):
        told = DetectorAnswer(signal=detected(f"s{number}"), answer="accepted")
        fates(number, 0, Record("signal", "", told))

    assert fates.answer("test", "s0") is None
    assert fates.answer("test", f"s{FATES_KEPT}") is not None


def waited(*, later):
    """A signal that a strategy has wait, and what it says of it two steps later."""
    fates = Fates()
    waits = replace(skip(), source="test", answers_to="s1", is_waiting=True)
    told = DetectorAnswer(signal=detected("s1"), answer="accepted")
    for seq, body in ((7, told), (7, waits), *((9, each) for each in later)):
        fates(seq, 0, Record("signal", "", body))
    return fates.answer("test", "s1")


def test_a_signal_that_waits_is_accepted_and_says_so():
    """Told "rejected", a detector would send another; this one may still be traded."""
    answer = waited(later=())

    assert (answer.answer, answer.code, answer.detail) == ("accepted", "", "not sure enough")


def test_what_comes_of_it_later_is_its_fate():
    made = decision()
    ours = replace(made, signal=replace(made.signal, source="test", answers_to="s1"))
    ended = replace(skip(), source="test", answers_to="s1")

    assert waited(later=(ours,)).detail == ""
    assert waited(later=(decision(), ended)).code == "skipped"
