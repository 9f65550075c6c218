"""`argonaut pause|resume|flatten|halt|rearm|stop`: what a person says to a running bot."""

from __future__ import annotations

from typing import Annotated

import typer

from argonaut.cli import options

Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; it is journaled with your name.")
]
Wait = Annotated[
    float,
    typer.Option(
        "--wait", metavar="SECONDS", min=0, help="How long to wait until it has had its effect."
    ),
]


def pause(
    config: options.MaybeConfig = None,
    reason: Reason = "",
    wait: Wait = 30.0,
    as_json: options.AsJson = False,
) -> int:
    """Take no new risk: working entries are canceled; stops, targets and exits go on.

    Exit codes: 0 it is so, 2 there is no such run, 3 refused or nobody runs, 4 not so in time.
    """
    return _say("pause", config, reason, wait, as_json=as_json)


def resume(
    config: options.MaybeConfig = None,
    reason: Reason = "",
    wait: Wait = 30.0,
    as_json: options.AsJson = False,
) -> int:
    """Trade again after a pause or a flatten. Causes that last, such as a dead stream, still bind.

    Exit codes: 0 it is so, 2 there is no such run, 3 refused or nobody runs, 4 not so in time.
    """
    return _say("resume", config, reason, wait, as_json=as_json)


def flatten(
    config: options.MaybeConfig = None,
    reason: Reason = "",
    wait: Wait = 60.0,
    as_json: options.AsJson = False,
) -> int:
    """Sell what is held and enter nothing; tried again until it is flat.

    Exit codes: 0 nothing is held, 2 there is no such run, 3 refused or nobody runs, 4 not in time.
    """
    return _say("flatten", config, reason, wait, as_json=as_json)


def halt(
    config: options.MaybeConfig = None,
    reason: Reason = "",
    wait: Wait = 30.0,
    as_json: options.AsJson = False,
) -> int:
    """Kill: no new risk until a person says rearm, over every restart. Resting stops stay.

    Exit codes: 0 it is so, 2 there is no such run, 3 nobody runs, 4 not so in time.
    """
    return _say("halt", config, reason, wait, as_json=as_json)


def rearm(
    config: options.MaybeConfig = None,
    reason: Reason = "",
    wait: Wait = 30.0,
    as_json: options.AsJson = False,
) -> int:
    """Open the latch of a halt. Nothing is entered before resume is said, too.

    Exit codes: 0 it is so, 2 there is no such run, 3 refused or nobody runs, 4 not so in time.
    """
    return _say("rearm", config, reason, wait, as_json=as_json)


def stop(config: options.MaybeConfig = None, as_json: options.AsJson = False) -> int:
    """End the process cleanly, as Ctrl-C does; orders and stops stay at the venue.

    Exit codes: 0 it ends, 2 there is no such run, 3 nobody runs.
    """
    return _say("stop", config, "", 0.0, as_json=as_json)


def _say(verb: str, config: options.MaybeConfig, reason: str, wait: float, *, as_json: bool) -> int:
    # What asks and decodes is loaded for the command that needs it.
    from argonaut.cli.commanding import tell_command  # noqa: PLC0415

    return int(tell_command(verb, config, reason=reason, wait_s=wait, as_json=as_json))
