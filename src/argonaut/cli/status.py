"""`argonaut status`: how a run is, what it holds, what it just did."""

from __future__ import annotations

from argonaut.cli import options


def status(config: options.MaybeConfig = None, as_json: options.AsJson = False) -> int:
    """Ask the running trader how it is; when none runs, tell how its journal left it.

    Exit codes: 0 told, 2 there is no such run, 3 its journal cannot be trusted.
    """
    # What draws and decodes is loaded for the command that needs it.
    from argonaut.cli.standing import tell_status  # noqa: PLC0415

    tell_status(config, as_json=as_json)
    return 0
