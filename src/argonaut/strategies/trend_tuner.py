"""The tuner of the trend follower: proposes other knobs from its win rate, and tries them first.

A proposal is fitted to trades of the past and judged by the bars that come after it: a walk-forward
without an end. Two ghosts trade those bars on paper, one with the knobs in use, one with those
proposed; only when the second did better may the knobs move. The rules and where it fails:
docs/explanation/trend-tuner.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

TRADES_MIN = 30  # of the win rate; the oldest of them is forgotten for the next
TRADES_BETWEEN = 15  # between two looks
WIN_RATE_LOW, WIN_RATE_HIGH = 0.40, 0.65
STOP_ATR_BOUNDS = (0.5, 2.5)
TARGET_ATR_BOUNDS = (1.0, 4.0)
RSI_LOW_BOUNDS, RSI_HIGH_BOUNDS = (40.0, 60.0), (65.0, 85.0)
COOLDOWN_BOUNDS = (0, 12)
TRIAL_TRADES_MIN = 5  # the proposed knobs' own, before anything is said of them
COST_FRACTION = 0.002  # of a ghost's round trip: fees of 0.1 % a side
_RSI_STEP, _FACTOR, _COOLDOWN_STEP = 2.0, 0.1, 1


class Knobs(NamedTuple):
    """What the tuner may move."""

    rsi_low: float
    rsi_high: float
    stop_atr: float
    target_atr: float
    cooldown_bars: int

    def __str__(self) -> str:
        """Say them to a person."""
        return (
            f"RSI {self.rsi_low:g} to {self.rsi_high:g}, stop {self.stop_atr:.3g} ATR, "
            f"target {self.target_atr:.3g} ATR, cooldown {self.cooldown_bars} bars"
        )


def proposal(knobs: Knobs, win_rate: float) -> Knobs | None:
    """Return knobs one step pickier below the low rate, one step bolder above the high one.

    Pickier is a narrower RSI window, a stop that is further away and a target that is nearer,
    and a longer pause. None between the rates, and where every knob is at its bound.
    """
    if WIN_RATE_LOW <= win_rate <= WIN_RATE_HIGH:
        return None
    sign = 1 if win_rate < WIN_RATE_LOW else -1
    moved = Knobs(
        rsi_low=_bounded(knobs.rsi_low, knobs.rsi_low + sign * _RSI_STEP, RSI_LOW_BOUNDS),
        rsi_high=_bounded(knobs.rsi_high, knobs.rsi_high - sign * _RSI_STEP, RSI_HIGH_BOUNDS),
        stop_atr=_bounded(knobs.stop_atr, knobs.stop_atr * (1 + sign * _FACTOR), STOP_ATR_BOUNDS),
        target_atr=_bounded(
            knobs.target_atr, knobs.target_atr * (1 - sign * _FACTOR), TARGET_ATR_BOUNDS
        ),
        cooldown_bars=int(
            _bounded(
                knobs.cooldown_bars, knobs.cooldown_bars + sign * _COOLDOWN_STEP, COOLDOWN_BOUNDS
            )
        ),
    )
    return None if moved == knobs else moved


def _bounded(now: float, wanted: float, bounds: tuple[float, float]) -> float:
    """Return `wanted` within bounds; what a person has set beyond them does not move further."""
    least, most = min(bounds[0], now), max(bounds[1], now)
    return min(max(wanted, least), most)


class Ghost(msgspec.Struct, forbid_unknown_fields=True):
    """Trades on paper by the bars alone: at closes, stop before target, costs taken off."""

    knobs: Knobs
    sign: int = 0  # +1 long, -1 short, 0 nothing
    price: float = 0.0
    stop: float = 0.0
    target: float = 0.0
    closed_ns: int | None = None
    trades: int = 0
    gain: float = 0.0  # sum of the trades' fractions

    def open(self, sign: int, price: float, *, stop: float, target: float) -> None:
        """Enter at a close."""
        self.sign, self.price, self.stop, self.target = sign, price, stop, target

    def watch(self, low: float, high: float, close_ns: int) -> None:
        """Leave where the bar touched the stop, else the target."""
        worst, best = (low, high) if self.sign > 0 else (high, low)
        if self.sign * (worst - self.stop) <= 0:
            self.close(self.stop, close_ns)
        elif self.sign * (best - self.target) >= 0:
            self.close(self.target, close_ns)

    def close(self, price: float, close_ns: int) -> None:
        """Leave at a price."""
        self.gain += self.sign * (price / self.price - 1) - COST_FRACTION
        self.trades += 1
        self.sign, self.closed_ns = 0, close_ns

    def tighten(self, stop: float) -> None:
        """Move the stop, in the protective direction alone."""
        if stop > 0 and self.sign * (stop - self.stop) > 0:
            self.stop = stop


class Tuner:
    """Counts trades won, puts proposals on trial, and says what came of them."""

    def __init__(self, knobs: Knobs, *, acts: bool) -> None:
        self.base = knobs  # as the config has them
        self.knobs = knobs  # in use
        self._acts = acts
        self._won: list[bool] = []
        self._since_look = 0
        self.control: Ghost | None = None  # both or neither: a trial is on
        self.candidate: Ghost | None = None

    @property
    def ghosts(self) -> Iterator[Ghost]:
        """Who trades on paper now."""
        if self.control is not None and self.candidate is not None:
            yield self.control
            yield self.candidate

    def on_trade(self, *, won: bool) -> Iterator[str]:
        """Take a closed trade; yield what is to be told, a move of the knobs included."""
        self._won = [*self._won, won][-TRADES_MIN:]
        self._since_look += 1
        if len(self._won) < TRADES_MIN or self._since_look < TRADES_BETWEEN:
            return
        self._since_look = 0
        if self.candidate is not None and self.control is not None:
            if self.candidate.trades < TRIAL_TRADES_MIN:
                return  # too few to judge by: it goes on
            yield self._judge(self.control, self.candidate)
        yield from self._look()

    def _judge(self, control: Ghost, candidate: Ghost) -> str:
        """End a trial: take the proposed knobs if they did better on the bars since."""
        self.control = self.candidate = None
        compared = (
            f"{candidate.knobs} made {candidate.gain:+.2%} in {candidate.trades} trades since, "
            f"those in use {control.gain:+.2%} in {control.trades}"
        )
        if not candidate.gain > control.gain:
            return f"tuner: left, {compared}"
        if not self._acts:
            return f"tuner: advises, {compared}"
        self.knobs = candidate.knobs
        return f"tuner: taken, {compared}"

    def _look(self) -> Iterator[str]:
        """Put other knobs on trial where the win rate calls for them."""
        wins = sum(self._won)
        moved = proposal(self.knobs, wins / TRADES_MIN)
        if moved is None:
            return
        self.control, self.candidate = Ghost(self.knobs), Ghost(moved)
        side = "below" if wins / TRADES_MIN < WIN_RATE_LOW else "above"
        rate = WIN_RATE_LOW if side == "below" else WIN_RATE_HIGH
        yield (
            f"tuner: {wins} of {TRADES_MIN} trades won, {side} {rate:.2f}: "
            f"on trial {moved}; in use {self.knobs}"
        )

    def save(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        saved: dict[str, Any] = msgspec.to_builtins(
            {
                "base": self.base,
                "knobs": self.knobs,
                "won": self._won,
                "since_look": self._since_look,
                "control": self.control,
                "candidate": self.candidate,
            }
        )
        return saved

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned; nothing where a person has set other knobs since."""
        if not state or msgspec.convert(state["base"], Knobs) != self.base:
            return
        self.knobs = msgspec.convert(state["knobs"], Knobs)
        self._won, self._since_look = list(state["won"]), state["since_look"]
        self.control = msgspec.convert(state["control"], Ghost | None)
        self.candidate = msgspec.convert(state["candidate"], Ghost | None)
