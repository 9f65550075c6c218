from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.simulation.plan import (
    SECOND_NS,
    Fault,
    FaultPlan,
    PlanError,
    Wish,
    load_plan,
    plan_of_json,
)

WISH = Wish(at_ns=1, signal_id="w0", symbol="BTC/USDT", side="buy", notional=Decimal(100))
CRASH = Fault(kind="crash", at_ns=2 * SECOND_NS, for_ns=SECOND_NS)


def test_a_plan_survives_json():
    """A minimal plan kept in the corpus has to make the very run that failed."""
    plan = FaultPlan(seed=3, wishes=(WISH,), faults=(CRASH,), trade_ns=5)

    assert plan_of_json(plan.to_json()) == plan


def test_a_stored_failure_is_read_like_a_plan(tmp_path):
    """What the shrinker writes beside the plan (commit, seed) does not get in the way."""
    plan = FaultPlan(seed=3, faults=(CRASH,))
    stored = tmp_path / "failure.json"
    stored.write_bytes(b'{"commit": "abc", "plan": ' + plan.to_json() + b"}")
    bare = tmp_path / "plan.json"
    bare.write_bytes(plan.to_json())

    assert load_plan(stored) == load_plan(bare) == plan


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"seed": 1, "faulst": []}',
        b'{"seed": "1"}',
        b'{"seed": 1, "latency_ns": [5, 1]}',
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_bytes(text)

    with pytest.raises(PlanError):
        load_plan(path)


def test_a_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(PlanError, match="No such file"):
        load_plan(tmp_path / "none.json")


@pytest.mark.parametrize(
    "fault",
    [
        {"at_ns": -1},
        {"at_ns": 0, "for_ns": -1},
        {"at_ns": 0, "count": -1},
        {"at_ns": 0, "amount": float("nan")},
    ],
)
def test_a_fault_that_cannot_be_is_refused(fault):
    with pytest.raises(InvalidValueError):
        FaultPlan(seed=1, faults=(Fault(kind="crash", **fault),))


def test_a_wish_before_the_world_began_is_refused():
    with pytest.raises(InvalidValueError):
        FaultPlan(seed=1, wishes=(Wish(at_ns=-1, signal_id="w", symbol="B/U", side="buy"),))


def test_the_calm_begins_after_the_last_fault():
    """Liveness is asked of a trader only after 120 healthy seconds."""
    late = Fault(kind="crash", at_ns=90 * SECOND_NS, for_ns=20 * SECOND_NS)
    plan = FaultPlan(seed=1, trade_ns=60 * SECOND_NS, faults=(late,))

    assert plan.faults_end_ns == 110 * SECOND_NS
    assert plan.end_ns == 230 * SECOND_NS


def test_fewer_kinds_weigh_more_than_shorter_times():
    """The shrinker goes by this: a person looks at kinds first."""
    one_kind = FaultPlan(seed=1, faults=(CRASH, CRASH), wishes=(WISH, WISH))
    two_kinds = FaultPlan(seed=1, faults=(CRASH, Fault(kind="banned", at_ns=0)))

    assert one_kind.size < two_kinds.size
    assert FaultPlan(seed=1, faults=(CRASH,)).size < one_kind.size
