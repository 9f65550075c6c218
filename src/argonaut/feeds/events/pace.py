"""How long to wait until a source is asked again: jittered when well, backing off when not."""

from __future__ import annotations

from argonaut.ports import Rng

_JITTER = 0.2  # of the interval, up and down
_FIRST_S, _MOST_S = 1.0, 300.0  # the shortest wait after a failure, and the longest
_ASKED_MOST_S = 3600.0  # a source may ask for so long a rest at most
_WELL_AFTER = 3  # good answers in a row before old failures are forgotten
_DOUBLINGS_MAX = 16


class Pace:
    """The waits of one source. `interval_s` is from one question to the next."""

    def __init__(self, interval_s: float, rng: Rng) -> None:
        self._interval_s = interval_s
        self._rng = rng
        self._doublings = 0
        self._good = 0

    def after_good(self) -> float:
        """Return the seconds to wait after a good answer: the interval, 20 % up or down.

        One good answer proves little: only several in a row make the next failure the first.
        """
        self._good += 1
        if self._good >= _WELL_AFTER:
            self._doublings = 0
        return self._interval_s * (1 - _JITTER + 2 * _JITTER * self._rng.random())

    def after_bad(self, *, asked_s: float = 0.0) -> float:
        """Return the seconds to wait after a bad one, never less than the source asked for.

        Full jitter: anything from a second to a ceiling that doubles with every failure, so that
        many bots do not come back in step.
        """
        self._good = 0
        ceiling_s = min(_FIRST_S * 2.0 ** min(self._doublings + 1, _DOUBLINGS_MAX), _MOST_S)
        self._doublings += 1
        wait_s = _FIRST_S + (ceiling_s - _FIRST_S) * self._rng.random()
        return max(wait_s, min(asked_s, _ASKED_MOST_S))
