"""What the checks remember between events: equity peak, loss of the day, orders of the minute.

Owned and fed by the engine, saved with its state: a restart forgets neither peak nor loss.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.timeframe import DAY_NS

# Of the window, one minute each in 24 h; bounds the number of remembered peaks
_SLOTS: Final = 1440
_RUIN: Final = 1e-9  # what a ruined account counts as having left, so that no deposit heals it
_NEVER_NS: Final = 2**62 - 1  # in 2116; above it a compiled int is an object
_RATE_BOUND: Final = 100_000  # orders remembered; a limit above it would never be reached


class _Step:
    """Equity that held from one time to another."""

    __slots__ = ("equity", "from_ns", "to_ns")

    def __init__(self, equity: float, from_ns: int, to_ns: int) -> None:
        self.equity = equity
        self.from_ns = from_ns
        self.to_ns = to_ns


class EquityTracker:
    """Peak equity over a rolling window and the loss since 00:00 UTC, from samples in time order.

    Equity is a step function: a sample holds until the next one, so the peak of a window counts
    the value that held when it began. Transfers change neither drawdown nor loss: at a transfer
    the remembered equity is scaled by what the transfer did to the account, as fund units are. A
    peak may be kept for one slot (window / 1440) too long, never dropped early.
    """

    __slots__ = (
        "_day_base",
        "_day_end_ns",
        "_equity",
        "_first",
        "_last_ns",
        "_slot_ns",
        "_standing",
        "_steps",
        "_transfers",
        "_window_ns",
    )

    def __init__(self, window_ns: int) -> None:
        if window_ns <= 0:
            raise InvalidValueError(f"want window_ns > 0, not {window_ns}")
        self._window_ns = window_ns
        self._slot_ns = max(1, window_ns // _SLOTS)
        # Falling; the first that counts is the peak, the last holds now.
        self._steps: list[_Step] = []
        self._first = 0  # so many in front count no more, and are dropped together
        self._equity = 0.0
        self._standing = 0.0  # the last equity above zero, in the scale of the steps
        self._transfers = 0.0
        self._last_ns = 0
        self._day_end_ns = 0
        self._day_base = 0.0  # equity less transfers when the UTC day began

    def sample(self, event_ns: int, equity: float, transfers_total: float) -> None:
        """Take the equity of `event_ns`; `transfers_total` is all deposits less withdrawals so far.

        Both in account quote units. About 0.3 microseconds.

        Raises:
            InvalidValueError: A number is NaN or infinite.
        """
        if equity - equity != 0.0 or transfers_total - transfers_total != 0.0:
            raise InvalidValueError(f"want finite equity, not {equity} ({transfers_total} moved)")
        if event_ns >= self._day_end_ns:
            self._start_day(event_ns, equity - transfers_total)
        if transfers_total != self._transfers:
            self._rescale(equity, transfers_total)
        if equity > 0.0:
            self._standing = equity
        elif self._equity > 0.0:
            self._standing *= _RUIN
        self._equity = equity
        self._last_ns = event_ns

        steps, first = self._steps, self._first
        if steps:
            last = steps[-1]
            last.to_ns = event_ns
            top = last.equity
            if equity != top and (equity > top or event_ns - last.from_ns >= self._slot_ns):
                while len(steps) > first and steps[-1].equity <= equity:
                    steps.pop()
                steps.append(_Step(equity, event_ns, event_ns))
            left_ns = event_ns - self._window_ns
            while steps[first].to_ns <= left_ns:
                first += 1
            if first > _SLOTS:
                del steps[:first]
                first = 0
            self._first = first
        else:
            steps.append(_Step(equity, event_ns, event_ns))

    @property
    def peak(self) -> float:
        """Highest equity of the window in today's money; 0 before the first sample."""
        steps = self._steps
        return steps[self._first].equity if steps else 0.0

    @property
    def steady_until_ns(self) -> int:
        """Until when the peak stays as it is if equity does."""
        steps, first = self._steps, self._first
        return steps[first].to_ns + self._window_ns if len(steps) - first > 1 else _NEVER_NS

    @property
    def drawdown_fraction(self) -> float:
        """1 - equity / peak, never negative; 1 when nothing is left, 0 before the first sample."""
        if not self._steps:
            return 0.0
        return 1.0 if self._equity <= 0.0 else max(0.0, 1.0 - self._equity / self.peak)

    @property
    def loss_today(self) -> float:
        """Equity lost since 00:00 UTC of the last sample's day; negative is a gain."""
        return self._day_base - (self._equity - self._transfers)

    @property
    def day_start_equity(self) -> float:
        """Equity at 00:00 UTC, with the transfers since then added."""
        return self._day_base + self._transfers

    def save(self) -> dict[str, Any]:
        """Return everything as JSON values; at most 1,442 steps."""
        return {
            "equity": self._equity,
            "standing": self._standing,
            "transfers": self._transfers,
            "last_ns": self._last_ns,
            "day_end_ns": self._day_end_ns,
            "day_base": self._day_base,
            "steps": [
                [each.equity, each.from_ns, each.to_ns] for each in self._steps[self._first :]
            ],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Continue from what `save` returned; the window stays the one given at the start."""
        self._equity = state["equity"]
        self._standing = state["standing"]
        self._transfers = state["transfers"]
        self._last_ns = state["last_ns"]
        self._day_end_ns = state["day_end_ns"]
        self._day_base = state["day_base"]
        self._steps, self._first = [_Step(*each) for each in state["steps"]], 0

    def _start_day(self, event_ns: int, base: float) -> None:
        """Start the day where the last one ended, so that a loss over midnight counts.

        After more than a day without a sample, at the first one.
        """
        is_recent = bool(self._steps) and event_ns - self._last_ns <= DAY_NS
        self._day_base = self._equity - self._transfers if is_recent else base
        self._day_end_ns = (event_ns // DAY_NS + 1) * DAY_NS

    def _rescale(self, equity: float, transfers_total: float) -> None:
        """Scale what is remembered by equity after over equity before the transfer."""
        before = equity - (transfers_total - self._transfers)
        if before <= 0.0:
            if self._equity > 0.0:
                self._standing *= _RUIN
            before = self._standing  # emptied or ruined: the drawdown of then goes on
        self._transfers = transfers_total
        self._equity = equity
        if before <= 0.0:
            self._steps.clear()  # there never was anything
            self._first = 0
        elif equity <= 0.0:
            self._standing = before
        else:
            factor = equity / before
            for step in self._steps:
                step.equity *= factor


class RateTracker:
    """Counts what happened in the last `window_ns` nanoseconds, up to 100,000."""

    __slots__ = ("_times_ns", "_window_ns")

    def __init__(self, window_ns: int) -> None:
        if window_ns <= 0:
            raise InvalidValueError(f"want window_ns > 0, not {window_ns}")
        self._window_ns = window_ns
        self._times_ns: deque[int] = deque(maxlen=_RATE_BOUND)

    def add(self, event_ns: int) -> None:
        """Count one at `event_ns`; times do not go back."""
        self._times_ns.append(event_ns)

    def count(self, now_ns: int) -> int:
        """Return how many happened after `now_ns - window_ns`."""
        times, left_ns = self._times_ns, now_ns - self._window_ns
        while times and times[0] <= left_ns:
            times.popleft()
        return len(times)

    def save(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {"times_ns": list(self._times_ns)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Continue from what `save` returned."""
        self._times_ns = deque(state["times_ns"], maxlen=_RATE_BOUND)
