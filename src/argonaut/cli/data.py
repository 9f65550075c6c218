"""`argonaut data`: what recordings there are, foreign files made ours, and whether they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from argonaut.cli import options

app = typer.Typer(
    name="data", help="List, import and verify recorded market data.", no_args_is_help=True
)

Kind = Annotated[
    str | None,
    typer.Option("--kind", help="bars, trades, quotes, funding; told by the file when left out."),
]
Timeframe = Annotated[
    str | None, typer.Option("--timeframe", help="Length of the bars, such as 1m or 4h.")
]
Symbol = Annotated[
    str | None, typer.Option("--symbol", help="The one to take of a file that holds several.")
]
Tolerate = Annotated[
    list[str] | None, typer.Option("--tolerate", help="A known flaw to let pass, by its name.")
]


@app.command("list")
def list_(
    folder: Annotated[Path, typer.Argument(help="Looked through with all folders below it.")],
    as_json: options.AsJson = False,
) -> int:
    """List the recordings of a folder: market, kind, period, rows, and what cannot be read."""
    # Polars takes a tenth of a second to import.
    from argonaut.cli.recordings import tell_recordings  # noqa: PLC0415

    tell_recordings(folder, as_json=as_json)
    return 0


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="CSV, Binance-vision, feather, JSON or Parquet.")],
    target: Annotated[Path, typer.Argument(help="The Parquet file to write.")],
    instrument: Annotated[str, typer.Option("--instrument", help="Such as BTC/USDT.")],
    kind: Kind = None,
    timeframe: Timeframe = None,
    symbol: Symbol = None,
    licence: Annotated[
        str, typer.Option("--licence", help="Under which the data came; kept in the file.")
    ] = "",
    tolerate: Tolerate = None,
    sort: Annotated[
        bool, typer.Option("--sort", help="Put rows that run backwards in order.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file that no import has made.")
    ] = False,
    as_json: options.AsJson = False,
) -> int:
    """Check a file of any known format and write it in our layout, whole or not at all.

    Importing the same file again leaves the target as it is.
    """
    from argonaut.cli.recordings import Asked, import_recording  # noqa: PLC0415 - as above

    asked = Asked(kind=kind, timeframe=timeframe, symbol=symbol, tolerate=tuple(tolerate or ()))
    import_recording(
        source,
        target,
        instrument,
        asked,
        licence=licence,
        sort=sort,
        replace=replace,
        as_json=as_json,
    )
    return 0


@app.command("verify")
def verify(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with all below them.")],
    kind: Kind = None,
    timeframe: Timeframe = None,
    symbol: Symbol = None,
    tolerate: Tolerate = None,
    as_json: options.AsJson = False,
) -> int:
    """Read recordings whole and tell every flaw with its row.

    Exit codes: 0 all are usable, 2 a file cannot be read at all, 3 a file holds impossible values.
    """
    from argonaut.cli.recordings import Asked, verify_recordings  # noqa: PLC0415 - as above

    asked = Asked(kind=kind, timeframe=timeframe, symbol=symbol, tolerate=tuple(tolerate or ()))
    return verify_recordings(paths, asked, as_json=as_json)
