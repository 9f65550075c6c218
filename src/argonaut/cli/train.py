"""`argonaut train`: learn the models that strategies decide with, from recorded market data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(
    name="train", help="Train the models that strategies decide with.", no_args_is_help=True
)


@app.callback()
def _only_groups() -> None:
    """Train the models that strategies decide with."""


@app.command("hmm")
def hmm(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="CONFIG|DATA...",
            help="A run's YAML (every HmmEnsemble in it), or files of bars.",
            show_default=False,
        ),
    ],
    instrument: Annotated[
        str, typer.Option("--instrument", help="Of a file that does not name it: BTC/USDT.")
    ] = "",
    timeframe: Annotated[
        str, typer.Option("--timeframe", help="Bars to learn from; shorter ones are put together.")
    ] = "1m",
    name: Annotated[
        str, typer.Option("--name", help="Of the model; btc-usdt for BTC/USDT when left out.")
    ] = "",
    models: Annotated[
        Path, typer.Option("--models", help="The registry; a config names its own.")
    ] = Path("data/models"),
    start: Annotated[str, typer.Option("--start", help="UTC; what is before is left out.")] = "",
    end: Annotated[
        str, typer.Option("--end", help="UTC, the first instant left out: test on what follows.")
    ] = "",
    window: Annotated[int, typer.Option("--window", help="Bars that say what is usual.")] = 120,
    short: Annotated[int, typer.Option("--short", help="Bars that say what is now.")] = 15,
    rounds: Annotated[int, typer.Option("--rounds", help="Rounds of training at most.")] = 2000,
    tolerance: Annotated[
        float, typer.Option("--tolerance", help="Gain of a round at which it has settled.")
    ] = 1e-4,
    promote: Annotated[
        bool, typer.Option("--promote", help="Let it decide at once, not run as a canary first.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Learn three market regimes (bear, chop, bull) and keep the model as a new version.

    The first version of a name decides at once; a later one runs beside it in dry-run until it has
    shown itself, or with --promote takes its place.
    Exit codes: 0 done, 2 wrong file or name, 3 nothing can be learned from it, 4 it did not settle.
    """
    # numpy, numba and polars take a second to load.
    from argonaut.cli.training import Asked, tell_training  # noqa: PLC0415

    asked = Asked(
        instrument=instrument,
        timeframe=timeframe,
        name=name,
        models=models,
        start=start,
        end=end,
        window_bars=window,
        short_bars=short,
        rounds_max=rounds,
        tolerance=tolerance,
        promote=promote,
    )
    tell_training(sources, asked, as_json=as_json)
    return 0
