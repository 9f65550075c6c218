"""What `argonaut try` does: one strategy alone, signals in, wishes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.output import print_json, print_line, printable
from argonaut.cli.signals import fault_of, lines_of
from argonaut.config.plugins import check_params, load_class, params_of
from argonaut.config.recordings import at_venue
from argonaut.config.yaml_file import parse_value
from argonaut.domain.errors import ArgonautError, ExitCode, InvalidValueError
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Trade
from argonaut.domain.signal import Enter, Exit, Protect, Signal
from argonaut.feeds.signals import read_body
from argonaut.ledger.holding import Holding
from argonaut.runtime.clock import SystemClock
from argonaut.strategies.interface import Strategy

_NAME = StrategyId("tried")
_WORD_STARTS = re.compile(r"(?<!^)(?=[A-Z])")


class StrategyRaisedError(ArgonautError):
    """The strategy that was tried raised; a run would pause it."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One line and what the strategy said to it; a fault where it is no signal."""

    line: int
    fault: str = ""
    wishes: tuple[Signal, ...] = ()


def tried(
    strategy: str,
    file: Path,
    params: Sequence[str],
    *,
    holding: str,
    price: float | None,
    as_json: bool,
) -> ExitCode:
    """Print what a strategy wishes at each signal.

    Raises:
        ConfigError: There is no such strategy, or a parameter is wrong.
        InvalidValueError: The holding is no number.
        StrategyRaisedError: It raised.
        OSError: The file cannot be read.
    """
    trial = _Trial(strategy, params, holding=holding, price=price)
    told = [trial.line(number, line) for number, line in enumerate(lines_of(file), 1)]
    if as_json:
        print_json(told)
    else:
        for each in told:
            for line in _lines(each):
                print_line(printable(line))
    return ExitCode.USAGE if any(each.fault for each in told) else ExitCode.OK


class _Trial:
    """The strategies of one trial: an instance for each instrument that a signal names."""

    def __init__(
        self, strategy: str, params: Sequence[str], *, holding: str, price: float | None
    ) -> None:
        self._found = load_class(_path_of(strategy), allow=_allowed(strategy), folder=Path())
        if not issubclass(self._found, Strategy):
            raise InvalidValueError(f"{strategy} is no strategy")
        self._params = check_params(self._found, params_of(self._found), _values(params))
        self._quantity = _quantity(holding)
        self._price = price
        self._strategies: dict[InstrumentId, Strategy] = {}
        self._now_ns = SystemClock().wall_ns()

    def line(self, number: int, line: bytes) -> Tried:
        fault = fault_of(line, None)
        if fault:
            return Tried(line=number, fault=fault)
        body = read_body(line)
        name = at_venue(body.place)
        signal = body.signal(
            event_ns=body.ts_ns or self._now_ns,
            signal_id=body.id,
            source=body.source,
            instrument_id=name,
            sent_ns=body.ts_ns,
        )
        return Tried(line=number, wishes=self._asked(name, signal))

    def _asked(self, name: InstrumentId, signal: DetectorSignal) -> tuple[Signal, ...]:
        held = Holding(_NAME, name)
        held.quantity = self._quantity
        try:
            strategy = self._strategies.get(name) or self._made(name, held, signal.event_ns)
            return tuple(strategy.on_signal(signal, held) or ())
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            raise StrategyRaisedError(f"{self._found.__name__} raised {said}") from error

    def _made(self, name: InstrumentId, held: Holding, now_ns: int) -> Strategy:
        made: Strategy = self._found(_NAME, name, self._params)
        self._strategies[name] = made
        if self._price is not None:
            made.on_trade(Trade(name, now_ns, price=self._price), held)
        return made


def _path_of(strategy: str) -> str:
    """Return the class path; of a plain name, where a shipped strategy of that name is."""
    if "." in strategy:
        return strategy
    module = _WORD_STARTS.sub("_", strategy).lower()
    return f"argonaut.strategies.{module}.{strategy}"


def _allowed(strategy: str) -> tuple[str, ...]:
    """Allow what the person names: it is their own command on their own machine."""
    return (strategy.partition(".")[0],) if "." in strategy else ()


def _values(params: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in params:
        name, is_one, text = each.partition("=")
        if not is_one:
            raise InvalidValueError(f"--param: want NAME=VALUE, not {each!r}")
        try:
            values[name] = parse_value(text)
        except ValueError as error:
            raise InvalidValueError(f"--param {name}: {error}") from error
    return values


def _quantity(text: str) -> Decimal:
    try:
        quantity = Decimal(text)
    except InvalidOperation:
        quantity = Decimal("nan")
    if not quantity.is_finite():
        raise InvalidValueError(f"--holding: want a number of base units, not {text!r}")
    return quantity


def _lines(tried: Tried) -> Iterator[str]:
    if tried.fault:
        yield f"{tried.line}: no signal: {tried.fault}"
    elif not tried.wishes:
        yield f"{tried.line}: nothing"
    for wish in tried.wishes:
        yield f"{tried.line}: {_wish(wish)}: {wish.reason}"


def _wish(wish: Signal) -> str:
    if isinstance(wish, Enter):
        guard = wish.protection
        stop = guard.stop_price or guard.stop_fraction
        told = f", stop {stop:g}" if stop is not None else ", no stop"
        targets = ", ".join(f"{each.price or each.fraction:g}" for each in guard.targets)
        told += f", target {targets}" if targets else ""
        return f"enter {wish.side.value} {_size(wish)} {wish.order_type.value}{told}"
    if isinstance(wish, Exit):
        return f"exit {wish.fraction:.4g} of the holding"
    return "protect" if isinstance(wish, Protect) else "skip"


def _size(wish: Enter) -> str:
    fields = msgspec.structs.asdict(wish.size)
    return " ".join(f"{name} {value}" for name, value in fields.items() if value is not None)
