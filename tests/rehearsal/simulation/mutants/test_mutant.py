import pytest

from argonaut.rehearsal.simulation.mutants.mutant import Mutant, instead


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
