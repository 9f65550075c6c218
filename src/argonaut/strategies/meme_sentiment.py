"""Meme sentiment: buy a coin that many people suddenly talk well about, before it has run away.

The idea, its guards and where it fails: docs/explanation/meme-sentiment.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Protection, RiskFraction, Signal, Skip, Target
from argonaut.indicators import RollingLow
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_DENIED = ("scam", "rug", "hack", "exploit", "delist", "lawsuit", "airdrop", "giveaway", "presale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Guards of the meme strategy. Fractions: 0.55 is 55 percent."""

    priority_min: float = 0.82  # of the feed, 0 to 1
    score_min: float = 2.2  # strength on the feeds' common scale, 0 to 5
    mentions_min: int = 18
    velocity_min: float = 1.0  # mentions over the usual number
    sentiment_min: float = 0.0  # -1 to +1; an event that does not know it passes
    run_fraction_max: float = 0.55  # over the low of `run_bars`: it has run already
    run_bars: int = 360
    spread_fraction_max: float = 0.035  # of the mid price
    quote_age_max_s: float = 30.0
    deny_words: tuple[str, ...] = _DENIED  # in title or body, whole words and their beginnings
    ttl_s: float = 900.0  # where the event brings none; counted from its publication
    cooldown_s: float = 1200.0  # between two entries
    risk_fraction: Decimal = Decimal("0.0075")  # of equity lost if the stop is hit
    stop_fraction: float = 0.10
    target_fraction: float = 0.25
    trail_fraction: float = 0.12

    def __post_init__(self) -> None:
        """Refuse guards that would guard nothing."""
        if not 0 <= self.priority_min <= 1:
            raise InvalidValueError(f"want 0 <= priority_min <= 1, not {self.priority_min}")
        if not -1 <= self.sentiment_min <= 1:
            raise InvalidValueError(f"want -1 <= sentiment_min <= 1, not {self.sentiment_min}")
        for name in ("score_min", "mentions_min", "velocity_min", "cooldown_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InvalidValueError(f"want {name} >= 0, not {value}")
        for name in ("run_fraction_max", "run_bars", "quote_age_max_s", "ttl_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        for name in ("spread_fraction_max", "stop_fraction", "target_fraction", "trail_fraction"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.1 is ten percent), not {value}")
        if not Decimal("0.005") <= self.risk_fraction <= Decimal("0.01"):
            raise InvalidValueError(
                f"want 0.005 <= risk_fraction <= 0.01 of equity, not {self.risk_fraction}"
            )


class MemeSentiment(Strategy):
    """Long only, one position at a time; the engine's bracket closes it."""

    saved = ("_entered_ns", "_reason")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.asset = instrument_id.partition("/")[0]
        self.low = self.use(RollingLow(params.run_bars, of="low"))
        self._price: float | None = None
        self._bid = self._ask = 0.0
        self._quoted_ns: int | None = None
        self._entered_ns: int | None = None
        self._reason = ""  # what stood against the last event

    def on_bar(self, bar: Bar, holding: Holding) -> None:
        """Remember the price: the run is measured against it."""
        del holding
        self._price = bar.close

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember what it would cost to get in and out."""
        del holding
        self._bid, self._ask, self._quoted_ns = quote.bid, quote.ask, quote.event_ns

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Enter on an event about this coin that passes every guard; else say which it failed."""
        if event.kind != "social" or self.asset not in event.symbols:
            return None
        return self._judge(event, holding)

    def explain(self) -> str:
        """Say what stood against the last event."""
        return self._reason

    def _judge(self, event: ExternalEvent, holding: Holding) -> Iterator[Signal]:
        blocker = (
            self._about_us(event.event_ns, holding)
            or self._about_event(event)
            or self._about_market(event.event_ns)
        )
        said = f"{event.source}: {event.mentions} mentions of {self.asset}, score {event.score}"
        self._reason = blocker
        if blocker:
            yield Skip(
                strategy_id=self.strategy_id,
                instrument_id=self.instrument_id,
                reason=f"{said}, but {blocker}",
            )
            return
        self._entered_ns = event.event_ns
        yield self._entry(said)

    def _about_us(self, now_ns: int, holding: Holding) -> str:
        if not holding.is_idle:
            return "something is held or on its way"
        entered_ns, cooldown_s = self._entered_ns, self.params.cooldown_s
        if entered_ns is not None and now_ns - entered_ns < cooldown_s * _SECOND_NS:
            return f"cooldown of {cooldown_s:g} s"
        return ""

    def _about_event(self, event: ExternalEvent) -> str:
        """Return what is missing in the event; what it does not know is missing."""
        params = self.params
        ttl_s = params.ttl_s if event.ttl_s is None else event.ttl_s
        published_ns = event.event_ns if event.published_ns is None else event.published_ns
        if event.event_ns - published_ns > ttl_s * _SECOND_NS:
            return f"it is older than {ttl_s:g} s"
        for name, value, least in (
            ("priority", event.priority, params.priority_min),
            ("score", event.score, params.score_min),
            ("mentions", event.mentions, params.mentions_min),
            ("velocity", event.velocity, params.velocity_min),
        ):
            if value is None or value < least:
                return f"want {name} >= {least:g}, not {'unknown' if value is None else value}"
        if event.sentiment is not None and event.sentiment < params.sentiment_min:
            return f"want sentiment >= {params.sentiment_min:g}, not {event.sentiment:g}"
        words = f" {event.title} {event.body}".lower()
        denied = next((each for each in params.deny_words if f" {each.lower()}" in words), "")
        return f"it says {denied!r}" if denied else ""

    def _about_market(self, now_ns: int) -> str:
        """Return what the market has against it; what is not known counts against it."""
        params = self.params
        low, price = self.low.value, self._price
        if low is None or price is None:
            return f"the low of {params.run_bars} bars is not known yet"
        run = price / low - 1
        if run > params.run_fraction_max:
            return f"it has run {run:.0%} already, want at most {params.run_fraction_max:.0%}"
        quoted_ns = self._quoted_ns
        if quoted_ns is None or now_ns - quoted_ns > params.quote_age_max_s * _SECOND_NS:
            return f"no quote of the last {params.quote_age_max_s:g} s"
        spread = (self._ask - self._bid) / ((self._ask + self._bid) * 0.5)
        if spread > params.spread_fraction_max:
            return f"a spread of {spread:.2%}, want at most {params.spread_fraction_max:.2%}"
        return ""

    def _entry(self, reason: str) -> Enter:
        params = self.params
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=RiskFraction(params.risk_fraction),
            protection=Protection(
                stop_fraction=params.stop_fraction,
                trail_fraction=params.trail_fraction,
                targets=(Target(fraction=params.target_fraction),),
            ),
            tag="meme_sentiment",
            reason=reason,
        )
