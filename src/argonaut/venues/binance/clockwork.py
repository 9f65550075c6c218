"""The venue's clock as far as we know it, with a bound on how wrong that may be.

It runs on monotonic time, so a step of this machine's own clock does not move it (F05).
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from argonaut.ports import Clock

_SAMPLES = 8
_DRIFT_PPM = 200  # more than any crystal in a machine that runs
_HALF_MS_NS = 500_000  # the venue tells whole milliseconds: the middle, give or take half


class Sample(NamedTuple):
    """One question about the time: at `mono_ns` the venue's clock stood at `server_ns`."""

    mono_ns: int
    server_ns: int
    error_ns: int


class ServerClock:
    """What the venue's clock shows now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=_SAMPLES)
        self._closest: Sample | None = None
        self._is_trusted = False

    def learn(self, *, sent_ns: int, got_ns: int, server_ms: int) -> None:
        """Take over an answer: asked at `sent_ns`, had at `got_ns`, both monotonic."""
        middle = (sent_ns + got_ns) // 2
        sample = Sample(
            middle, server_ms * 1_000_000 + _HALF_MS_NS, (got_ns - sent_ns) // 2 + _HALF_MS_NS
        )
        while self._samples and not self._agree(self._samples[-1], sample):
            self._samples.pop()  # a clock has stepped, theirs or ours: the newer one counts
        self._samples.append(sample)
        self._closest = min(self._samples, key=_rank)
        self._is_trusted = True

    def forget(self) -> None:
        """Trust nothing learnt so far: the venue has refused a time we signed.

        It stays the best guess until the venue is asked anew. Mostly the request was late and the
        time right, and the clock of this machine may be hours away.
        """
        self._samples.clear()
        self._is_trusted = False

    def now_ns(self) -> int:
        """UTC nanoseconds at the venue; this machine's own until the venue was asked."""
        closest = self._closest
        if closest is None:
            return self._clock.wall_ns()
        return closest.server_ns + self._clock.mono_ns() - closest.mono_ns

    def now_ms(self) -> int:
        """UTC milliseconds at the venue, for signing."""
        return self.now_ns() // 1_000_000

    def error_ns(self) -> int | None:
        """Bound on how wrong `now_ns` is; None while the venue has to be asked."""
        closest = self._closest
        if closest is None or not self._is_trusted:
            return None
        return _error_ns(closest, self._clock.mono_ns())

    @staticmethod
    def _agree(older: Sample, newer: Sample) -> bool:
        apart = (newer.server_ns - older.server_ns) - (newer.mono_ns - older.mono_ns)
        return abs(apart) <= newer.error_ns + _error_ns(older, newer.mono_ns)


def _rank(sample: Sample) -> int:
    """Order samples by how closely they bind: all drift alike, so the order never changes."""
    return sample.error_ns * 1_000_000 - sample.mono_ns * _DRIFT_PPM


def _error_ns(sample: Sample, mono_ns: int) -> int:
    return sample.error_ns + (mono_ns - sample.mono_ns) * _DRIFT_PPM // 1_000_000
