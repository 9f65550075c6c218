"""What the gate answers, as data and as a sentence."""

import string

import msgspec
import pytest

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional
from argonaut.domain.verdict import SENTENCES, Approved, Outcome, Refused, Verdict
from tests.domain.orders import D

ENTRY = Enter(
    strategy_id=StrategyId("trend"),
    instrument_id=InstrumentId("BTC/USDT@sim"),
    side=Side.BUY,
    size=Notional(D(100)),
    reason="up",
)


@pytest.mark.parametrize(
    ("outcome", "start"),
    [(Outcome.PASS, "passed: "), (Outcome.CLIP, "reduced: "), (Outcome.REFUSE, "refused: ")],
)
def test_a_sentence_says_the_outcome_the_value_and_the_limit(outcome: Outcome, start: str) -> None:
    verdict = Verdict("drawdown", outcome, D("0.150"), D("0.1"))

    assert verdict.sentence == f"{start}drawdown is 0.15 of the peak, the limit is 0.1"


def test_numbers_are_written_plainly() -> None:
    verdict = Verdict("max_notional", Outcome.REFUSE, D("1E+6"), D("0E-8"))

    assert verdict.sentence == "refused: notional 1000000 quote against the maximum 0"


def test_what_was_not_measured_is_said_to_be_nothing() -> None:
    assert "price is nothing away" in Verdict("collar", Outcome.REFUSE).sentence


def test_a_check_of_a_user_s_own_gets_a_plain_sentence() -> None:
    verdict = Verdict("my_own", Outcome.REFUSE, D(2), D(1))

    assert verdict.sentence == "refused: my_own: 2 against 1"


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_asks_only_for_what_a_verdict_has(code: str) -> None:
    asked = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}

    assert asked <= {"code", "value", "limit", "detail"}
    assert Verdict(code, Outcome.PASS, D(1), D(2), "why").sentence.startswith("passed: ")


def test_an_approval_says_how_much_was_cut() -> None:
    half = Approved(signal=ENTRY, requested=D(2), quantity=D(1))
    whole = Approved(signal=ENTRY, requested=D(2), quantity=D(2))
    nothing = Approved(signal=ENTRY, requested=D(0), quantity=D(0))

    assert (half.risk_reduced, half.reduction_factor) == (True, D("0.5"))
    assert (whole.risk_reduced, whole.reduction_factor) == (False, D(1))
    assert (nothing.risk_reduced, nothing.reduction_factor) == (False, D(1))


def test_a_refusal_speaks_with_the_verdict_that_refused() -> None:
    refused = Refused(
        signal=ENTRY,
        verdicts=(Verdict("mode", Outcome.PASS), Verdict("drawdown", Outcome.REFUSE, D(1), D(0))),
    )

    assert refused.code == "drawdown"
    assert refused.sentence == "refused: drawdown is 1 of the peak, the limit is 0"


def test_a_verdict_reads_back_from_json() -> None:
    verdict = Verdict("collar", Outcome.CLIP, D("0.1"), D("0.05"), "why", D("0.3"))

    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict
