"""`argonaut simulate`: the shipped trader through made-up worlds in which everything goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

Resume = Annotated[
    Path | None,
    typer.Option("--resume", metavar="FILE", help="Write there which seeds were run; skip those."),
]
Shrink = Annotated[
    bool, typer.Option("--shrink", help="Make the first failing plan as small as it can be.")
]
Keep = Annotated[
    Path | None, typer.Option("--keep", metavar="DIR", help="Write failing plans there.")
]
Timeline = Annotated[
    Path | None,
    typer.Option("--timeline", metavar="FILE", help="Draw the first failing run, or the only."),
]


def simulate(
    seeds: Annotated[
        int | None, typer.Option("--seeds", min=1, help="How many seeds to run; 100 by default.")
    ] = None,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="A row of the failure model such as F10, or [cyan]all[/]."),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="One stored plan or failure.")
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option("--corpus", metavar="DIR", help="Every failure kept in a folder, once more."),
    ] = None,
    exhaustive: Annotated[
        bool, typer.Option("--exhaustive", help="A death at each point of each scenario's core.")
    ] = False,
    recoveries: Annotated[
        int,
        typer.Option("--recoveries", min=0, help="Deaths tried in the recovery from each death."),
    ] = 4,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Plant known bugs and say which seed finds each.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=1, help="Processes at work.")] = 2,
    for_s: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", help="Stop when they have passed.")
    ] = None,
    resume: Resume = None,
    shrink: Shrink = False,
    keep: Keep = None,
    timeline: Timeline = None,
    as_json: options.AsJson = False,
) -> int:
    """Run the trader, unmodified, through seeded worlds of faults, and judge every run.

    The same seed makes the same run in every process. A failing run is named by its seed; with
    --shrink and --keep its smallest form is written into a folder that --corpus runs again.
    With --resume a sweep takes as many sittings as it wants. Earlier seeds count while every file
    that their runs had loaded is what it was; other ones are told apart.
    Exit codes: 0 everything held, 2 a plan or scenario is unknown, 4 something did not hold.
    """
    # The world, the venue and the exchange library are loaded for this command only.
    from argonaut.rehearsal.simulation.sources import watch  # noqa: PLC0415

    watch()  # before they are: what is touched from here on is not what was loaded
    from argonaut.cli.simulating import Wanted, simulate_and_tell  # noqa: PLC0415
    from argonaut.rehearsal.simulation.world import run_plan  # noqa: PLC0415

    wanted = Wanted(
        seeds=seeds,
        first=first,
        scenario=scenario,
        plan=plan,
        corpus=corpus,
        exhaustive=exhaustive,
        recoveries=recoveries,
        mutants=mutants,
        jobs=jobs,
        for_s=for_s,
        resume=resume,
        shrink=shrink,
        keep=keep,
        timeline=timeline,
        as_json=as_json,
    )
    return simulate_and_tell(wanted, run_plan)
