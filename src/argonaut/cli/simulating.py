"""What `argonaut simulate` does: which plans are run, how they are watched, what is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from argonaut.cli.commit import commit_of
from argonaut.cli.output import (
    console,
    errors,
    print_json,
    print_line,
    printable,
    replaced,
    require_target,
)
from argonaut.domain.errors import ExitCode
from argonaut.rehearsal.simulation.exhaustive import deaths
from argonaut.rehearsal.simulation.failure import failure_of, load_corpus, store
from argonaut.rehearsal.simulation.fresh import hush
from argonaut.rehearsal.simulation.hunt import SEEDS_MAX, Catch, hunt_all
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.oracle import judge
from argonaut.rehearsal.simulation.plan import FaultPlan, PlanError, load_plan
from argonaut.rehearsal.simulation.scenarios.catalogue import SCENARIOS, scenario_of, unmet
from argonaut.rehearsal.simulation.scenarios.scenario import Scenario
from argonaut.rehearsal.simulation.shrink import Shrinker
from argonaut.rehearsal.simulation.sittings import Sittings
from argonaut.rehearsal.simulation.summary import Summary, name_of
from argonaut.rehearsal.simulation.sweep import Run, Verdict, examine, sweep
from argonaut.rehearsal.simulation.timeline import timeline
from argonaut.runtime.clock import SystemClock

_SEEDS = 100
_SHOWN = 10  # failing runs that are printed
_RECOVERIES = 4  # deaths tried in the recovery from each death


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line."""

    seeds: int | None = None
    first: int = 0
    scenario: str | None = None
    plan: Path | None = None
    corpus: Path | None = None
    exhaustive: bool = False
    recoveries: int = _RECOVERIES
    mutants: bool = False
    jobs: int = 1
    for_s: float | None = None
    resume: Path | None = None
    shrink: bool = False
    keep: Path | None = None
    timeline: Path | None = None
    as_json: bool = False


def simulate_and_tell(wanted: Wanted, run: Run) -> int:
    """Run what was asked for and tell of it; return the exit code.

    Raises:
        PlanError: A scenario or plan is not there.
        OutputError: A file cannot be written.
    """
    require_target(wanted.timeline)
    hush()
    sittings = _resumed(wanted)
    if wanted.mutants:
        return hunt_and_tell(list(MUTANTS), run, wanted)
    clock = SystemClock()
    began_ns = clock.mono_ns()
    summary = Summary()
    plans = asked_for(wanted, run) if sittings is None else sittings.left(_seeds(wanted))
    alone: FaultPlan | None = None
    with (
        sittings.sitting() if sittings else nullcontext(),
        _progress(wanted, len(plans)) as progress,
    ):
        task = progress.add_task("", total=len(plans), failed=0)
        recoveries = wanted.recoveries if wanted.exhaustive else 0
        jobs = min(wanted.jobs, len(plans) or 1)
        for verdicts in sweep(plans, run, jobs=jobs, recoveries=recoveries):
            for verdict in verdicts:
                summary.take(verdict)
                if sittings is not None:
                    sittings.take(verdict, _since_s(clock, began_ns))
            alone = verdicts[0].plan if len(plans) == 1 else None
            progress.update(
                task, advance=1, failed=summary.failed, description=name_of(verdicts[0].plan)
            )
            if wanted.for_s is not None and _since_s(clock, began_ns) >= wanted.for_s:
                break
    wall_s = _since_s(clock, began_ns)
    small = _shrunk(wanted, summary, run)
    written = _kept(wanted, summary, small)
    written += _drawn(wanted, summary, small, alone, run)
    figures = {**summary.figures(wall_s), "written": [str(each) for each in written]}
    failed_before = False
    if sittings is not None:
        figures["resumed"] = sittings.figures(_seeds(wanted))
        failed_before = bool(figures["resumed"]["failures"])
    _tell(figures, wanted)
    return ExitCode.FAILED if summary.failed or failed_before else ExitCode.OK


