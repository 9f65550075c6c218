"""`argonaut journal`: whether the record of decisions is whole, what it says, its copies."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(
    name="journal",
    help="Verify, show, export, copy and rebuild the record of decisions.",
    no_args_is_help=True,
)

Source = Annotated[
    str,
    typer.Argument(
        metavar="JOURNAL",
        help="A journal file, the YAML file of the run that keeps one, or a PostgreSQL URL.",
        show_default=False,
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


@app.command("backup")
def backup(
    source: Source,
    target: Annotated[
        Path, typer.Argument(metavar="COPY", help="The file to write.", show_default=False)
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of an older copy.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Copy a journal and verify the copy; a running trader copies its own while it trades.

    Exit codes: 0 copied, 2 a place that cannot be written, 3 damaged or in use, 4 the disk failed.
    """
    from argonaut.cli.copies import back_up_journal  # noqa: PLC0415 - as above

    back_up_journal(source, target, replace=replace, as_json=as_json)
    return 0


@app.command("restore")
def restore(
    copy: Annotated[
        Path, typer.Argument(metavar="COPY", help="What backup wrote.", show_default=False)
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="JOURNAL",
            help="Where a run keeps its journal: a path, its YAML file, or a PostgreSQL URL.",
            show_default=False,
        ),
    ],
    as_json: options.AsJson = False,
) -> int:
    """Make a journal out of a copy, where there is none.

    Exit codes: 0 restored, 3 the copy is damaged or a journal is there, 4 the disk failed.
    """
    from argonaut.cli.copies import restore_journal  # noqa: PLC0415 - as above

    restore_journal(copy, target, as_json=as_json)
    return 0


@app.command("rebuild")
def rebuild(
    source: Source,
    into: Annotated[
        str,
        typer.Option(
            "--into",
            metavar="URL",
            help="sqlite:///PATH or postgresql://...; beside a journal's file when left out.",
        ),
    ] = "",
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what a trader writes, until Ctrl-C.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Make the tables of orders, fills, positions, equity and signals anew out of a journal.

    Exit codes: 0 made, 2 a wrong URL, 3 the journal is damaged or in use, 4 the database failed.
    """
    from argonaut.cli.rebuilding import rebuild_tables  # noqa: PLC0415 - as above

    rebuild_tables(source, into, follow=follow, as_json=as_json)
    return 0
