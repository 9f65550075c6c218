"""The door for what comes from outside: signals have an effect at most once, and only in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from argonaut.domain.event import DetectorSignal, ExternalEvent, signal_fault

_SECOND_NS = 1_000_000_000
_AHEAD_MAX_S = 5.0  # a detector's clock may run ahead of ours by so much
_HEARD_MAX = 10_000  # events remembered; whoever brings them remembers for ever


class Doorman:
    """Remembers every (source, id) for ever and turns away what is stale or not for us."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], None] = {}  # a set that keeps its order
        self._heard: dict[tuple[str, str], None] = {}

    def judge(self, signal: DetectorSignal, *, known: bool, takers: bool) -> tuple[str, str]:
        """Return (answer, detail): accepted, duplicate, expired or rejected."""
        key = (signal.source, signal.signal_id)
        if key in self._seen:
            return "duplicate", f"{signal.source} sent {signal.signal_id} before"
        self._seen[key] = None
        if not known:
            return "rejected", f"unknown instrument {signal.instrument_id}"
        fault = signal_fault(signal)
        if fault:
            return "rejected", fault
        if signal.sent_ns is not None:
            age_s = (signal.event_ns - signal.sent_ns) / _SECOND_NS
            if signal.ttl_s is not None and age_s > signal.ttl_s:
                return "expired", f"{age_s:.3f} s old, its time to live is {signal.ttl_s} s"
            if -age_s > _AHEAD_MAX_S:
                return "rejected", f"sent {-age_s:.3f} s from now, {_AHEAD_MAX_S:g} s are allowed"
        if not takers:
            return "rejected", f"no strategy takes signals for {signal.instrument_id}"
        return "accepted", ""

    def has_seen(self, source: str, signal_id: str) -> bool:
        """Whether a signal of this source and id has come before."""
        return (source, signal_id) in self._seen

    def remember(self, signal: DetectorSignal) -> None:
        """Take a signal as seen, whatever became of it."""
        self._seen[signal.source, signal.signal_id] = None

    def hear(self, event: ExternalEvent) -> None:
        """Remember an external event: its bringer may not have come to write it down."""
        self._heard[event.source, event.event_id] = None
        if len(self._heard) > _HEARD_MAX:
            del self._heard[next(iter(self._heard))]

    def has_heard(self, source: str, event_id: str) -> bool:
        """Whether an event of this source and id is among the last that came."""
        return (source, event_id) in self._heard

    def save_heard(self) -> list[list[str]]:
        """Return the events remembered, as JSON values."""
        return [list(key) for key in self._heard]

    def load_heard(self, heard: Iterable[Sequence[str]]) -> None:
        """Take back what `save_heard` returned."""
        self._heard = dict.fromkeys((each[0], each[1]) for each in heard)

    def save(self) -> list[list[str]]:
        """Return every (source, id) seen, as JSON values."""
        return [list(key) for key in self._seen]

    def load(self, seen: Iterable[Sequence[str]]) -> None:
        """Take back what `save` returned."""
        self._seen = dict.fromkeys((each[0], each[1]) for each in seen)
