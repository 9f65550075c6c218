"""The scanner: which few of all instruments may be entered now, ranked by what they have done.

It reads bars of one timeframe of every instrument, keeps those that pass its filters, ranks them by
return, trend and volatility, and writes the first few into the journal as the shortlist. Positions
in what is not on it are left as they are: only entries are refused there.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from argonaut.domain.command import Command, Record
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import to_float
from argonaut.domain.record import Scanned, Shortlisted
from argonaut.domain.timeframe import parse_timeframe
from argonaut.engine.route import Route
from argonaut.indicators import Atr
from argonaut.indicators.errors import IndicatorError

if TYPE_CHECKING:
    from argonaut.engine.account import Account

_MINUTE_NS = 60 * 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What is looked at, what is left out, how the rest is ranked. Fractions: 0.005 is 0.5 %."""

    timeframe: str = "15m"
    window_bars: int = 96  # a day of them: return, trend and volume are of it
    atr_bars: int = 14
    return_weight: float = 0.5
    trend_weight: float = 0.3
    volatility_weight: float = 0.2
    volume_min_quote: float = 250_000.0  # traded in the window, account quote units
    atr_fraction_min: float = 0.005  # average true range of a bar over the price
    atr_fraction_max: float = 0.1
    spread_fraction_max: float = 0.005  # of the mid price, where quotes are known
    tick_fraction_max: float = 0.002  # one tick over the price
    top: int = 3
    every_min: float = 30.0  # the shortlist is not changed more often
    allow: tuple[str, ...] = ()  # nothing else is looked at; empty is everything
    deny: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would rank nothing."""
        parse_timeframe(self.timeframe)
        for name in ("window_bars", "atr_bars", "top"):
            if getattr(self, name) < 1:
                raise InvalidValueError(f"want {name} >= 1, not {getattr(self, name)}")
        weights = (self.return_weight, self.trend_weight, self.volatility_weight)
        if not (all(0 <= each <= 1 for each in weights) and math.isclose(sum(weights), 1)):
            raise InvalidValueError(f"want three weights that sum to 1, not {weights}")
        if not 0 <= self.atr_fraction_min < self.atr_fraction_max:
            raise InvalidValueError(
                f"want 0 <= atr_fraction_min < atr_fraction_max, not {self.atr_fraction_min} "
                f"and {self.atr_fraction_max}"
            )
        for name in ("spread_fraction_max", "tick_fraction_max", "every_min"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")


def scanner_of(
    scan: Scan | None, account: Account, emit: Callable[[Command], None], *, tells_bars: bool
) -> Scanner | None:
    """Return a scanner of every instrument of the account, where one is wanted."""
    return None if scan is None else Scanner(scan, account, emit, tells_bars=tells_bars)


class _Meter:
    """What the scanner knows of one instrument."""

    __slots__ = ("atr", "bars", "is_resumed", "last_ns", "route", "scan")

    def __init__(self, route: Route, scan: Scan) -> None:
        self.route = route
        self.scan = scan
        self.bars: deque[tuple[float, float]] = deque(maxlen=scan.window_bars + 1)
        self.atr = Atr(scan.atr_bars)
        self.last_ns = 0  # close of the last bar
        self.is_resumed = False  # what is known was learned before a restart

    def take(self, bar: Scanned) -> None:
        """Measure a bar; one that was measured before a restart is shown again by a warm-up."""
        if bar.close_ns <= self.last_ns:
            return
        if self.is_resumed:
            self._forget((bar.close_ns - self.last_ns) // bar.timeframe_ns - 1)
        self.last_ns = bar.close_ns
        self.bars.append((bar.close, bar.notional))
        self.atr.update(bar.high, bar.low, bar.close)

    def _forget(self, missing: int) -> None:
        """Let go of as many old bars as nobody saw while the bot was down: the window stays one."""
        self.is_resumed = False
        if missing >= len(self.bars):
            self.atr = self.atr.fresh()
        for _ in range(min(missing, len(self.bars))):
            self.bars.popleft()

    def save(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"last_ns": self.last_ns, "bars": list(self.bars), "atr": self.atr.save()}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take back what `save` returned; a measure of other bars is none."""
        with suppress(IndicatorError):  # the config has another length now
            self.atr.load(saved["atr"])
            self.last_ns = saved["last_ns"]
            self.bars.extend((close, notional) for close, notional in saved["bars"])
            self.is_resumed = True

    def measures(self) -> tuple[float, float, float]:
        """Return, trend and volatility over the window."""
        first, last = self.bars[0][0], self.bars[-1][0]
        mean = sum(close for close, _ in self.bars) / len(self.bars)
        atr = self.atr.value
        assert atr is not None, "filtered before"
        return last / first - 1, last / mean - 1, atr / last


