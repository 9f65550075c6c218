import json

import pytest
from msgspec.structs import replace

from argonaut.cli.simulating import Wanted, asked_for, simulate_and_tell
from argonaut.rehearsal.simulation.evidence import Passed
from argonaut.rehearsal.simulation.failure import load_corpus
from argonaut.rehearsal.simulation.plan import FaultPlan, PlanError
from argonaut.rehearsal.simulation.scenarios.catalogue import SCENARIOS
from argonaut.rehearsal.simulation.sittings import Sittings
from argonaut.rehearsal.simulation.sources import Sources
from argonaut.rehearsal.simulation.sweep import examine
from tests.rehearsal.simulation.written import S, clean


def run_well(plan):
    """A world in which one buy goes well, whatever the plan."""
    evidence = clean().evidence()
    wishes = tuple(replace(each, signal_id="w0") for each in plan.wishes)
    points = tuple(Passed(1, number, "append", S) for number in range(1, 4))
    return replace(evidence, plan=replace(plan, wishes=wishes), points=points)


def run_badly(plan):
    """A world in which odd seeds are not ready at their end, if anything was asked of them."""
    evidence = run_well(plan)
    is_ready = plan.seed % 2 == 0 or not plan.wishes
    return replace(evidence, belief=replace(evidence.belief, is_ready=is_ready))


def told(capsys, wanted, run):
    code = simulate_and_tell(replace_json(wanted), run)
    return code, json.loads(capsys.readouterr().out)


def replace_json(wanted):
    return Wanted(**{**{name: getattr(wanted, name) for name in Wanted.__slots__}, "as_json": True})


def test_seeds_that_hold_leave_with_zero(capsys):
    code, figures = told(capsys, Wanted(seeds=4, first=10), run_well)

    assert code == 0
    assert (figures["runs"], figures["failed"], figures["orders"]) == (4, 0, 8)


def test_a_seed_that_fails_leaves_with_four_and_is_named(capsys):
    """The nightly run has to wake somebody up, and say with which seed to begin."""
    code, figures = told(capsys, Wanted(seeds=4, first=10), run_badly)

    assert code == 4
    assert [each["seed"] for each in figures["failures"]] == [11, 13]
    assert figures["broken"] == {"I29": 2}


def test_without_anything_asked_for_a_hundred_seeds_are_run():
    assert len(asked_for(Wanted(), run_well)) == 100


def test_a_failing_plan_is_shrunk_kept_and_drawn(capsys, tmp_path):
    wanted = Wanted(
        seeds=1, first=11, shrink=True, keep=tmp_path / "kept", timeline=tmp_path / "run.html"
    )
    code, figures = told(capsys, wanted, run_badly)
    [(name, failure)] = load_corpus(tmp_path / "kept")

    assert code == 4
    assert len(figures["written"]) == 2
    assert name == "i29-11"
    assert (len(failure.plan.faults), len(failure.plan.wishes)) == (0, 1)
    assert "broken: I29" in (tmp_path / "run.html").read_text()


def test_a_corpus_is_run_again(capsys, tmp_path):
    simulate_and_tell(Wanted(seeds=2, first=10, keep=tmp_path, as_json=True), run_badly)
    capsys.readouterr()

    code, figures = told(capsys, Wanted(corpus=tmp_path), run_badly)

    assert (code, figures["runs"], figures["failed"]) == (4, 1, 1)
    assert told(capsys, Wanted(corpus=tmp_path), run_well)[0] == 0


def test_an_empty_corpus_is_nothing_to_run_and_a_missing_one_is_a_mistake(capsys, tmp_path):
    """A hundred seeds in the place of a mistyped folder would look like a corpus that holds."""
    assert told(capsys, Wanted(corpus=tmp_path), run_badly)[1]["runs"] == 0
    with pytest.raises(PlanError, match="want a folder of kept failures"):
        asked_for(Wanted(corpus=tmp_path / "corpsu"), run_well)


