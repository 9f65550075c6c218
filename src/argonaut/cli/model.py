"""`argonaut model`: which models there are, which one decides, and who takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(
    name="model",
    help="List trained models, and say which one decides.",
    no_args_is_help=True,
)
Models = Annotated[Path, typer.Option("--models", help="The folder of the registry.")]
Name = Annotated[str, typer.Argument(help="Of the model, such as btc-usdt.", show_default=False)]
Version = Annotated[int, typer.Argument(help="Its number, such as 3.", show_default=False)]
Why = Annotated[str, typer.Option("--why", help="Kept with the change.")]
_HERE = Path("data/models")


@app.command("list")
def list_(models: Models = _HERE, as_json: options.AsJson = False) -> int:
    """List every version of every model: role, training, hash, or why it is refused.

    Exit codes: 0 all can be used, 3 a file was changed or is newer than this program.
    """
    # What reads models is loaded for the command that needs it.
    from argonaut.cli.models import tell_models  # noqa: PLC0415

    return tell_models(models, as_json=as_json)


@app.command("show")
def show(
    name: Name,
    version: Annotated[
        int | None, typer.Argument(help="The one that decides when left out.", show_default=False)
    ] = None,
    models: Models = _HERE,
    as_json: options.AsJson = False,
) -> int:
    """Show one version whole, and the history of its name's roles.

    Exit codes: 0 done, 2 there is none, 3 its file was changed or is newer than this program.
    """
    from argonaut.cli.models import tell_model  # noqa: PLC0415 - as above

    tell_model(models, name, version, as_json=as_json)
    return 0


@app.command("promote")
def promote(
    name: Name,
    version: Version,
    models: Models = _HERE,
    why: Why = "by hand",
    as_json: options.AsJson = False,
) -> int:
    """Let a version decide from now on; a run takes it within two seconds.

    Exit codes: 0 done, 2 there is no such version, 3 its file was changed or is newer.
    """
    from argonaut.cli.models import change_role  # noqa: PLC0415 - as above

    change_role("promote", models, name, version, why=why, as_json=as_json)
    return 0


@app.command("watch")
def watch(
    name: Name,
    version: Version,
    models: Models = _HERE,
    why: Why = "by hand",
    as_json: options.AsJson = False,
) -> int:
    """Let a version run beside the one that decides, in dry-run, until it has shown itself.

    Exit codes: 0 done, 2 there is no such version or none decides, 3 its file was changed.
    """
    from argonaut.cli.models import change_role  # noqa: PLC0415 - as above

    change_role("watch", models, name, version, why=why, as_json=as_json)
    return 0


@app.command("dismiss")
def dismiss(
    name: Name, models: Models = _HERE, why: Why = "by hand", as_json: options.AsJson = False
) -> int:
    """Watch no candidate any more.

    Exit codes: 0 done, 2 there is none.
    """
    from argonaut.cli.models import change_role  # noqa: PLC0415 - as above

    change_role("dismiss", models, name, None, why=why, as_json=as_json)
    return 0


@app.command("rollback")
def rollback(
    name: Name, models: Models = _HERE, why: Why = "by hand", as_json: options.AsJson = False
) -> int:
    """Let the version decide again that did before the current one.

    Exit codes: 0 done, 2 there was none, 3 its file was changed or is newer.
    """
    from argonaut.cli.models import change_role  # noqa: PLC0415 - as above

    change_role("rollback", models, name, None, why=why, as_json=as_json)
    return 0