class Scanner:
    """Selects anew on the first bar of its timeframe after `every_min` minutes."""

    def __init__(
        self, scan: Scan, account: Account, emit: Callable[[Command], None], *, tells_bars: bool
    ) -> None:
        """`tells_bars` is for runs whose restart folds the journal and has no tape."""
        self.scan = scan
        self.shortlist: tuple[InstrumentId, ...] | None = None  # None: never selected so far
        self.due_ns = 0
        self._since_ns: int | None = None  # since when a selection is due
        self._account = account
        self._emit = emit
        self._tells_bars = tells_bars
        self._timeframe_ns = parse_timeframe(scan.timeframe)
        self._meters = {
            name: _Meter(route, scan)
            for name, route in account.routes.items()
            if route.base_timeframe_ns and self._is_wanted(name)
        }
        for meter in self._meters.values():
            frame = meter.route.frame(self._timeframe_ns)
            frame.updates.append(self._updater(meter))

    def blocker(self, instrument_id: InstrumentId) -> str:
        """Return why an instrument may not be entered, or nothing."""
        if self.shortlist is None:
            return f"the scanner has not selected yet: {self.scan.window_bars + 1} bars are wanted"
        if instrument_id in self.shortlist:
            return ""
        return f"not on the shortlist of {', '.join(self.shortlist) or 'nothing'}"

    def past_ns(self, instrument_id: InstrumentId) -> int:
        """Return how much of the past a warm-up has to show of an instrument, nanoseconds.

        One bar more than is measured: the first may have begun before what is shown.
        """
        if instrument_id not in self._meters:
            return 0
        return (max(self.scan.window_bars, self.scan.atr_bars) + 2) * self._timeframe_ns

    def repeat(self, told: Shortlisted) -> None:
        """Take a shortlist as a stored row has it."""
        self.shortlist, self.due_ns = told.instruments, told.until_ns

    def repeat_bar(self, told: Scanned) -> None:
        """Take a bar as a stored row has it."""
        meter = self._meters.get(told.instrument_id)
        if meter is not None and told.timeframe_ns == self._timeframe_ns:
            meter.is_resumed = False
            meter.take(told)
            meter.is_resumed = True

    def save(self) -> dict[str, Any]:
        """Return the shortlist and what is measured, as JSON values."""
        chosen = self.shortlist
        return {
            "shortlist": None if chosen is None else list(chosen),
            "due_ns": self.due_ns,
            "timeframe_ns": self._timeframe_ns,
            "meters": {name: meter.save() for name, meter in self._meters.items()},
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned."""
        if not state:
            return
        chosen = state["shortlist"]
        self.shortlist = None if chosen is None else tuple(chosen)
        self.due_ns = state["due_ns"]
        if state.get("timeframe_ns") == self._timeframe_ns:  # snapshots of before have none
            for name, saved in state["meters"].items():
                if name in self._meters:
                    self._meters[name].load(saved)

    def _is_wanted(self, name: InstrumentId) -> bool:
        plain = name.partition("@")[0]
        allow, deny = self.scan.allow, self.scan.deny
        return plain not in deny and (not allow or plain in allow)

    def _updater(self, meter: _Meter) -> Callable[[Bar], object]:
        def update(bar: Bar) -> None:
            measured = Scanned(
                instrument_id=bar.instrument_id,
                timeframe_ns=bar.timeframe_ns,
                close_ns=bar.close_ns,
                high=bar.high,
                low=bar.low,
                close=bar.close,
                notional=bar.volume * bar.close,
            )
            meter.take(measured)
            if self._tells_bars and self._account.mode is not TradingMode.RECOVERING:
                self._emit(Record("scanned", bar.instrument_id, measured))
            if self._is_due(bar.close_ns):
                self._since_ns = None
                self._select(self._account.now_ns)

        return update

    def _is_due(self, close_ns: int) -> bool:
        """Whether it is time, and every instrument has its bar of this moment.

        One that is silent is waited for until the next moment.
        """
        account = self._account
        is_past = account.now_ns - close_ns >= self._timeframe_ns
        if account.mode is TradingMode.RECOVERING or is_past or account.now_ns < self.due_ns:
            return False
        if self._since_ns is None:
            self._since_ns = close_ns
        is_whole = all(each.last_ns == close_ns for each in self._meters.values())
        return is_whole or close_ns > self._since_ns

    def _select(self, now_ns: int) -> None:
        """Rank what passes the filters and journal the first few, with why the others are out."""
        out: dict[str, str] = {}
        left: list[_Meter] = []
        is_any_known = False
        for name, meter in self._meters.items():
            fault = self._fault(meter)
            is_any_known = is_any_known or len(meter.bars) > self.scan.window_bars
            if fault:
                out[name] = fault
            else:
                left.append(meter)
        if not is_any_known:
            return
        scores = self._scores([each.measures() for each in left])
        ranked = sorted(
            zip(scores, left, strict=True),
            key=lambda each: (-each[0], each[1].route.instrument.instrument_id),
        )
        chosen = [meter.route.instrument.instrument_id for _, meter in ranked[: self.scan.top]]
        self.due_ns = now_ns + int(self.scan.every_min * _MINUTE_NS)
        self.shortlist = tuple(chosen)
        told = Shortlisted(
            instruments=self.shortlist,
            scores={
                meter.route.instrument.instrument_id: round(score, 6) for score, meter in ranked
            },
            out=out,
            until_ns=self.due_ns,
        )
        self._emit(Record("shortlist", self._account.quote, told))

    def _fault(self, meter: _Meter) -> str:
        """Return why an instrument is left out; what is not known leaves it out, but for quotes."""
        scan, route, atr = self.scan, meter.route, meter.atr.value
        if len(meter.bars) <= scan.window_bars or atr is None:
            return f"{len(meter.bars)} bars are known, want {scan.window_bars + 1}"
        price = meter.bars[-1][0]
        rate = self._account.to_account_quote(route.instrument.quote)
        if rate is None:
            return f"the value of {route.instrument.quote} is not known"
        size = to_float(route.instrument.contract_size * rate)
        volume = sum(notional for _, notional in meter.bars) * size
        if volume < scan.volume_min_quote:
            return f"{volume:,.0f} traded, want {scan.volume_min_quote:,.0f}"
        if not scan.atr_fraction_min <= atr / price <= scan.atr_fraction_max:
            least, most = scan.atr_fraction_min, scan.atr_fraction_max
            return f"a range of {atr / price:.2%} a bar, want {least:.2%} to {most:.2%}"
        if route.bid is not None and route.ask is not None:
            spread = (route.ask - route.bid) / ((route.ask + route.bid) * 0.5)
            if spread > scan.spread_fraction_max:
                return f"a spread of {spread:.2%}, want {scan.spread_fraction_max:.2%}"
        tick = to_float(route.instrument.tick_size) / price
        if tick > scan.tick_fraction_max:
            return f"a tick of {tick:.2%} of the price, want {scan.tick_fraction_max:.2%}"
        return ""

    def _scores(self, measures: Sequence[tuple[float, float, float]]) -> list[float]:
        """Return for each its weighted ranks: 1 is best in everything, 0 worst."""
        weights = (self.scan.return_weight, self.scan.trend_weight, self.scan.volatility_weight)
        count = len(measures)
        scores = [0.0] * count
        for axis, weight in enumerate(weights):
            for at, each in enumerate(measures):
                below = sum(other[axis] < each[axis] for other in measures)
                scores[at] += weight * (below / (count - 1) if count > 1 else 1.0)
        return scores
