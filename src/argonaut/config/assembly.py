"""The one place of wiring: a checked config in, the parts of a run out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

from argonaut.config.allocation import paces_of, plan_of
from argonaut.config.detectors import sources_of, urls_of
from argonaut.config.errors import ConfigError
from argonaut.config.events import EventSource, event_sources_of, feed_token
from argonaut.config.fit import base_timeframes, feeds_of, misfits, unknown_instrument
from argonaut.config.instruments import Stream, instrument_of
from argonaut.config.live import account_hash, feeds_wanted, settings_of, venue_class
from argonaut.config.plugins import as_written, build, check_params, load_class, params_of
from argonaut.config.recordings import VENUE, at_venue, problems_of, read_recordings
from argonaut.config.routing import problems_of_routes
from argonaut.config.schema import CheckSection, Config, InstrumentRules, Plugin, StrategySection
from argonaut.config.tunings import tunings_of
from argonaut.config.universe import list_of, scan_of
from argonaut.domain.errors import ArgonautError
from argonaut.domain.event import Deposited, ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId, venue_of
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import OrderType
from argonaut.domain.secret import Secret
from argonaut.engine.listings import ListingRule
from argonaut.engine.notices import NoticeRules
from argonaut.engine.setup import EngineSetup, SampleHook
from argonaut.feeds.detectors.source import Sources
from argonaut.feeds.detectors.spelling import Spellings
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.feeds.tape.columns import SignalRows
from argonaut.feeds.tape.quality import QualityReport
from argonaut.ports import Capability, Clock, MarketStream, Rng, Venue
from argonaut.risk.budget import Budget
from argonaut.risk.gate import Gate
from argonaut.risk.registry import CHECKS, default_checks
from argonaut.risk.universe import Universe
from argonaut.risk.view import Check
from argonaut.strategies.interface import Strategy
from argonaut.venues.sim import NoFees, NoLatency, NoSlippage, VolumeParticipation
from argonaut.venues.sim.venue import SimVenue

_SECOND_NS = 1_000_000_000
_AUDIT_NS = 5 * _SECOND_NS
_MODELS = "argonaut.venues.sim"  # where a model named without a dot is looked for
_SWITCHED_OFF: Mapping[str, Callable[[], Any]] = {
    "fees": NoFees,
    "slippage": NoSlippage,
    "latency": NoLatency,
    "participation": lambda: VolumeParticipation(Decimal(0), Decimal(0)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The parts of one run. Engine and venue are made anew for each run from here."""

    config: Config
    config_hash: str
    feeds: tuple[MarketStream, ...]  # the market data it lives on
    instruments: tuple[Instrument, ...]  # live: none, the venue tells them
    late: tuple[Instrument, ...] = ()  # recorded ones that only a listing shows
    streams: tuple[Stream, ...]  # live: none
    quality: tuple[QualityReport, ...]
    folder: Path  # of the config file; relative paths start there
    allow: tuple[str, ...]

    def venue(
        self,
        instruments: Sequence[Instrument] | None = None,
        *,
        venue_id: str = VENUE,
        balances: Mapping[str, Decimal] | None = None,
    ) -> SimVenue:
        """Return a fresh simulated venue with its opening balances.

        `instruments` are those a real venue has told; of a live config it is the shadow's venue.
        """
        section = self.config.venue
        problems: list[str] = []
        models: dict[str, Any] = {}
        for name in _SWITCHED_OFF:
            plugin: Plugin | None = getattr(section, name)
            if plugin is None:
                continue
            try:
                models[name] = self._model(name, plugin)
            except ConfigError as error:
                problems += [f"venue.{name}: {each}" for each in error.problems]
        found, params = SimVenue, {}
        if not self.config.is_live:
            found = load_class(section.class_path, allow=self.allow, folder=self.folder)
            params = section.params
        if not issubclass(found, SimVenue):
            problems.append(f"venue: {section.class_path} is no simulated venue")
        if problems:
            raise ConfigError("venue", problems)
        try:
            venue: SimVenue = found(
                (*self.instruments, *self.late) if instruments is None else instruments,
                venue_id=venue_id,
                balances=dict(self.config.balances if balances is None else balances),
                fill_at=section.fill_at,
                touch_fills=section.touch_fills,
                gap_improves=section.gap_improves,
                allow_short=section.allow_short,
                **models,
                **params,
            )
        except Exception as error:
            raise ConfigError("venue", [f"venue.params: {_told(error)}"]) from error
        return venue

    @property
    def names(self) -> tuple[InstrumentId, ...]:
        """Every instrument that has market data, in the order of the config."""
        hidden = {each.instrument_id for each in self.late}
        told = (each.instrument_id for each in self.feeds)
        return tuple(dict.fromkeys(name for name in told if name not in hidden))

    @property
    def on_trial(self) -> frozenset[StrategyId]:
        """Strategies in dry-run: the shadow has them, not the account."""
        sections = self.config.strategies
        return frozenset(StrategyId(each.id) for each in sections if each.enabled and each.dry_run)

    def setup(
        self,
        capability: Capability,
        *,
        on_sample: SampleHook | None = None,
        instruments: Sequence[Instrument] | None = None,
        epoch: str = "0",
    ) -> EngineSetup:
        """Return what an engine is made from, with fresh strategies.

        `instruments` are those a real venue has told, `epoch` is of this start. A live engine's
        journal can be folded, and it looks after its protection every few seconds.
        """
        config, apart = self.config, self.on_trial
        return EngineSetup(
            instruments=self.instruments if instruments is None else instruments,
            epoch=epoch,
            nets=config.execution.netting,
            plan=plan_of(config),
            scan=scan_of(config),
            paces=paces_of(config),
            folds=config.is_live,
            audit_every_ns=_AUDIT_NS if config.is_live else 0,
            strategies=[each for each in self.strategies() if each.strategy_id not in apart],
            gate=Gate(self.checks(), enabled=config.risk.enabled),
            capability=capability,
            quote=config.quote,
            base_timeframes_ns=base_timeframes(self.feeds),
            order_types=frozenset(OrderType(each) for each in config.execution.order_types),
            equity_sample_ns=config.equity_sample_s * _SECOND_NS,
            drawdown_window_ns=config.drawdown_window_s * _SECOND_NS,
            advisers=frozenset(StrategyId(each.id) for each in config.strategies if each.advises),
            on_sample=on_sample,
            listings=self._listing_rule(),
            notices=NoticeRules(**config.notices.model_dump()),
        )

    def _listing_rule(self) -> ListingRule | None:
        section = self.config.listings
        if not section.enabled:
            return None
        return ListingRule(
            venue_id=venue_of(self.names[0]),
            quotes=frozenset(section.quotes or (self.config.quote,)),
            instruments_max=section.instruments_max,
        )

    def live_venue(self, clock: Clock, rng: Rng) -> Venue:
        """Return the venue of a live config, not yet opened.

        Raises:
            ConfigError: Its parameters or the files of its keys are wrong.
        """
        found = venue_class(self.config, folder=self.folder, allow=self.allow)
        made: Venue = found(
            self.venue_settings(), self.names, clock=clock, rng=rng, market=self.feeds
        )
        return made

    def venue_settings(self) -> Any:
        """Return the settings of a live venue, with its keys read.

        Raises:
            ConfigError: A parameter is wrong, or a key is not to be had.
        """
        found = venue_class(self.config, folder=self.folder, allow=self.allow)
        return settings_of(found, self.config.venue.params, folder=self.folder)

    def sources(self) -> Sources:
        """Return who may send signals, with their secrets read.

        Raises:
            ConfigError: A secret is not to be had, or a name is of nothing.
        """
        return sources_of(self.config.detectors, spellings=self.spellings(), folder=self.folder)

    def detector_urls(self) -> dict[str, Secret]:
        """Return where each connection to a detector or broker goes, by its id.

        Raises:
            ConfigError: A file is not to be had, or a URL is of another kind.
        """
        return urls_of(self.config.detectors, folder=self.folder)

    def event_sources(self) -> tuple[EventSource, ...]:
        """Return where external events come from, with their keys read.

        Raises:
            ConfigError: A connector, a parameter, a URL or a key is wrong.
        """
        return event_sources_of(self.config.events, folder=self.folder)

    def feed_token(self) -> Secret | None:
        """Return what a program has to show that pushes events.

        Raises:
            ConfigError: Its file is not to be had.
        """
        return feed_token(self.config.events, folder=self.folder)

    def spellings(self) -> Spellings:
        """Return the names that signals may have for instruments."""
        return Spellings(self.names, self.config.detectors.venue_names)

    def strategies(self) -> list[Strategy]:
        """Return one instance for each enabled strategy and instrument, in config order."""
        made: list[Strategy] = []
        problems: list[str] = []
        for section in self.config.strategies:
            if not section.enabled:
                continue
            try:
                made += self._strategies_of(section)
            except ConfigError as error:
                problems += [f"strategies.{section.id}: {each}" for each in error.problems]
        problems += misfits(made, self.feeds)
        if problems:
            raise ConfigError("strategies", problems)
        return made

    def tunings(self, event_ns: int) -> list[ExternalEvent]:
        """Return what models and calibrations there are for the strategies, as first inputs.

        They come before the first row of a tape, and a restart feeds them from the journal again.

        Raises:
            ArgonautError: A file is there and cannot be used.
        """
        return tunings_of(self.strategies(), self.folder, event_ns=event_ns, tape_row=0)

    def checks(self) -> tuple[Check, ...]:
        """Return the risk checks: the defaults with the config's changes, or just the listed."""
        section = self.config.risk
        listed = {each.check: each for each in section.checks}
        made: list[Check] = []
        problems: list[str] = []
        for each in section.checks:
            try:
                if each.enabled:
                    made.append(self._check(each))
            except ConfigError as error:
                problems += [f"risk: {said}" for said in error.problems]
        if problems:
            raise ConfigError("risk", problems)
        if section.only:
            return tuple(made)
        defaults: tuple[Check, ...] = default_checks()
        if self.config.allocation.enabled:
            defaults += (Budget(),)
        if self.config.universe.scanner.enabled:
            defaults += (Universe(),)
        by_code = {each.code: each for each in defaults if each.code not in listed}
        by_code.update((each.code, each) for each in made)
        order = [*CHECKS, *(code for code in by_code if code not in CHECKS)]
        return tuple(by_code[code] for code in order if code in by_code)

    def deposits(self, event_ns: int) -> list[Deposited]:
        """Return the opening balances as the first inputs of a run."""
        return [
            Deposited(event_ns=event_ns, asset=asset, amount=amount)
            for asset, amount in self.config.balances.items()
            if amount
        ]

    def _strategies_of(self, section: StrategySection) -> list[Strategy]:
        found = load_class(section.class_path, allow=self.allow, folder=self.folder)
        if not issubclass(found, Strategy):
            raise ConfigError(
                section.id,
                [f"{section.class_path} is no Strategy of argonaut.strategies.interface"],
            )
        params = check_params(found, params_of(found), section.params)
        known = list(self.names)
        venue_id = venue_of(known[0])
        listed, _ = list_of(section, self.config.universe)
        names = [at_venue(each, venue_id) for each in listed] or known
        unknown = [unknown_instrument(each, known) for each in names if each not in known]
        if unknown:
            raise ConfigError(section.id, unknown)
        if found.roams:  # one of it finds every instrument by itself
            names = names[:1]
        make: Callable[..., Strategy] = found
        try:
            return [make(StrategyId(section.id), name, params) for name in names]
        except Exception as error:  # a plug-in may raise anything
            raise ConfigError(section.id, [f"{section.class_path}: {_told(error)}"]) from error

    def _check(self, section: CheckSection) -> Check:
        known = CHECKS.get(section.check)
        if known is None and "." not in section.check:
            raise ConfigError(
                "risk", [f"there is no check {section.check!r}; want one of {', '.join(CHECKS)}"]
            )
        made: Check = (
            check_params(known, known, section.params)
            if known is not None
            else self._plugin(section.check, section.params)
        )
        if not (isinstance(getattr(made, "code", None), str) and hasattr(made, "verdict")):
            raise ConfigError("risk", [f"{section.check} is no check: want a code and a verdict"])
        return made

    def _model(self, kind: str, plugin: Plugin) -> Any:
        if not plugin.enabled:
            return _SWITCHED_OFF[kind]()
        path = plugin.class_path
        path = path if "." in path else f"{_MODELS}.{path}"
        params = dict(plugin.params)
        found = load_class(path, allow=self.allow, folder=self.folder)
        if "seed" in signature(as_written(found)).parameters:
            params.setdefault("seed", self.config.seed)
        return self._plugin(path, params)

    def _plugin(self, class_path: str, params: Mapping[str, Any]) -> Any:
        return build(class_path, params, allow=self.allow, folder=self.folder)


