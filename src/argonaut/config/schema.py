"""The config as checked objects: one model a section, units in the names, defaults safe.

Fractions are fractions (0.15 is fifteen percent), times carry their unit, money is Decimal and
wants quotes in YAML only where the number would lose digits. Unknown keys are errors.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from argonaut.domain.timeframe import parse_timeframe


def _number(value: object) -> object:
    """Refuse `true`, which Python counts as 1."""
    if isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - pydantic takes no TypeError
            f"want a number, not {str(value).lower()}"
        )
    return value


def _decimal(value: object) -> object:
    """Take 0.1 as the decimal people wrote, not as its float64 neighbor."""
    return Decimal(repr(value)) if isinstance(value, float) else _number(value)


def _timeframe(value: object) -> object:
    if isinstance(value, str):
        parse_timeframe(value)
    return value


def _utc(value: object) -> object:
    """Take a time as text, and one that YAML has read as a date as the text it was."""
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str):
        try:
            year = datetime.fromisoformat(text).year
        except ValueError:
            raise ValueError(
                f"want a UTC time such as 2021-05-19 or 2021-05-19T12:00, not {text!r}"
            ) from None
        if not 1970 <= year < 2262:  # what nanoseconds in 64 bits reach
            raise ValueError(f"want a time from 1970 to 2261, not {text!r}")
    return text


Positive = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(_number), Field(gt=0)]
Timeframe = Annotated[str, BeforeValidator(_timeframe)]
UtcTime = Annotated[str, BeforeValidator(_utc)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Port = Annotated[int, BeforeValidator(_number), Field(ge=0, le=65535)]
AboveZero = Annotated[float, BeforeValidator(_number), Field(gt=0, allow_inf_nan=False)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?$")]


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


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
    instrument: str = Field(default="", description="BTC/USDT; signals name theirs themselves")
    kind: Literal["bars", "trades", "quotes", "signals"] = Field(
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
        if self.kind != "signals" and not self.instrument:
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


class VenueSection(Section):
    """The venue. Models and fill rules are the simulated one's; a real one has `params` alone."""

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


class StrategySection(Section):
    """One strategy at its instruments (all of the data when none are named)."""

    id: Slug = Field(description="its name in orders, reports and logs: a-z, 0-9 and -, up to 16")
    class_path: str = Field(alias="class", description="class path of the strategy")
    params: dict[str, Any] = Field(default_factory=dict, description="fields of its Params")
    instruments: tuple[str, ...] = Field(default=(), description="such as BTC/USDT; empty is all")
    enabled: bool = Field(default=True, description="false leaves it out")
    dry_run: bool = Field(default=False, description="decided and journaled, never sent")


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

    speed: Annotated[float, BeforeValidator(_number), Field(ge=0, allow_inf_nan=False)] = Field(
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


class KeySection(Section):
    """A key that signs envelopes. During a rotation a source has two."""

    id: Name = Field(description="its name in the head of an envelope; no two sources share one")
    secret: str | None = Field(default=None, description="out of a variable only: ${NAME}")
    secret_file: Path | None = Field(default=None, description="or a file that only you can read")

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret is None) == (self.secret_file is None):
            raise ValueError("want either secret or secret_file")
        return self


class SourceSection(Section):
    """A detector that may send signals: how it proves who it is, and how much it may ask for."""

    id: Name = Field(description="what its signals call their source")
    auth: Literal["hmac", "body_secret", "loopback"] = Field(
        default="hmac", description="how it proves who it is; the last two cannot sign"
    )
    keys: tuple[KeySection, ...] = Field(
        default=(), description="for hmac, one or more; for body_secret the one it sends"
    )
    instruments: tuple[str, ...] = Field(default=(), description="it may name; empty is all")
    addresses: tuple[str, ...] = Field(
        default=(), description="it may come from, such as 192.0.2.0/24; empty is all"
    )
    transports: tuple[str, ...] = Field(default=(), description="it may use; empty is all")
    notional_max: Positive | None = Field(
        default=None, description="quote units that one entry may be worth; exits are free"
    )
    per_second_max: AboveZero = Field(default=100.0, description="entries, and as many exits")
    ttl_s: AboveZero = Field(default=30.0, description="time to live of signals that bring none")
    dry_run: bool = Field(default=False, description="decide and journal, send nothing")

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        wanted = {"hmac": "one key or more", "body_secret": "one key", "loopback": "no key"}
        has = len(self.keys)
        if not {"hmac": has >= 1, "body_secret": has == 1, "loopback": has == 0}[self.auth]:
            raise ValueError(f"auth {self.auth} wants {wanted[self.auth]}, not {has}")
        return self

    @field_validator("addresses")
    @classmethod
    def _networks(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for each in addresses:
            ip_network(each)  # its ValueError says what an address looks like
        return addresses


class ServerSection(Section):
    """Where detectors push to, over HTTP and WebSocket."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Port = Field(default=8800, description="0 takes any free one")
    hosts: tuple[str, ...] = Field(
        default=(), description="further names it is reached by, such as of a proxy before it"
    )


class DetectorsSection(Section):
    """Signals from outside while the bot runs. Without a source nothing listens."""

    sources: tuple[SourceSection, ...] = ()
    server: ServerSection | None = Field(
        default=None, description="where they push to, see below; without it nothing listens"
    )
    venue_names: tuple[str, ...] = Field(
        default=(), description="names signals may have for the venue, such as binance on paper"
    )
    queue_max: Count = Field(default=4096, description="waiting signals, before entries are shed")
    dead_letter_path: Path | None = Field(
        default=Path("logs/dead-letters.jsonl"), description="what was refused; none keeps nothing"
    )

    @property
    def is_on(self) -> bool:
        """Whether any signal can come in."""
        return bool(self.sources)


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
    risk: RiskSection = RiskSection()
    execution: ExecutionSection = ExecutionSection()
    equity_sample_s: Count = Field(default=300, description="equity is marked this often")
    drawdown_window_s: Count = Field(default=86_400, description="how long a peak counts")
    journal: JournalSection = JournalSection()
    paper: PaperSection = PaperSection()
    monitoring: MonitoringSection = MonitoringSection()
    detectors: DetectorsSection = DetectorsSection()
    report: ReportSection = ReportSection()
    plugins: PluginsSection = PluginsSection()
    seed: Annotated[int, BeforeValidator(_number)] = Field(
        default=1, description="of models with dice, such as a jittery latency"
    )

    @property
    def is_live(self) -> bool:
        """Whether it talks to a venue over a network, the real one or a rehearsal's."""
        return self.mode in ("live", "rehearse")