def hunt_and_tell(names: Sequence[str], run: Run, wanted: Wanted) -> int:
    """Plant each bug, look for the seed that finds it, and tell; return the exit code."""
    seeds_max = wanted.seeds or SEEDS_MAX
    catches: list[Catch] = []
    with _progress(wanted, len(names)) as progress:
        task = progress.add_task("planting bugs", total=len(names), failed=0)
        for catch in hunt_all(names, run, jobs=wanted.jobs, seeds_max=seeds_max):
            catches.append(catch)
            missed = sum(each.seed is None for each in catches)
            progress.update(task, advance=1, failed=missed, description=catch.mutant)
    caught = [each for each in catches if each.seed is not None]
    if wanted.as_json:
        print_json(
            {
                "planted": len(catches),
                "caught": len(caught),
                "bugs": [msgspec.to_builtins(each) for each in catches],
            }
        )
    else:
        table = Table("planted bug", "seeds", "runs", "found by", box=None, pad_edge=False)
        for each in catches:
            found = "not found" if each.seed is None else ", ".join(each.broken)
            table.add_row(each.mutant, str(each.seeds), str(each.runs), found)
        console.print(table)
        print_line(f"{len(caught)} of {len(catches)} planted bugs caught")
    return ExitCode.OK if len(caught) == len(catches) else ExitCode.FAILED


def asked_for(wanted: Wanted, run: Run) -> Sequence[FaultPlan | int]:
    """Return what to run: stored plans, scenarios, their deaths, and seeds as numbers.

    Raises:
        PlanError: A scenario or plan is not there.
    """
    plans: list[FaultPlan | int] = []
    if wanted.plan is not None:
        plans.append(load_plan(wanted.plan))
    if wanted.corpus is not None:
        plans += [failure.plan for _, failure in load_corpus(wanted.corpus)]
    if wanted.exhaustive:
        for scenario in _scenarios(wanted.scenario or "all"):
            plans += [scenario.core, *deaths(run(scenario.core))]
    elif wanted.scenario is not None:
        plans += [plan for each in _scenarios(wanted.scenario) for plan in each.plans]
    is_vague = not (wanted.plan or wanted.corpus or wanted.exhaustive or wanted.scenario)
    if wanted.seeds is not None or is_vague:
        plans += _seeds(wanted)
    return plans


def _seeds(wanted: Wanted) -> range:
    count = _SEEDS if wanted.seeds is None else wanted.seeds
    return range(wanted.first, wanted.first + count)


def _resumed(wanted: Wanted) -> Sittings | None:
    """Return what earlier sittings have left to do.

    Raises:
        PlanError: Something else than seeds is to be run, or the file is none of sittings.
    """
    if wanted.resume is None:
        return None
    if wanted.plan or wanted.corpus or wanted.exhaustive or wanted.scenario or wanted.mutants:
        raise PlanError("want --resume with seeds alone: what else there is takes one sitting")
    return Sittings(wanted.resume, commit=commit_of(Path.cwd()))


def _scenarios(name: str) -> Iterable[Scenario]:
    return SCENARIOS.values() if name == "all" else [scenario_of(name)]


def _shrunk(wanted: Wanted, summary: Summary, run: Run) -> Verdict | None:
    """Return the verdict on the smallest plan that breaks what the first failing one broke."""
    if not (wanted.shrink and summary.failing):
        return None
    failing = summary.failing[0]
    broken = set(failing.broken)
    with _progress(wanted, None) as progress:
        task = progress.add_task(f"shrinking {name_of(failing.plan)}", total=None, failed=0)
        shrinker = Shrinker(
            lambda plan: bool(broken & set(examine(plan, run).broken)),
            on_try=lambda _: progress.update(task, advance=1),
        )
        plan = shrinker.shrink(failing.plan)
    return examine(plan, run)