def assemble(config: Config, *, folder: Path, cache: ColumnCache | None = None) -> Assembly:
    """Read and check everything a config names; nothing is started.

    Raises:
        ConfigError: What the config names does not fit together, every problem listed.
        DataFileError, BadDataError: A recording is missing, damaged or impossible.
    """
    if config.is_live:
        return _assemble_live(config, folder)
    streams, quality = read_recordings(config.data, folder=folder, cache=cache)
    instruments = _instruments(config, streams)
    is_late = {at_venue(name) for name, each in config.instruments.items() if each.is_listed_later}
    made = Assembly(
        config=config,
        config_hash=hash_of(config),
        feeds=feeds_of(streams),
        instruments=tuple(each for each in instruments if each.instrument_id not in is_late),
        late=tuple(each for each in instruments if each.instrument_id in is_late),
        streams=streams,
        quality=quality,
        folder=folder,
        allow=config.plugins.allow,
    )
    _check_whole(made)
    return made


def hash_of(config: Config) -> str:
    """Return the SHA-256 of what decides: pace, logs and report paths may change between runs.

    A live journal belongs to an account, whose strategies and limits may change under it.
    """
    if config.is_live:
        return account_hash(config)
    deciding = config.model_dump_json(
        exclude={"mode", "name", "paper", "monitoring", "report", "journal", "detectors", "events"}
    )
    return hashlib.sha256(deciding.encode()).hexdigest()


