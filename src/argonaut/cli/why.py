"""`argonaut why`: why the bot did, or did not, trade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options


def why(
    instrument: Annotated[
        str, typer.Argument(help="BTC/USDT, BTCUSDT or BTC; every instrument when left out.")
    ] = "",
    time: Annotated[
        str,
        typer.Argument(help="UTC: 14:05, or 2021-05-19T14:05; the newest when left out."),
    ] = "",
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The run's YAML or journal; the last run when left out."),
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, max=200, help="How many moments.")] = 5,
    as_json: options.AsJson = False,
) -> int:
    """Show the last moments of an instrument, or those nearest to a time, gate by gate.

    Every check with what it measured, its limit and a sentence; what stood in the way first; and
    how often each blocker did over the whole run. Exit codes as of status.
    """
    # What draws and decodes is loaded for the command that needs it.
    from argonaut.cli.reasons import tell_why  # noqa: PLC0415

    tell_why(instrument, time, config, last=last, as_json=as_json)
    return 0
