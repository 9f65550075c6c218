"""Arguments and options that several commands share, so that they are spelled alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="The YAML file of the run.", show_default=False)
]
MaybeConfig = Annotated[
    Path | None,
    typer.Argument(
        metavar="[CONFIG]", help="The YAML file of the run; the last run started when left out."
    ),
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one setting, such as [cyan]paper.speed=60[/] or "
        "[cyan]strategies.trend.params.fast_bars=5[/]. May be given several times.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIR",
        help="Where checked recordings are kept between runs; the user's cache when left out.",
    ),
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Read every recording anew.")]
Report = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write the HTML report there.")
]
