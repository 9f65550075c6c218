"""The one place of wiring: a checked config in, the parts of a run out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from argonaut.config.errors import ConfigError
from argonaut.config.instruments import Stream, instrument_of
from argonaut.config.plugins import build, check_params, load_class, params_of
from argonaut.config.schema import CheckSection, Config, InstrumentRules, Plugin, Recording
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import Deposited
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import OrderType
from argonaut.engine.setup import EngineSetup, SampleHook
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.feeds.tape.columns import BarColumns, Kind, SignalRows
from argonaut.feeds.tape.quality import QualityReport
from argonaut.feeds.tape.read import read
from argonaut.feeds.tape.sniff import Format
from argonaut.feeds.tape.spec import DataSpec
from argonaut.ports import Capability
from argonaut.risk.gate import Gate
from argonaut.risk.registry import CHECKS, default_checks
from argonaut.risk.view import Check
from argonaut.strategies.interface import Strategy
from argonaut.venues.sim.venue import SimVenue

_SECOND_NS = 1_000_000_000
_VENUE = "sim"
_MODELS = "argonaut.venues.sim"  # where a model named without a dot is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts of one run. Engine and venue are made anew for each run from here."""

    config: Config
    config_hash: str
    instruments: tuple[Instrument, ...]
    streams: tuple[Stream, ...]
    quality: tuple[QualityReport, ...]
    folder: Path  # of the config file; relative paths start there
    allow: tuple[str, ...]

    def venue(self) -> SimVenue:
        """Return a fresh simulated venue with its opening balances."""
        section = self.config.venue
        models = {
            name: self._model(getattr(section, name))
            for name in ("fees", "slippage", "latency", "participation")
            if getattr(section, name) is not None
        }
        found = load_class(section.class_path, allow=self.allow, folder=self.folder)
        try:
            venue = found(
                self.instruments,
                venue_id=_VENUE,
                balances=dict(self.config.balances),
                fill_at=section.fill_at,
                touch_fills=section.touch_fills,
                gap_improves=section.gap_improves,
                allow_short=section.allow_short,
                **models,
                **section.params,
            )
        except TypeError as error:
            raise ConfigError("venue", [f"venue.params: {error}"]) from error
        assert isinstance(venue, SimVenue), f"{section.class_path} is no simulated venue"
        return venue

    def setup(self, capability: Capability, *, on_sample: SampleHook | None = None) -> EngineSetup:
        """Return what an engine is made from, with fresh strategies."""
        config = self.config
        return EngineSetup(
            instruments=self.instruments,
            strategies=self.strategies(),
            gate=Gate(self.checks(), enabled=config.risk.enabled),
            capability=capability,
            quote=config.quote,
            base_timeframes_ns={
                each.instrument_id: each.timeframe_ns
                for each in self.streams
                if isinstance(each, BarColumns)
            },
            order_types=frozenset(OrderType(each) for each in config.execution.order_types),
            equity_sample_ns=config.equity_sample_s * _SECOND_NS,
            drawdown_window_ns=config.drawdown_window_s * _SECOND_NS,
            on_sample=on_sample,
        )

    def strategies(self) -> list[Strategy]:
        """Return one instance for each enabled strategy and instrument, in config order."""
        made: list[Strategy] = []
        for section in self.config.strategies:
            if not section.enabled:
                continue
            found = load_class(section.class_path, allow=self.allow, folder=self.folder)
            params = check_params(found, params_of(found), section.params)
            names = section.instruments or tuple(each.instrument_id for each in self.instruments)
            made += [found(StrategyId(section.id), _at_venue(name), params) for name in names]
        return made

    def checks(self) -> tuple[Check, ...]:
        """Return the risk checks: the defaults with the config's changes, or just the listed."""
        section = self.config.risk
        listed = {each.check: each for each in section.checks}
        if section.only:
            return tuple(self._check(each) for each in section.checks if each.enabled)
        kept = [each for each in default_checks() if each.code not in listed]
        by_code: dict[str, Check] = {each.code: each for each in kept}
        for each in section.checks:
            if each.enabled:
                check = self._check(each)
                by_code[check.code] = check
        order = [*CHECKS, *(code for code in by_code if code not in CHECKS)]
        return tuple(by_code[code] for code in order if code in by_code)

    def deposits(self, event_ns: int) -> list[Deposited]:
        """Return the opening balances as the first inputs of a run."""
        return [
            Deposited(event_ns=event_ns, asset=asset, amount=amount)
            for asset, amount in self.config.balances.items()
            if amount
        ]

    def _check(self, section: CheckSection) -> Check:
        known = CHECKS.get(section.check)
        if known is not None:
            made: Check = check_params(known, known, section.params)
            return made
        if "." not in section.check:
            raise ConfigError(
                "risk", [f"there is no check {section.check!r}; want one of {', '.join(CHECKS)}"]
            )
        return self._plugin(section.check, section.params)

    def _model(self, plugin: Plugin) -> Any:
        path = plugin.class_path
        return self._plugin(path if "." in path else f"{_MODELS}.{path}", plugin.params)

    def _plugin(self, class_path: str, params: Mapping[str, Any]) -> Any:
        return build(class_path, params, allow=self.allow, folder=self.folder)