def _assemble_live(config: Config, folder: Path) -> Assembly:
    allow = config.plugins.allow
    made = Assembly(
        config=config,
        config_hash=hash_of(config),
        feeds=feeds_wanted(config, venue_class(config, folder=folder, allow=allow)),
        instruments=(),
        streams=(),
        quality=(),
        folder=folder,
        allow=allow,
    )
    problems: list[str] = list(problems_of_routes(config))
    for make in (
        made.checks,
        lambda: made.tunings(0),
        lambda: made.venue(()),
        made.venue_settings,
        made.sources,
        made.detector_urls,
        made.event_sources,
        made.feed_token,
    ):
        try:
            make()
        except ArgonautError as error:
            problems += problems_of(error)
    if problems:
        raise ConfigError("config", list(dict.fromkeys(problems)))
    return made


def _check_whole(assembly: Assembly) -> None:
    """Make everything once, so that a mistake is told before anything starts."""
    problems: list[str] = list(problems_of_routes(assembly.config))
    parts = assembly.checks, assembly.venue, lambda: assembly.tunings(0)
    outside = assembly.sources, assembly.detector_urls, assembly.event_sources, assembly.feed_token
    for make in (*parts, *outside):
        try:
            make()
        except ArgonautError as error:
            problems += problems_of(error)
    if not problems:
        try:
            assembly.setup(assembly.venue().capability)
        except ArgonautError as error:
            problems += problems_of(error)
    if problems:
        raise ConfigError("config", list(dict.fromkeys(problems)))


def _instruments(config: Config, streams: Sequence[Stream]) -> tuple[Instrument, ...]:
    of_stream: dict[InstrumentId, Stream] = {}
    for stream in streams:
        if not isinstance(stream, SignalRows):
            of_stream.setdefault(stream.instrument_id, stream)
    stated = {at_venue(name): rules for name, rules in config.instruments.items()}
    problems = [
        f"instruments: {unknown_instrument(each, list(of_stream))}"
        for each in stated
        if each not in of_stream
    ]
    made: list[Instrument] = []
    for name, stream in of_stream.items():
        try:
            made.append(instrument_of(name, stated.get(name, InstrumentRules()), stream))
        except ArgonautError as error:
            problems += problems_of(error)
    if not made and not problems:
        problems.append("data: want market data of at least one instrument, not signals alone")
    if stated and all(name in stated and stated[name].is_listed_later for name in of_stream):
        problems.append("instruments: want one at least that is not listed later")
    if problems:
        raise ConfigError("instruments", problems)
    return tuple(made)


def _told(error: Exception) -> str:
    said = " ".join(str(error).split())
    return said if isinstance(error, ArgonautError) else f"{type(error).__name__}: {said}"
