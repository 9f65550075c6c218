"""`argonaut backtest`: the recordings of a config through the whole funnel, as fast as it goes."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options


def backtest(
    config: options.Config,
    sets: options.Sets = None,
    report: options.Report = None,
    trades: Annotated[
        Path | None, typer.Option("--trades", metavar="FILE", help="Write closed trades as CSV.")
    ] = None,
    equity: Annotated[
        Path | None, typer.Option("--equity", metavar="FILE", help="Write the equity as CSV.")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option("--journal", metavar="FILE", help="Keep every decision in a journal file."),
    ] = None,
    cache: options.Cache = None,
    no_cache: options.NoCache = False,
    as_json: options.AsJson = False,
) -> int:
    """Play a config's recordings through strategies, risk, execution and ledger, and report.

    A config of a paper run is welcome too: its journal and report are left alone.
    Exit codes: 0 done, 2 the config or a file is wrong, 3 the data is impossible, 4 failed.
    """
    # What is imported and loaded stays; to search it for garbage meanwhile costs 50 ms.
    gc.disable()
    try:
        # Reading a config and its columns takes three times as long as showing a page of help.
        from argonaut.cli.backtesting import Wanted, play, tell  # noqa: PLC0415

        wanted = Wanted(
            config=config,
            sets=tuple(sets or ()),
            report=report,
            trades=trades,
            equity=equity,
            journal=journal,
            cache=cache,
            no_cache=no_cache,
        )
        tell(play(wanted), as_json=as_json)
    finally:
        gc.enable()
    return 0