def assemble(config: Config, *, folder: Path, cache: ColumnCache | None = None) -> Assembly:
    """Read and check everything a config names; nothing is started.

    Raises:
        ConfigError: What the config names does not fit together, every problem listed.
        DataFileError, BadDataError: A recording is missing, damaged or impossible.
    """
    streams: list[Stream] = []
    quality: list[QualityReport] = []
    for recording in config.data:
        stream, report = _read(recording, folder, cache)
        streams.append(stream)
        quality.append(report)
    instruments = _instruments(config, streams)
    made = Assembly(
        config=config,
        config_hash=hash_of(config),
        instruments=instruments,
        streams=tuple(streams),
        quality=tuple(quality),
        folder=folder,
        allow=config.plugins.allow,
    )
    _check_whole(made)
    return made


def hash_of(config: Config) -> str:
    """Return the SHA-256 of what decides: pace, logs and report paths may change between runs."""
    deciding = config.model_dump_json(
        exclude={"mode", "name", "paper", "monitoring", "report", "journal"}
    )
    return hashlib.sha256(deciding.encode()).hexdigest()


def _check_whole(assembly: Assembly) -> None:
    """Make everything once, so that a mistake is told before anything starts."""
    problems: list[str] = []
    for make in (
        assembly.checks,
        assembly.venue,
        lambda: assembly.setup(assembly.venue().capability),
    ):
        try:
            make()
        except ConfigError as error:
            problems += error.problems
        except InvalidValueError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError("config", list(dict.fromkeys(problems)))


def _read(
    recording: Recording, folder: Path, cache: ColumnCache | None
) -> tuple[Stream, QualityReport]:
    kind = Kind(recording.kind)
    if kind is Kind.BARS and recording.timeframe is None:
        raise ConfigError("data", [f"{recording.path}: bars want a timeframe such as 1m"])
    spec = DataSpec(
        path=folder / recording.path,
        instrument=InstrumentId("") if kind is Kind.SIGNALS else _at_venue(recording.instrument),
        kind=kind,
        timeframe=recording.timeframe,
        format=None if recording.format is None else Format(recording.format),
        tolerate=recording.tolerate,
    )
    columns, report = read(spec, cache=cache)
    start_ns = _time_ns(recording.start, default=0)
    end_ns = _time_ns(recording.end, default=2**63 - 1)
    stream = columns.between(start_ns, end_ns)
    if not len(stream):
        raise ConfigError(
            "data", [f"{recording.path}: nothing from {recording.start} to {recording.end}"]
        )
    return stream, report  # type: ignore[return-value]  # the kinds of the schema are the streams


def _instruments(config: Config, streams: Sequence[Stream]) -> tuple[Instrument, ...]:
    of_stream: dict[InstrumentId, Stream] = {}
    for stream in streams:
        if not isinstance(stream, SignalRows):
            of_stream.setdefault(stream.instrument_id, stream)
    stated = {_at_venue(name): rules for name, rules in config.instruments.items()}
    unknown = [name for name in stated if name not in of_stream]
    if unknown:
        raise ConfigError(
            "instruments", [f"{each} has no recording under data" for each in unknown]
        )
    return tuple(
        instrument_of(name, stated.get(name, InstrumentRules()), stream)
        for name, stream in of_stream.items()
    )


def _at_venue(name: str) -> InstrumentId:
    return InstrumentId(name if "@" in name else f"{name}@{_VENUE}")


def _time_ns(text: str | None, *, default: int) -> int:
    if text is None:
        return default
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            "data", [f"want a UTC time such as 2021-05-19 or 2021-05-19T12:00, not {text!r}"]
        ) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return int(Decimal(repr(moment.timestamp())) * _SECOND_NS)
