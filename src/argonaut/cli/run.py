"""`argonaut run`: trade a config on paper, in rehearsal or live; watched and safe to kill."""

from __future__ import annotations

from typing import Annotated

import typer

from argonaut.cli import options


def run(
    config: options.Config,
    sets: options.Sets = None,
    speed: Annotated[
        float | None,
        typer.Option("--speed", min=0.0, help="Tape seconds a second; 0 is as fast as it goes."),
    ] = None,
    forever: Annotated[
        bool,
        typer.Option(
            "--forever",
            help="Stay up after the tape has ended, with metrics and status, until stopped.",
        ),
    ] = False,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Move an unfinished journal aside instead of going on."),
    ] = False,
    arm: Annotated[
        bool, typer.Option("--arm", help="Trade with real money: wanted where mode is live.")
    ] = False,
    report: options.Report = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print lines, even on a terminal.")
    ] = False,
    cache: options.Cache = None,
    no_cache: options.NoCache = False,
    as_json: options.AsJson = False,
) -> int:
    """Trade on paper until the tape ends, live or in rehearsal until Ctrl-C; then report.

    A run that was killed goes on where its journal ends: same positions, orders and counters.
    The journal of a paper run that came to its end is moved aside (journal-1.db), a new one begun.
    A live run says what it would do and wants --arm; orders at the venue stay when it ends.
    Exit codes: 0 ended or stopped, 2 the config is wrong, 3 refused to start, 4 failed.
    """
    # The event loop, SQLite and the HTTP servers are loaded for this command only.
    from argonaut.cli.trading import trade  # noqa: PLC0415
    from argonaut.cli.wanted import Wanted  # noqa: PLC0415

    return trade(
        Wanted(
            config=config,
            sets=tuple(sets or ()),
            speed=speed,
            forever=forever,
            fresh=fresh,
            armed=arm,
            report=report,
            plain=plain,
            cache=cache,
            no_cache=no_cache,
            as_json=as_json,
        )
    )
