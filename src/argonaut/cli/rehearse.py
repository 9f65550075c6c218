"""`argonaut rehearse`: a venue of one's own, to try a bot against without money or network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from argonaut.cli import options

app = typer.Typer(
    name="rehearse", help="Try a bot against a venue that fails on purpose.", no_args_is_help=True
)


Port = Annotated[
    int, typer.Option("--port", min=0, max=65_535, help="Loopback port; 0 takes a free one.")
]
Symbols = Annotated[
    str, typer.Option("--symbols", metavar="A,B", help="Markets, such as BTCUSDT,ETHUSDT.")
]
Tapes = Annotated[
    list[str] | None,
    typer.Option(
        "--tape",
        metavar="SYMBOL=FILE",
        help="Play a recording instead of walking. May be given several times.",
    ),
]
Balances = Annotated[
    list[str] | None,
    typer.Option(
        "--balance",
        metavar="ASSET=AMOUNT",
        help="What the account has; 10000 USDT when left out. May be given several times.",
    ),
]


@app.callback()
def _rehearse() -> None:
    """Try a bot against a venue that fails on purpose."""


@app.command("serve")
def serve(
    port: Port = 8080,
    symbols: Symbols = "BTCUSDT,ETHUSDT",
    seed: Annotated[int, typer.Option("--seed", help="Of prices and faults.")] = 1,
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, help="How fast prices move; 1 is lively.")
    ] = 1.0,
    tapes: Tapes = None,
    faults: Annotated[
        Path | None, typer.Option("--faults", metavar="FILE", help="YAML with what goes wrong.")
    ] = None,
    balances: Balances = None,
    history: Annotated[
        int, typer.Option("--history", min=0, max=2_900, help="Minutes of klines before now.")
    ] = 1_000,
    control: Annotated[
        bool, typer.Option("--control", help="Let loopback callers turn faults while it runs.")
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state", metavar="FILE", help="Write what the account really is there at the end."
        ),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="DIR", help="Write api_key and api_secret there, mode 0600."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> int:
    """Serve a Binance spot venue on loopback until Ctrl-C: REST, streams and WebSocket API.

    It prints its addresses and a key that is worth nothing elsewhere. Any Binance client will do
    that lets one set the addresses. Exit codes: 0 stopped, 2 an option is wrong, 4 failed.
    """
    # The event loop and the HTTP server are loaded for this command only.
    from argonaut.cli.rehearsing import Wanted, serve_until_stopped  # noqa: PLC0415

    return serve_until_stopped(
        Wanted(
            port=port,
            symbols=tuple(each for each in symbols.split(",") if each),
            seed=seed,
            speed=speed,
            tapes=tuple(tapes or ()),
            faults=faults,
            balances=tuple(balances or ()),
            history_minutes=history,
            with_control=control,
            state=state,
            keys=keys,
            as_json=as_json,
        )
    )


@app.command("powercut")
def powercut(
    cuts: Annotated[int, typer.Option("--cuts", min=1, help="How often the power goes.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Of where it goes and what is lost.")] = 1,
    synchronous: Annotated[
        Literal["full", "normal", "off"],
        typer.Option(
            "--synchronous",
            help="How the writer syncs. The journal does it fully; the others lose rows.",
        ),
    ] = "full",
    as_json: options.AsJson = False,
) -> int:
    """Cut the power of a journal at random writes and syncs, and look for what was acknowledged.

    Exit codes: 0 nothing was lost, 2 an option is wrong, 4 an acknowledged row was lost.
    """
    from argonaut.cli.powercuts import cut_power  # noqa: PLC0415 - as above

    return cut_power(cuts, seed, synchronous, as_json=as_json)


@app.command("soak")
def soak(
    kills: Annotated[int, typer.Option("--kills", min=1, help="How often it is killed.")] = 100,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.0, help="How long it goes on at least.")
    ] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="Of kills, faults and prices.")] = 1,
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, help="How fast prices move; 1 is lively.")
    ] = 10.0,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help="Keep journal, logs, config, keys and truth there; a failed soak is kept anyway.",
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> int:
    """Kill the real trader again and again at a real venue that fails, and look for what is lost.

    Both are processes of their own on this machine, with real sockets between them. At the end
    ledger and venue have to agree to the last unit, and a halt has to outlive a kill.
    Exit codes: 0 nothing lost or doubled, 2 an option is wrong, 4 something did not hold.
    """
    from argonaut.cli.soaking import soak_and_tell  # noqa: PLC0415 - as above
    from argonaut.rehearsal.soak.record import SoakPlan  # noqa: PLC0415 - as above

    plan = SoakPlan(kills=kills, minutes=minutes, seed=seed, speed=speed)
    return soak_and_tell(plan, keep, as_json=as_json)
