import pytest

from argonaut.rehearsal.simulation.failure import failure_of, load_corpus, store
from argonaut.rehearsal.simulation.invariants.case import Violation
from argonaut.rehearsal.simulation.plan import FaultPlan, PlanError, load_plan
from argonaut.rehearsal.simulation.sweep import Verdict

PLAN = FaultPlan(seed=77)
BROKEN = Verdict(
    plan=PLAN,
    violations=(
        Violation(invariant="I03", at_ns=5, subject="a", expected="one order", found="2 orders"),
        Violation(invariant="I03", at_ns=6, subject="b", expected="one order", found="2 orders"),
        Violation(invariant="I09", at_ns=7, subject="c", expected="at most 5", found="9"),
    ),
    config_hash="cafe",
)


def test_a_failure_is_kept_with_what_made_it(tmp_path):
    """Seed, commit, config and minimal plan: enough to see it fail again next year."""
    path = store(failure_of(BROKEN, seed=1234, commit="abc1"), tmp_path / "corpus")
    [(name, kept)] = load_corpus(tmp_path / "corpus")

    assert name == "i03-i09-1234"
    assert (kept.seed, kept.commit, kept.config_hash) == (1234, "abc1", "cafe")
    assert kept.broken == ("I03", "I09")
    assert "2 orders" in kept.said[0]
    assert load_plan(path) == kept.plan == PLAN


def test_an_empty_corpus_holds_nothing(tmp_path):
    assert load_corpus(tmp_path) == []


def test_a_file_that_is_no_failure_is_refused(tmp_path):
    (tmp_path / "x.json").write_text("{}")

    with pytest.raises(PlanError, match=r"x\.json"):
        load_corpus(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(PlanError):
        store(failure_of(BROKEN, seed=1, commit=""), tmp_path / "file")
