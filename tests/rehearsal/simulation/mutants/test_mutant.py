from decimal import Decimal

import pytest

from argonaut.rehearsal.simulation.kinds import KINDS
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.mutants.mutant import (
    TIGHT_CAPS,
    Mutant,
    instead,
    traits_of,
)
from argonaut.rehearsal.simulation.plan import Fault, FaultPlan


class Bank:
    def pay(self):
        return 10


def test_a_patch_sees_what_it_replaces():
    mutant = Mutant(
        name="generous",
        says="pays twice",
        patches=((Bank, "pay", lambda pay: lambda self: 2 * pay(self)),),
    )

    with mutant.planted():
        assert Bank().pay() == 20
    assert Bank().pay() == 10


def test_a_bug_is_taken_out_when_a_run_raises():
    mutant = Mutant(name="mean", says="pays nothing", patches=((Bank, "pay", instead(None)),))

    with pytest.raises(TypeError), mutant.planted():
        Bank().pay()
    assert Bank().pay() == 10


def test_a_plan_fits_when_it_has_one_trait_of_each_group():
    bug = Mutant(name="", says="", patches=(), needs=(("operator halt",), ("crash", "restart")))
    halt, crash = Fault(kind="operator", at_ns=1, target="halt"), Fault(kind="crash", at_ns=2)

    assert bug.fits(FaultPlan(seed=0, faults=(halt, crash)))
    assert not bug.fits(FaultPlan(seed=0, faults=(halt,)))
    assert not bug.fits(FaultPlan(seed=0, faults=(crash,)))
    assert Mutant(name="", says="", patches=()).fits(FaultPlan(seed=0))


def test_caps_below_the_usual_are_a_trait():
    assert TIGHT_CAPS in traits_of(FaultPlan(seed=0, account_cap=Decimal(900)))
    assert TIGHT_CAPS not in traits_of(FaultPlan(seed=0))


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda each: each.name)
def test_what_a_bug_needs_is_something_a_plan_can_have(mutant):
    known = {TIGHT_CAPS, *KINDS}
    known |= {f"{name} {target}" for name, kind in KINDS.items() for target in kind.targets}

    assert {trait for group in mutant.needs for trait in group} <= known
