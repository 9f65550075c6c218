"""`argonaut journal`: whether the record of decisions is whole, what it says, and copies of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(
    name="journal", help="Verify, show and export the record of decisions.", no_args_is_help=True
)

Source = Annotated[
    Path,
    typer.Argument(
        metavar="JOURNAL", help="A journal file, or the YAML file of the run that keeps one."
    ),
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--kind", help="Only rows of this kind, such as decision. Several may be given."),
]


@app.command("verify")
def verify(source: Source, as_json: options.AsJson = False) -> int:
    """Walk the hash chain and say whether every row is what was written.

    Exit codes: 0 whole, 2 no such file, 3 broken, of a newer version, or in use.
    """
    # SQLite and the decoders are loaded for the commands that need them.
    from argonaut.cli.journals import verify_journal  # noqa: PLC0415

    return verify_journal(source, as_json=as_json)


@app.command("show")
def show(
    source: Source,
    kinds: Kinds = None,
    last: Annotated[int, typer.Option("--last", min=1, max=1000, help="How many rows.")] = 20,
    instrument: Annotated[
        str, typer.Option("--instrument", help="Only rows that speak of it, such as BTC/USDT.")
    ] = "",
    as_json: options.AsJson = False,
) -> int:
    """Show the last rows, of a running trader too."""
    from argonaut.cli.journals import show_journal  # noqa: PLC0415 - as above

    show_journal(source, tuple(kinds or ()), last=last, instrument=instrument, as_json=as_json)
    return 0


@app.command("export")
def export(
    source: Source,
    target: Annotated[
        Path | None,
        typer.Argument(help="orders.jsonl when left out; the ending says the format."),
    ] = None,
    kinds: Kinds = None,
    orders: Annotated[
        bool, typer.Option("--orders", help="Only rows that carry an intended order.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Write rows as JSON lines, CSV or Parquet: .jsonl, .csv, .parquet."""
    from argonaut.cli.journals import export_journal  # noqa: PLC0415 - as above

    export_journal(source, target, tuple(kinds or ()), orders=orders, as_json=as_json)
    return 0
