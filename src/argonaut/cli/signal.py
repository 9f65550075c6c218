"""`argonaut signal`: check a detector's signals by hand, and send them as it would."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(help="Check a detector's signals, and send them by hand.", no_args_is_help=True)
Source = Annotated[Path, typer.Argument(help="JSON lines, one signal each; - is standard input.")]


@app.command()
def validate(
    file: Source,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="A run's YAML: its instruments are checked too."),
    ] = None,
    as_json: options.AsJson = False,
) -> int:
    """Say of each line whether it is a signal, and what is wrong with it if not.

    Exit codes: 0 all are sound, 2 one is not.
    """
    from argonaut.cli.signals import validated  # noqa: PLC0415 - loads the config and its data

    return validated(file, config, as_json=as_json)


@app.command()
def send(
    file: Source,
    key_id: Annotated[str, typer.Option("--key", help="Id of the key that signs.")],
    secret_file: Annotated[
        Path, typer.Option("--secret-file", help="Its secret; a file only you can read.")
    ],
    url: Annotated[
        str, typer.Option("--to", help="Where the run listens; it says so when it starts.")
    ] = "http://127.0.0.1:8800/v1/signals",
    as_json: options.AsJson = False,
) -> int:
    """Sign each line, push it and show the answer. A line without an id is given one.

    Exit codes: 0 all were taken, 4 one was refused or nobody listens.
    """
    from argonaut.cli.signals import sent  # noqa: PLC0415 - the client takes a third of a second

    return sent(file, url, key_id=key_id, secret_file=secret_file, as_json=as_json)


@app.command()
def show(
    signal_id: Annotated[str, typer.Argument(help="Its id, as the detector gave it.")],
    config: Annotated[
        Path | None,
        typer.Option("--config", help="The run's YAML or journal; the last run when left out."),
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="Of this source only, where several use the id.")
    ] = "",
    as_json: options.AsJson = False,
) -> int:
    """Tell what became of a signal: the door, every decision, its orders and where they are now.

    Exit codes: 0 told, 2 no such signal or run, 4 the run does not answer.
    """
    from argonaut.cli.fate import shown  # noqa: PLC0415 - reads a journal

    return shown(signal_id, config, source=source, as_json=as_json)
