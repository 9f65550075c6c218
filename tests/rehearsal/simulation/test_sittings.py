"""Tests of argonaut.rehearsal.simulation.sittings: what a sweep of several sittings came to."""

import pytest
from msgspec.structs import replace

from argonaut.rehearsal.simulation.invariants.case import at
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, PlanError
from argonaut.rehearsal.simulation.sittings import STRETCH_MAX, Sittings
from argonaut.rehearsal.simulation.sources import Sources
from argonaut.rehearsal.simulation.sweep import Verdict

LOST = at("I03", SECOND_NS, "w0", "one order", "two")


OLDER, THESE, MORE = (Sources(files={f"argonaut/{name}.py": "0"}) for name in "abc")


def ran(seed, *violations, sources=THESE):
    plan = FaultPlan(seed=seed)
    run = Verdict(plan=plan, violations=violations, virtual_ns=2 * SECOND_NS, cpu_s=0.5)
    return replace(run, sources=sources)


def opened(path, *, current=(THESE, MORE), commit=""):
    """The sittings of a file where some states of the sources are what there is now."""
    return Sittings(path, commit=commit, stands=lambda sources: sources in current)


def sat(path, seeds, *, sources=THESE, failing=()):
    """One sitting of a quarter of a second a seed, with two processes at work."""
    sittings = opened(path, commit=f"commit of {min(sources.files)}")
    with sittings.sitting():
        for place, seed in enumerate(seeds, start=1):
            broken = [LOST] if seed in failing else []
            sittings.take(ran(seed, *broken, sources=sources), place / 4)
    return sittings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "sittings.jsonl"


def test_a_second_sitting_begins_where_the_first_one_ended(path):
    sat(path, range(10, 14))
    sat(path, [20])

    assert opened(path).left(range(8, 22)) == [8, 9, *range(14, 20), 21]


def test_seeds_of_other_sources_are_to_be_run_again(path):
    """A trader that was changed since has shown nothing yet."""
    sat(path, range(5), sources=OLDER)

    assert opened(path).left(range(5)) == [0, 1, 2, 3, 4]


def test_sittings_are_summed_up_by_what_they_were_run_from(path):
    sat(path, range(8), sources=OLDER, failing=(3,))
    sat(path, range(4))
    figures = sat(path, range(4, 6)).figures(range(100))

    assert (figures["asked"], figures["done"], figures["failures"]) == (100, 6, [])
    assert figures["by_sources"] == [
        {
            "sources": OLDER.id,
            "commits": ["commit of argonaut/a.py"],
            "is_current": False,
            "seeds": 8,
            "failed": 1,
            "virtual_s": 16.0,
            "wall_s": 2.0,
            "cpu_s": 4.0,
        },
        {
            "sources": THESE.id,
            "commits": ["commit of argonaut/b.py"],
            "is_current": True,
            "seeds": 6,
            "failed": 0,
            "virtual_s": 12.0,
            "wall_s": 1.5,
            "cpu_s": 3.0,
        },
    ]


def test_a_seed_that_failed_in_an_earlier_sitting_is_not_forgotten(path):
    """It is not run again: it would fail again."""
    sat(path, range(4), failing=(2,))
    later = sat(path, range(4, 6))

    assert 2 not in later.left(range(6))
    assert [each["seed"] for each in later.figures(range(6))["failures"]] == [2]
    assert later.figures(range(3, 6))["failures"] == []


def test_a_seed_run_twice_counts_once(path):
    sat(path, range(4))
    figures = sat(path, range(2, 6)).figures(range(100))

    assert figures["done"] == 6
    assert figures["by_sources"][0]["cpu_s"] == 4.0


def test_a_sitting_that_is_interrupted_keeps_what_was_run(path):
    def interrupted():
        yield 0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sat(path, interrupted())

    assert opened(path).left(range(2)) == [1]


def test_a_sitting_that_is_killed_loses_the_last_stretch_at_most(path):
    sittings = opened(path)
    for seed in range(STRETCH_MAX + 5):
        sittings.take(ran(seed), seed / 10)

    assert opened(path).left(range(STRETCH_MAX + 5)) == [*range(100, 105)]


def test_a_line_torn_by_a_kill_is_run_again_and_written_over(path):
    sat(path, range(3))
    with path.open("ab") as file:
        file.write(b'{"sources":"these","fi')

    assert sat(path, range(3, 5)).left(range(6)) == [5]
    assert opened(path).left(range(6)) == [5]


def test_a_file_of_something_else_is_refused_and_left_as_it_is(path):
    path.parent.mkdir()
    path.write_text('{"seed": 1}\n')

    with pytest.raises(PlanError, match=r"sittings\.jsonl, line 1: want a stretch of seeds"):
        opened(path)
    assert path.read_text() == '{"seed": 1}\n'


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    sittings = opened(tmp_path / "file" / "sittings")

    with pytest.raises(PlanError, match=r"file.sittings: "), sittings.sitting():
        sittings.take(ran(0), 0.1)


def test_seeds_of_several_states_count_together_while_each_is_what_there_is(path):
    """A process that has loaded one module more than another has run the same trader."""
    sittings = opened(path)
    with sittings.sitting():
        for seed, sources in enumerate([THESE, THESE, MORE, OLDER, MORE]):
            sittings.take(ran(seed, sources=sources), 0.1)

    assert opened(path).left(range(6)) == [3, 5]
    assert opened(path, current=()).left(range(6)) == [0, 1, 2, 3, 4, 5]
    assert sittings.figures(range(6))["done"] == 4
    assert [each["is_current"] for each in sittings.figures(range(6))["by_sources"]] == [
        True,
        True,
        False,
    ]


def test_a_state_is_told_once(path):
    """It names some hundred files, and stretches there are a thousand."""
    sat(path, [0, 2, 4])
    sat(path, [6, 8])

    assert path.read_text().count('"files"') == 1
    assert len(path.read_text().splitlines()) == 6


def test_seeds_whose_sources_no_line_tells_do_not_count(path):
    """Such are those of files that were written before the states were."""
    path.parent.mkdir()
    path.write_text(f'{{"sources":"{THESE.id}","commit":"c","first":0,"last":4}}\n')

    assert opened(path).left(range(5)) == [0, 1, 2, 3, 4]
    assert opened(path).figures(range(5))["by_sources"][0]["seeds"] == 5


def test_processor_time_is_summed_as_it_was_spent(path):
    sittings = opened(path)
    with sittings.sitting():
        sittings.take(replace(ran(0), cpu_s=0.25), 0.1)
        sittings.take(ran(1), 0.2)

    assert sittings.figures(range(2))["by_sources"][0]["cpu_s"] == 0.75
