import msgspec
import pytest

from argonaut.domain.record import Decision
from argonaut.journal.body import KINDS, body_of, row_object
from argonaut.journal.errors import JournalBrokenError
from tests.journal.told import told_rows

ENCODE = msgspec.json.Encoder(order="deterministic").encode


def of_kind(kind):
    return next(row for row in told_rows() if row.kind == kind)


def test_every_row_of_a_run_is_read_back_as_it_was_written():
    """What cannot be read back is not a record."""
    kinds = set()
    for row in told_rows():
        body = body_of(row)
        kinds.add(row.kind)
        assert ENCODE(body) == row.payload

    assert kinds <= set(KINDS)
    assert {"deposit", "decision", "intent", "report", "round_trip", "skip"} <= kinds


def test_a_kind_of_the_future_is_nothing():
    assert body_of(msgspec.structs.replace(of_kind("skip"), kind="teleport")) is None


@pytest.mark.parametrize("payload", [b"{", b"{}", b"null", b"\xff"])
def test_a_payload_that_is_not_what_the_kind_says_is_broken(payload):
    row = msgspec.structs.replace(of_kind("decision"), payload=payload)

    with pytest.raises(JournalBrokenError) as refused:
        body_of(row)
    assert refused.value.broken_seq == row.seq


def test_a_decision_is_shown_with_the_sentences_of_its_verdicts():
    row = of_kind("decision")
    shown = row_object(row)
    decision = body_of(row)

    assert isinstance(decision, Decision)
    assert [each["sentence"] for each in shown["body"]["verdicts"]] == [
        each.sentence for each in decision.verdicts
    ]
    assert shown["seq"] == row.seq
    assert msgspec.json.encode(shown)


def test_another_row_is_shown_as_its_json():
    row = of_kind("report")

    assert row_object(row)["body"] == msgspec.json.decode(row.payload)


def test_a_row_without_json_cannot_be_shown():
    with pytest.raises(JournalBrokenError, match="holds no JSON"):
        row_object(msgspec.structs.replace(of_kind("skip"), payload=b"\xff{"))
