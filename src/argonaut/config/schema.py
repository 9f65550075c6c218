"""The config as checked objects: one model a section, units in the names, defaults safe.

Fractions are fractions (0.15 is fifteen percent), times carry their unit, money is Decimal and
wants quotes in YAML only where the number would lose digits. Unknown keys are errors.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from argonaut.config.detectors_schema import DetectorsSection
from argonaut.config.events_schema import EventsSection
from argonaut.config.fields import (
    Count,
    NotNegative,
    Port,
    Positive,
    Section,
    Slug,
    Timeframe,
    UtcTime,
    number,
)


class Plugin(Section):
    """Something chosen by class path: `class`, its `params`, and whether it is on."""

    class_path: str = Field(alias="class", description="class path, or the short name of a model")
    params: dict[str, Any] = Field(
        default_factory=dict, description="by name, as the class has them"
    )
    enabled: bool = Field(default=True, description="false: there is no such cost or delay")


class Recording(Section):
    """One file of recorded data, relative to the config file; live, a stream the venue tells."""

    path: Path | None = Field(default=None, description="the file; a live run has none")
    instrument: str = Field(default="", description="BTC/USDT; signals and events name theirs")
    kind: Literal["bars", "trades", "quotes", "signals", "events"] = Field(
        default="bars", description="what a row is"
    )
    timeframe: Timeframe | None = Field(default=None, description="of bars: 1m, 5m, 4h, 1d")
    format: Literal["parquet", "csv", "binance_vision", "feather", "json", "jsonl"] | None = Field(
        default=None, description="only where it cannot be recognized"
    )
    symbol: str | None = Field(default=None, description="picks one of several in a file")
    start: UtcTime | None = Field(default=None, description="UTC, 2021-05-19 or 2021-05-19T12:00")
    end: UtcTime | None = Field(default=None, description="UTC, the first instant left out")
    tolerate: tuple[str, ...] = Field(default=(), description="known faults to let pass, by name")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind not in ("signals", "events") and not self.instrument:
            raise ValueError(f"want an instrument such as BTC/USDT for {self.kind}")
        if self.kind == "bars" and self.timeframe is None:
            raise ValueError("bars want a timeframe such as 1m")
        return self


class InstrumentRules(Section):
    """Trading rules of one instrument; what is not given is taken from its data."""

    tick_size: Positive | None = Field(default=None, description="smallest step of a price")
    lot_size: Positive | None = Field(default=None, description="smallest step of a quantity")
    min_quantity: NotNegative = Field(default=Decimal(0), description="smallest order")
    max_quantity: Positive | None = Field(default=None, description="largest order")
    min_notional: NotNegative = Field(default=Decimal(0), description="smallest value of an order")
    is_listed_later: bool = Field(
        default=False, description="recorded, and hidden until a strategy waits for its listing"
    )


class VenueSection(Section):
    """The venue. Models and fill rules are those of a simulated one: live, of what is on trial."""

    class_path: str = Field(
        default="argonaut.venues.sim.SimVenue", alias="class", description="class path of the venue"
    )
    fees: Plugin | None = None
    slippage: Plugin | None = None
    latency: Plugin | None = None
    participation: Plugin | None = None
    fill_at: Literal["next_open", "close"] = Field(
        default="next_open", description="where a market order decided on a bar's close fills"
    )
    touch_fills: bool = Field(default=False, description="a touched limit fills")
    gap_improves: bool = Field(default=False, description="a limit gets a better open")
    allow_short: bool = Field(default=False, description="the account may owe base units")
    params: dict[str, Any] = Field(
        default_factory=dict, description="such as buying_power; live, api_key_file and the like"
    )


class ExpectationSection(Section):
    """What a strategy expects of itself, per closed trade, from its backtest."""

    win_rate: float | None = Field(default=None, description="0.45: so many trades earn something")
    pnl_fraction: float | None = Field(
        default=None, description="mean P&L of a trade over its entry's notional"
    )
    drawdown_fraction: float | None = Field(
        default=None, description="most the sum of those fractions falls from its peak"
    )


Market = Literal["spot", "isolated", "cross", "perpetual"]


class RoutingSection(Section):
    """The market of each strategy and symbol. Every venue here trades spot; the rest is refused."""

    prefer_futures: bool = Field(default=False, description="perpetual where no route says else")
    route_map: dict[str, Market] = Field(
        default_factory=dict, description="by `trend`, `BTC/USDT` or `trend BTC/USDT`"
    )


class ScannerSection(Section):
    """The scanner: entries only at the few instruments that rank best. Fractions, not percent."""

    enabled: bool = Field(default=False, description="true ignores every list of instruments")
    timeframe: Timeframe = Field(default="15m", description="bars it reads")
    window_bars: Count = Field(default=96, description="return, trend and volume are of so many")
    atr_bars: Count = Field(default=14, description="of the average true range")
    return_weight: float = Field(default=0.5, description="of the rank by return")
    trend_weight: float = Field(default=0.3, description="of the rank by distance from the mean")
    volatility_weight: float = Field(default=0.2, description="of the rank by range")
    volume_min_quote: float = Field(default=250_000.0, description="traded in the window")
    atr_fraction_min: float = Field(default=0.005, description="range of a bar over the price")
    atr_fraction_max: float = Field(default=0.1, description="the same, at most")
    spread_fraction_max: float = Field(default=0.005, description="where quotes are known")
    tick_fraction_max: float = Field(default=0.002, description="one tick over the price")
    top: Count = Field(default=3, description="how many may be entered")
    every_min: float = Field(default=30.0, description="minutes between two selections, at least")
    allow: tuple[str, ...] = Field(default=(), description="such as BTC/USDT; empty is everything")
    deny: tuple[str, ...] = Field(default=(), description="never looked at")


class UniverseSection(Section):
    """Which instruments are traded, where a strategy names none itself."""

    instruments: tuple[str, ...] = Field(default=(), description="such as BTC/USDT; empty is all")
    scanner: ScannerSection = ScannerSection()


class AllocationSection(Section):
    """The capital allocator: budgets by weight, and less of one for a strategy that drifts."""

    enabled: bool = Field(default=False, description="true asks the check `budget`, too")
    capital_quote: Positive | None = Field(
        default=None, description="what is shared; without it the account's equity"
    )
    window_trades: Count = Field(default=30, description="closed trades that are compared")
    doubt: float = Field(
        default=2.0, description="standard errors below what is expected before it is no luck"
    )
    steps: tuple[Positive, ...] = Field(
        default=(Decimal("0.5"), Decimal("0.25"), Decimal("0.1")),
        description="parts of its budget that a strategy has left, step by step",
    )


class StrategySection(Section):
    """One strategy at its instruments (all of the data when none are named)."""

    id: Slug = Field(description="its name in orders, reports and logs: a-z, 0-9 and -, up to 16")
    class_path: str = Field(alias="class", description="class path of the strategy")
    params: dict[str, Any] = Field(default_factory=dict, description="fields of its Params")
    instruments: tuple[str, ...] = Field(default=(), description="such as BTC/USDT; empty is all")
    enabled: bool = Field(default=True, description="false leaves it out")
    dry_run: bool = Field(default=False, description="on trial: filled in theory, nothing is sent")
    advises: bool = Field(
        default=False, description="its wishes are heard by others, such as Combined, never sent"
    )
    weight: Positive = Field(
        default=Decimal(1), description="its part of the capital, where it is allocated"
    )
    budget_quote: Positive | None = Field(
        default=None, description="a fixed budget instead, in the account's quote asset"
    )
    expects: ExpectationSection = ExpectationSection()
    silent_max_s: Positive | None = Field(
        default=None, description="longer without a wish to enter is told; else what it declares"
    )
    entries_a_day_max: Count | None = Field(
        default=None, description="more wishes to enter in 24 h are told; else what it declares"
    )


class NoticesSection(Section):
    """What is done when a venue announces that trading of something held here ends or pauses."""

    delisting: Literal["ignore", "freeze", "flatten"] = Field(
        default="flatten", description="of a coin or pair; entries stop at once"
    )
    suspension: Literal["ignore", "freeze", "flatten"] = Field(
        default="freeze", description="or maintenance, or an upgrade of the network"
    )
    contract_change: Literal["ignore", "freeze", "flatten"] = Field(
        default="freeze", description="swap, rebranding, postponement, other rules"
    )
    before_s: Count = Field(default=3600, description="so long before its time")
    after_s: Count = Field(default=3600, description="so long after its time a pause is over")
    unknown_s: Count = Field(default=86_400, description="how long one without a time freezes")


class ListingsSection(Section):
    """Instruments a strategy may trade though nobody named them: coins that begin to trade."""

    enabled: bool = Field(default=False, description="false: none but those of the config")
    quotes: tuple[str, ...] = Field(default=(), description="such as USDT; empty is `quote`")
    instruments_max: Count = Field(default=5, description="waited for or held at one time")


class CheckSection(Section):
    """One risk check, by its code or a class path; it replaces the default of that code."""

    check: str = Field(description="code such as max_notional, or a class path")
    params: dict[str, Any] = Field(default_factory=dict, description="its limits")
    enabled: bool = Field(default=True, description="false leaves it out")


class RiskSection(Section):
    """The gate. Off is obeyed in backtest and paper only; validity checks are never off."""

    enabled: bool = Field(default=True, description="false asks the validity checks alone")
    checks: tuple[CheckSection, ...] = Field(default=(), description="changes to the defaults")
    only: bool = Field(default=False, description="use just the checks listed, in their order")


class ExecutionSection(Section):
    """How orders may be worded."""

    order_types: tuple[Literal["market", "limit", "stop", "stop_limit", "trailing_stop"], ...] = (
        Field(
            default=("market", "limit", "stop", "stop_limit", "trailing_stop"),
            description="what an entry may be",
        )
    )
    netting: bool = Field(
        default=True,
        description="opposite market orders of two strategies meet inside, free of fees; "
        "false where the venue keeps both sides by itself",
    )


class JournalSection(Section):
    """Where decisions are kept. A backtest without a path keeps the hash only.

    With a `url` the rows are in a database, and only what belongs to this machine stands beside
    `path`: the control socket, the lock and the emergency log.
    """

    path: Path | None = Field(default=None, description="the file")
    url: str | None = Field(
        default=None, description="of a PostgreSQL that keeps the rows of a live run instead"
    )
    snapshot_rows: Count = Field(
        default=10_000, description="a live run writes its whole state once in so many rows"
    )


class PaperSection(Section):
    """The pace of a recorded tape: `speed` tape seconds a second, 0 as fast as it goes."""

    speed: Annotated[float, BeforeValidator(number), Field(ge=0, allow_inf_nan=False)] = Field(
        default=1.0, description="how fast a tape is played"
    )
    forever: bool = Field(default=False, description="go on living when the tape has ended")


class MonitoringSection(Section):
    """Logs and metrics. Metrics listen on loopback only."""

    log_path: Path | None = Field(
        default=Path("logs/argonaut.log"), description="JSON lines; none writes no file"
    )
    log_level: Literal["TRACE", "DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="what is graver is logged too"
    )
    prometheus: bool = Field(default=True, description="serve metrics")
    prometheus_port: Port = Field(default=8000, description="0 takes any free one")


class ReportSection(Section):
    """What a run leaves behind for people."""

    html_path: Path | None = Field(default=None, description="where the HTML report goes")
    periods_per_year: Count = Field(default=365, description="to annualize daily returns")


class PluginsSection(Section):
    """Prefixes of class paths that may be loaded besides Argonaut's own."""

    allow: tuple[str, ...] = Field(default=(), description="such as my_strategies")

    @field_validator("allow")
    @classmethod
    def _plain_prefixes(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        for prefix in prefixes:
            if not all(part.isidentifier() for part in prefix.split(".")):
                raise ValueError(f"want dotted module names such as my_strategies, not {prefix!r}")
        return prefixes


class Config(Section):
    """One run, whole."""

    mode: Literal["backtest", "paper", "live", "rehearse"] = Field(
        default="paper", description="which loop it is for; live also wants --arm"
    )
    name: str = Field(default="argonaut", description="of the run, in reports and status")
    quote: str = Field(default="USDT", description="asset everything is reported in")
    balances: dict[str, NotNegative] = Field(
        default_factory=dict, description="opening balance of each asset; live, the venue tells"
    )
    data: tuple[Recording, ...] = Field(min_length=1)
    instruments: dict[str, InstrumentRules] = Field(default_factory=dict)
    venue: VenueSection = VenueSection()
    strategies: tuple[StrategySection, ...] = Field(min_length=1)
    listings: ListingsSection = ListingsSection()
    notices: NoticesSection = NoticesSection()
    risk: RiskSection = RiskSection()
    universe: UniverseSection = UniverseSection()
    routing: RoutingSection = RoutingSection()
    allocation: AllocationSection = AllocationSection()
    execution: ExecutionSection = ExecutionSection()
    equity_sample_s: Count = Field(default=300, description="equity is marked this often")
    drawdown_window_s: Count = Field(default=86_400, description="how long a peak counts")
    journal: JournalSection = JournalSection()
    paper: PaperSection = PaperSection()
    monitoring: MonitoringSection = MonitoringSection()
    detectors: DetectorsSection = DetectorsSection()
    events: EventsSection = EventsSection()
    report: ReportSection = ReportSection()
    plugins: PluginsSection = PluginsSection()
    seed: Annotated[int, BeforeValidator(number)] = Field(
        default=1, description="of models with dice, such as a jittery latency"
    )

    @property
    def is_live(self) -> bool:
        """Whether it talks to a venue over a network, the real one or a rehearsal's."""
        return self.mode in ("live", "rehearse")
