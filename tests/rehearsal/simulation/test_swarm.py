from collections import Counter
from decimal import Decimal

import pytest

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.kinds import KINDS
from argonaut.rehearsal.simulation.plan import SECOND_NS, plan_of_json
from argonaut.rehearsal.simulation.swarm import draw_fault, draw_plan

PLANS = [draw_plan(seed) for seed in range(500)]


def test_a_seed_is_one_plan():
    assert draw_plan(12) == draw_plan(12)
    assert len({plan.to_json() for plan in PLANS}) == len(PLANS)


def test_every_kind_of_fault_is_drawn():
    """A kind no seed ever draws proves nothing, however often the simulation runs."""
    seen = Counter(kind for plan in PLANS for kind in {each.kind for each in plan.faults})

    assert set(seen) == set(KINDS)
    assert min(seen.values()) >= 5


def test_some_runs_are_quiet_and_none_has_everything():
    """When everything goes wrong at once, one fault hides the other."""
    kinds = [len({each.kind for each in plan.faults}) for plan in PLANS]

    assert 0.05 < kinds.count(0) / len(kinds) < 0.3
    assert max(kinds) <= 6


def test_faults_stay_in_the_ranges_of_their_kind():
    for plan in PLANS:
        for fault in plan.faults:
            kind = KINDS[fault.kind]
            assert fault.target in kind.targets
            assert kind.for_s[0] <= fault.for_ns / SECOND_NS <= kind.for_s[1]
            assert kind.count[0] <= fault.count <= kind.count[1]
            assert kind.amount[0] <= fault.amount <= kind.amount[1]
            assert fault.at_ns <= plan.trade_ns


def test_every_plan_asks_for_trades_in_order():
    for plan in PLANS:
        times = [each.at_ns for each in plan.wishes]
        assert len(times) >= 2
        assert times == sorted(times)
        assert len({each.signal_id for each in plan.wishes}) == len(times)


def test_the_caps_bind_in_some_runs_and_leave_room_in_others():
    """A cap that no order meets is not tested; one that all meet leaves nothing to test."""
    most = Decimal(400)  # one order may be worth so much, by the gate's default
    tight = 0
    for plan in PLANS:
        asked = sum(min(each.notional, most) for each in plan.wishes if each.notional)
        tight += asked > plan.account_cap

    assert 0.2 < tight / len(PLANS) < 0.8
    assert all(plan.account_cap > plan.symbol_cap for plan in PLANS)


def test_every_plan_survives_json():
    for plan in PLANS[:50]:
        assert plan_of_json(plan.to_json()) == plan


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_says_what_it_is(name):
    kind = KINDS[name]

    assert kind.ids
    assert all(each.startswith("F") for each in kind.ids)
    assert kind.says
    assert draw_fault(Dice(1), name, 60 * SECOND_NS).kind == name


def test_one_run_in_ten_has_its_whole_calm():
    """What goes wrong late and by itself has to have its time in some of them."""
    whole = [plan for plan in PLANS if not plan.ends_when_well]

    assert 0.05 < len(whole) / len(PLANS) < 0.2
    assert len({bool(plan.faults) for plan in whole}) == 2
