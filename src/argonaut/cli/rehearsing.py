"""What `argonaut rehearse serve` does: set a venue up, serve it, tell what it was at the end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec
from aiohttp import web

from argonaut.cli.output import print_json, print_line, replaced, require_target
from argonaut.config.yaml_file import read_yaml
from argonaut.domain.errors import ExitCode, InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.tape.columns import BarColumns, QuoteColumns, TradeColumns
from argonaut.feeds.tape.read import read
from argonaut.feeds.tape.spec import DataSpec
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.binance.app import binance_app
from argonaut.rehearsal.binance.exchange import Exchange
from argonaut.rehearsal.binance.listing import LISTED, Listed, listed
from argonaut.rehearsal.binance.state import Settings
from argonaut.rehearsal.dice import Dice
from argonaut.rehearsal.faults import Faults, Knob, to_knobs
from argonaut.rehearsal.market import PriceSource, PriceWalk
from argonaut.rehearsal.recorded import RecordedMarket, RecordedPrices
from argonaut.runtime.clock import SystemClock

_LOOPBACK = "127.0.0.1"
_STEP_NS = 250_000_000  # of a walk at speed 1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command line of one rehearsal."""

    port: int = 8080
    symbols: tuple[str, ...] = ("BTCUSDT",)
    seed: int = 1
    speed: float = 1.0
    tapes: tuple[str, ...] = ()
    faults: Path | None = None
    balances: tuple[str, ...] = ()
    history_minutes: int = 0
    with_control: bool = False
    state: Path | None = None
    keys: Path | None = None
    as_json: bool = False


def serve_until_stopped(wanted: Wanted) -> ExitCode:
    """Serve until Ctrl-C, then write the state if it was asked for.

    Raises:
        ArgonautError: An option or a file is not what it should be.
    """
    require_target(wanted.state)
    clock = SystemClock()
    start_ns = clock.wall_ns()
    tapes = dict(_pair(each, "--tape") for each in wanted.tapes)
    markets = listed(tuple(tapes) if tapes else wanted.symbols)
    key = key_of(wanted.seed)
    if wanted.keys is not None:
        write_keys(wanted.keys, key)
    settings = Settings(
        symbols=tuple(each.symbol for each in markets),
        keys=(key,),
        balances=_balances(wanted.balances),
        history_minutes=0 if tapes else wanted.history_minutes,
    )
    source = _source(wanted, markets, tapes, start_ns)
    exchange = Exchange(settings, source, start_ns=start_ns)
    faults = Faults(_knobs(wanted.faults), seed=wanted.seed, start_ns=start_ns)
    asyncio.run(_serve(exchange, clock, faults, key, wanted))
    if wanted.state is not None:
        with replaced(wanted.state) as file:
            file.write(msgspec.json.encode(exchange.truth()).decode() + "\n")
    return ExitCode.OK


async def _serve(
    exchange: Exchange, clock: SystemClock, faults: Faults, key: ApiKey, wanted: Wanted
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    app = binance_app(exchange, clock, faults, with_control=wanted.with_control)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, _LOOPBACK, wanted.port).start()
        for number in _SIGNALS:
            loop.add_signal_handler(number, stopped.set)
        _tell(int(runner.addresses[0][1]), key, exchange, wanted)
        await stopped.wait()
    finally:
        await runner.cleanup()


def _tell(port: int, key: ApiKey, exchange: Exchange, wanted: Wanted) -> None:
    """Tell where it is and who may come in."""
    rest, socket = f"http://{_LOOPBACK}:{port}", f"ws://{_LOOPBACK}:{port}"
    told = {
        "rest_url": rest,
        "stream_url": socket,
        "ws_api_url": f"{socket}/ws-api/v3",
        "api_key": key.key,
        "api_secret": key.secret,
        "symbols": list(exchange.state.symbols),
        "seed": wanted.seed,
    }
    if wanted.with_control:
        told["faults_url"] = f"{rest}/rehearsal/faults"
        told["truth_url"] = f"{rest}/rehearsal/truth"
    if wanted.as_json:
        print_json(told)
    else:
        for name, value in told.items():
            written = ",".join(value) if isinstance(value, list) else value
            print_line(f"{name:<12}{written}")
        print_line("serving; Ctrl-C stops it")
    sys.stdout.flush()  # a script reads this through a pipe before it starts its bot


def write_keys(folder: Path, key: ApiKey) -> None:
    """Write the key as a bot wants it: two files nobody else may read.

    Raises:
        OSError: The folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("api_key", key.key), ("api_secret", key.secret)):
        path = folder / name
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text + "\n", encoding="utf-8")


def key_of(seed: int) -> ApiKey:
    """Return the key of a rehearsal: the same for the same seed, and worth nothing elsewhere."""
    dice = Dice(seed).fork("key")
    words = [f"{dice.bits():016x}" for _ in range(8)]
    return ApiKey(key="rehearsal" + "".join(words[:3]), secret="".join(words[3:]))


def _source(
    wanted: Wanted, markets: Sequence[Listed], tapes: dict[str, str], start_ns: int
) -> PriceSource:
    if tapes:
        recorded = [_recorded(LISTED[name], Path(tapes[name])) for name in tapes]
        return RecordedPrices(recorded, start_ns=start_ns, speed=wanted.speed)
    return PriceWalk(
        [each.walk() for each in markets],
        seed=wanted.seed,
        start_ns=start_ns,
        step_ns=max(round(_STEP_NS / wanted.speed), len(markets)),
    )


def _recorded(market: Listed, path: Path) -> RecordedMarket:
    symbol = market.symbol
    instrument = InstrumentId(f"{symbol.base}/{symbol.quote}")
    columns, _ = read(DataSpec(path=path, instrument=instrument))
    if not isinstance(columns, BarColumns | QuoteColumns | TradeColumns):
        raise InvalidValueError(f"{path}: want bars, quotes or trades to play as prices")
    return RecordedMarket(symbol=symbol.name, columns=columns, tick=symbol.tick, lot=symbol.step)


def _balances(written: Sequence[str]) -> dict[str, Decimal]:
    if not written:
        return {"USDT": Decimal(10_000)}
    balances: dict[str, Decimal] = {}
    for each in written:
        asset, amount = _pair(each, "--balance")
        try:
            balances[asset] = Decimal(amount)
        except InvalidOperation as error:
            raise InvalidValueError(f"--balance: want ASSET=AMOUNT, not {each!r}") from error
    return balances


def _pair(written: str, option: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not (name and equals and value):
        raise InvalidValueError(f"{option}: want NAME=VALUE, not {written!r}")
    return name, value


def _knobs(path: Path | None) -> tuple[Knob, ...]:
    if path is None:
        return ()
    raw = read_yaml(path)
    if set(raw) != {"faults"}:
        raise InvalidValueError(f"{path}: want one key, faults, with a list, not {sorted(raw)}")
    try:
        return to_knobs(raw["faults"])
    except InvalidValueError as error:
        raise InvalidValueError(f"{path}: {error}") from error
