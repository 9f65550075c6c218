"""`argonaut try`: show one strategy some signals by hand, and what it would wish."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options


def try_out(
    strategy: Annotated[
        str, typer.Argument(help="Class path, or the name of a shipped one: DetectorDriven.")
    ],
    signal: Annotated[
        Path,
        typer.Option("--signal", help="JSON lines, one signal each; - is standard input."),
    ],
    params: Annotated[
        list[str] | None,
        typer.Option(
            "--param", metavar="NAME=VALUE", help="One of its parameters. May be given again."
        ),
    ] = None,
    holding: Annotated[
        str, typer.Option("--holding", help="Base units it holds, negative for a short.")
    ] = "0",
    price: Annotated[
        float | None, typer.Option("--price", min=0.0, help="The last price it has seen.")
    ] = None,
    as_json: options.AsJson = False,
) -> int:
    """Show a strategy signals, each with the same holding, and print what it wishes and why.

    Nothing is traded or kept, and no limit is asked: what the gate would make of a wish, a backtest
    tells. Exit codes: 0 every signal was judged, 2 one is no signal or there is no such strategy,
    4 the strategy raised.
    """
    from argonaut.cli.trying import tried  # noqa: PLC0415 - loads the strategy

    return tried(
        strategy, signal, tuple(params or ()), holding=holding, price=price, as_json=as_json
    )
