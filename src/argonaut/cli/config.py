"""`argonaut config`: whether a config is sound, what it comes to, and what it may say."""

from __future__ import annotations

import typer

from argonaut.cli import options

app = typer.Typer(
    name="config",
    help="Check a config, show what it comes to, list what it may say.",
    no_args_is_help=True,
)


@app.command("check")
def check(
    config: options.Config,
    sets: options.Sets = None,
    cache: options.Cache = None,
    no_cache: options.NoCache = False,
    as_json: options.AsJson = False,
) -> int:
    """Read the config and all it names, make every part, start nothing; tell every problem.

    Exit codes: 0 it would start, 2 it would not, 3 its data is impossible.
    """
    # Making every part imports all of them.
    from argonaut.cli.configs import tell_check  # noqa: PLC0415

    tell_check(config, tuple(sets or ()), cache=cache, no_cache=no_cache, as_json=as_json)
    return 0


@app.command("show")
def show(config: options.Config, sets: options.Sets = None, as_json: options.AsJson = False) -> int:
    """Show every setting and where it came from: file, .env, environment, flag, --set, default.

    Secrets are masked.
    """
    from argonaut.cli.configs import tell_settings  # noqa: PLC0415 - as above

    tell_settings(config, tuple(sets or ()), as_json=as_json)
    return 0


@app.command("schema")
def schema() -> int:
    """Print the JSON schema of a config, for editors."""
    from argonaut.cli.configs import tell_schema  # noqa: PLC0415 - as above

    tell_schema()
    return 0


@app.command("flags")
def flags(config: options.MaybeConfig = None, as_json: options.AsJson = False) -> int:
    """List the environment variables that switch things, and how they are set here."""
    from argonaut.cli.configs import tell_flags  # noqa: PLC0415 - as above

    tell_flags(config, as_json=as_json)
    return 0