def test_the_only_run_is_drawn_though_it_held(capsys, tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(FaultPlan(seed=2).to_json())
    code, _ = told(capsys, Wanted(plan=path, timeline=tmp_path / "run.html"), run_well)

    assert code == 0
    assert "everything held" in (tmp_path / "run.html").read_text()


def test_a_scenario_is_all_its_plans():
    assert asked_for(Wanted(scenario="f10"), run_well) == list(SCENARIOS["F10"].plans)
    assert len(asked_for(Wanted(scenario="all"), run_well)) > 200


def test_exhaustive_is_a_death_at_each_point():
    plans = asked_for(Wanted(scenario="F10", exhaustive=True), run_well)

    names = [each.scenario for each in plans if isinstance(each, FaultPlan)]
    assert names == ["F10.5", *(f"F10.5@1.{number}" for number in (1, 2, 3))]


def test_people_are_told_how_many_deaths_were_tried(capsys):
    wanted = Wanted(scenario="F25", exhaustive=True, jobs=1)
    simulate_and_tell(wanted, run_well)

    assert "deaths tried        3" in capsys.readouterr().out


def test_an_unknown_scenario_is_refused():
    with pytest.raises(PlanError, match="F99"):
        asked_for(Wanted(scenario="F99"), run_well)


def test_time_ends_a_sweep(capsys):
    _, figures = told(capsys, Wanted(seeds=50, for_s=0.0), run_well)

    assert figures["runs"] == 1


def test_people_are_told_in_lines(capsys):
    code = simulate_and_tell(Wanted(seeds=30, first=0), run_badly)
    out = capsys.readouterr().out

    assert code == 4
    assert "FAILED --from 1 --seeds 1: I29" in out
    assert "I29 at 1" in out
    assert "and 5 more" in out


def test_a_sweep_is_resumed_and_told_as_one(capsys, tmp_path):
    """A hundred thousand seeds take longer than a machine is idle."""
    path = tmp_path / "sittings.jsonl"
    code, figures = told(capsys, Wanted(seeds=3, first=10, resume=path), run_well)
    assert (code, figures["runs"], figures["resumed"]["done"]) == (0, 3, 3)

    code, figures = told(capsys, Wanted(seeds=5, first=10, resume=path), run_well)

    assert (code, figures["runs"]) == (0, 2)
    assert (figures["resumed"]["asked"], figures["resumed"]["done"]) == (5, 5)
    assert [each["is_current"] for each in figures["resumed"]["by_sources"]] == [True]


def test_a_seed_that_failed_before_fails_the_whole_sweep(capsys, tmp_path):
    path = tmp_path / "sittings.jsonl"
    assert told(capsys, Wanted(seeds=2, first=10, resume=path), run_badly)[0] == 4

    code, figures = told(capsys, Wanted(seeds=3, first=10, resume=path), run_badly)

    assert (code, figures["runs"], figures["failed"]) == (4, 1, 0)
    assert [each["seed"] for each in figures["resumed"]["failures"]] == [11]


def test_people_are_told_that_the_sources_have_changed(capsys, tmp_path):
    path = tmp_path / "sittings.jsonl"
    older = Sittings(path)
    with older.sitting():
        sources = Sources(files={"argonaut/gone.py": "0"})
        older.take(replace(examine(10, run_well), sources=sources), 0.5)
    wanted = Wanted(seeds=2, first=10, resume=path)

    assert simulate_and_tell(wanted, run_well) == 0
    out = capsys.readouterr().out
    assert "2 of 2 seeds done of these sources, 0 failed" in out
    assert "the sources have changed" in out


def test_only_seeds_are_resumed(tmp_path):
    """Whatever else there is would be skipped as if it were a seed."""
    with pytest.raises(PlanError, match="want --resume with seeds alone"):
        simulate_and_tell(Wanted(scenario="F10", resume=tmp_path / "sittings"), run_well)
