import json

from msgspec.structs import replace

from argonaut.cli.simulating import Wanted, hunt_and_tell
from argonaut.ledger.book import Book
from argonaut.rehearsal.simulation import hunt as hunting
from argonaut.rehearsal.simulation.hunt import hunt, hunt_all
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.swarm import draw_plan
from tests.rehearsal.simulation.written import clean

NAME = "fee not booked"


def is_planted():
    return Book._pay_fee.__name__ != "_pay_fee"


def run(plan):
    """A world in which the planted bug shows from the third seed on, and seed 2 fails anyway."""
    evidence = clean().evidence()
    is_bad = plan.seed == 2 or (is_planted() and plan.seed >= 2)
    belief = replace(evidence.belief, is_ready=not is_bad)
    wishes = evidence.plan.wishes
    return replace(evidence, belief=belief, plan=replace(plan, wishes=wishes, faults=()))


def test_a_seed_that_fails_without_the_bug_proves_nothing():
    """Otherwise one unrelated fault would make every planted bug look caught."""
    catch = hunt(NAME, run, seeds_max=10)

    assert (catch.seed, catch.seeds, catch.runs, catch.broken) == (3, 4, 4, ("I29",))
    assert not is_planted()


def test_a_bug_nobody_finds_is_told():
    assert hunt(NAME, run, seeds_max=2).seed is None


def test_more_seeds_that_find_a_bug_are_kept_when_asked_for():
    catch = hunt(NAME, run, seeds_max=10, spares=2)

    assert (catch.seed, catch.runs, catch.spares) == (3, 4, (4, 5))


def test_seeds_without_what_a_bug_needs_are_passed_over():
    """A run without a kill cannot show that a kill does not bind; it would only cost time."""
    bug = MUTANTS["kill does not bind"]
    fitting = [seed for seed in range(60) if bug.fits(draw_plan(seed))]

    catch = hunt(bug.name, run, seeds_max=60)

    assert 0 < len(fitting) < 12
    assert (catch.seed, catch.seeds, catch.runs) == (None, 60, len(fitting))


def test_all_are_hunted_in_their_order_and_told(capsys):
    names = [NAME, "stop never placed"]
    assert [each.mutant for each in hunt_all(names, run, seeds_max=4)] == names

    code = hunt_and_tell(names, run, Wanted(seeds=4, as_json=True))
    figures = json.loads(capsys.readouterr().out)

    assert code == 4
    assert (figures["planted"], figures["caught"]) == (2, 1)
    assert hunting.SEEDS_MAX == 1000


def test_people_are_told_in_a_table(capsys):
    code = hunt_and_tell([NAME], run, Wanted(seeds=4))

    assert code == 0
    assert "1 of 1 planted bugs caught" in capsys.readouterr().out