def _kept(wanted: Wanted, summary: Summary, small: Verdict | None) -> list[Path]:
    """Write the failing plans, the first one in its smallest form."""
    if wanted.keep is None:
        return []
    commit = commit_of(Path.cwd())
    found = list(summary.failing)
    if small is not None and not small.is_ok:
        found[0] = small
    return [
        store(failure_of(each, seed=whole.plan.seed, commit=commit), wanted.keep)
        for each, whole in zip(found, summary.failing, strict=True)
    ]


def _drawn(
    wanted: Wanted, summary: Summary, small: Verdict | None, alone: FaultPlan | None, run: Run
) -> list[Path]:
    """Draw the failing run, the smallest form of it if there is one; or the only run."""
    failing = small or (summary.failing[0] if summary.failing else None)
    plan = alone if failing is None else failing.plan
    if wanted.timeline is None or plan is None:
        return []
    evidence = run(plan)
    with replaced(wanted.timeline) as file:
        file.write(timeline(evidence, (*judge(evidence), *unmet(evidence))))
    return [wanted.timeline]


def _progress(wanted: Wanted, total: int | None) -> Progress:
    shows = not wanted.as_json and errors.is_terminal
    columns = [TextColumn("{task.description}"), BarColumn()]
    if total is not None:
        columns += [MofNCompleteColumn(), TextColumn("{task.fields[failed]} failed")]
    return Progress(
        *columns, TimeElapsedColumn(), TimeRemainingColumn(), console=errors, disable=not shows
    )


def _since_s(clock: SystemClock, began_ns: int) -> float:
    return (clock.mono_ns() - began_ns) / 1e9


def _tell(figures: dict[str, Any], wanted: Wanted) -> None:
    if wanted.as_json:
        print_json(figures)
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name in ("runs", "failed", "orders", "fills", "requests", "deaths", "points"):
        table.add_row(name, f"{figures[name]:,}")
    if wanted.exhaustive:
        table.add_row("deaths tried", f"{figures['deaths_tried']:,}")
        table.add_row("in recovery, too", f"{figures['recoveries_tried']:,}")
    table.add_row("virtual time", f"{figures['virtual_s'] / 3_600:,.1f} h")
    table.add_row("wall time", f"{figures['wall_s']:,.1f} s")
    table.add_row("times real time", f"{figures['times_real_time']:,.0f}")
    table.add_row("hash of all traces", figures["trace_sha256"][:16])
    console.print(table)
    for failure in figures["failures"][:_SHOWN]:
        name = failure["scenario"] or f"--from {failure['seed']} --seeds 1"
        print_line(f"FAILED {name}: {', '.join(failure['broken'])}")
        for said in failure["said"]:
            print_line(f"  {printable(said)}")
    if len(figures["failures"]) > _SHOWN:
        print_line(f"and {figures['failed'] - _SHOWN} more")
    if "resumed" in figures:
        _tell_sittings(figures["resumed"])
    for path in figures["written"]:
        print_line(f"wrote {path}")


def _tell_sittings(resumed: Mapping[str, Any]) -> None:
    """Tell what all sittings have come to, each state of the sources by itself."""
    done, asked, failed = resumed["done"], resumed["asked"], len(resumed["failures"])
    print_line(f"{done:,} of {asked:,} seeds done of these sources, {failed:,} failed")
    table = Table("sources", "seeds", "failed", "wall", "processor", box=None, pad_edge=False)
    for each in resumed["by_sources"]:
        name = each["sources"] + (" (these)" if each["is_current"] else "")
        times = (f"{each[unit] / 3_600:,.2f} h" for unit in ("wall_s", "cpu_s"))
        table.add_row(name, f"{each['seeds']:,}", f"{each['failed']:,}", *times)
    console.print(table)
    if any(not each["is_current"] for each in resumed["by_sources"]):
        print_line("the sources have changed: what was run of others does not count for these")
