"""When the world let the trader work: a deadline counts healthy time only.

Disturbed is while a fault lasts, while the trader is down or recovering, and for some time after
a request that was answered late, with an error or not at all: until its fate may be known. So is
the way of a request that is slow and answered in time, each moment in which the trader's machine
stood still, silence for as long as the venue asked for it, and a market that has nobody to trade
with: one that took a part has somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from argonaut.rehearsal.simulation.evidence import Evidence, Sent
from argonaut.rehearsal.simulation.plan import SECOND_NS

_LATE_NS = 2 * SECOND_NS  # an answer later than that came too late to count on
_DOUBT_NS = 45 * SECOND_NS  # so long a request without an answer may keep an order UNKNOWN
_SETTLE_NS = 5 * SECOND_NS  # after a fault or a silence: reconnect and look around
_TIMELESS_NS = 30 * SECOND_NS  # a fault without a length, such as a lost frame, may hurt as long

Span = tuple[int, int]


class Health:
    """The disturbed spans of one run, merged and in order."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    @cached_property
    def disturbed(self) -> tuple[Span, ...]:
        """Spans in which nothing can be asked of the trader in time."""
        spans = (
            self._faults(),
            self._downs(),
            self._stalls(),
            self._doubts(),
            self._silences(),
            self._delays(),
            self._droughts(),
        )
        return merged([each for kind in spans for each in kind])

    def deadline_ns(self, at_ns: int, allowance_ns: int) -> int:
        """Return when `allowance_ns` of healthy time have passed since `at_ns`."""
        left, now_ns = allowance_ns, at_ns
        for start_ns, end_ns in self.disturbed:
            if end_ns <= now_ns:
                continue
            if now_ns < start_ns:
                if start_ns - now_ns >= left:
                    break
                left -= start_ns - now_ns
            now_ns = end_ns
        return now_ns + left

    def _faults(self) -> Iterable[Span]:
        for fault in self._evidence.plan.faults:
            if fault.kind == "operator":
                continue  # a person's word disturbs nothing, and is to be obeyed at once
            tail_ns = _SETTLE_NS if fault.for_ns else _TIMELESS_NS
            yield fault.at_ns, fault.end_ns + tail_ns

    def _downs(self) -> Iterable[Span]:
        """From the end of each life to the moment the next one is ready."""
        since_ns = 0
        for life in self._evidence.lives:
            until_ns = life.ready_ns or life.ended_ns
            yield since_ns, self._evidence.plan.end_ns if until_ns is None else until_ns
            if life.ended_ns is not None:
                since_ns = life.ended_ns

    def _stalls(self) -> Iterable[Span]:
        """While the trader's machine could do nothing: a sync that a slow disk kept, for one.

        Such a fault waits for the next sync, so it may strike long after it began. What follows is
        asked for at once: only the time that stood still is given.
        """
        for life in self._evidence.lives:
            for start_ns, end_ns in life.stalls:
                yield start_ns, end_ns if life.ended_ns is None else min(end_ns, life.ended_ns)

    def _doubts(self) -> Iterable[Span]:
        for sent in self._evidence.sent:
            if is_doubtful(sent):
                yield sent.at_ns, sent.at_ns + _DOUBT_NS

    def _silences(self) -> Iterable[Span]:
        """While nothing may be sent because the venue asked for that (I16): no stop either."""
        for sent in self._evidence.sent:
            if sent.retry_after_s is not None and sent.answered_ns is not None:
                until_ns = sent.answered_ns + sent.retry_after_s * SECOND_NS
                yield sent.answered_ns, until_ns + _SETTLE_NS

    def _delays(self) -> Iterable[Span]:
        """While a request was under way for longer than the wire takes twice when nothing is wrong.

        A fault that waits for the next request may strike long after it began.
        """
        fair_ns = 4 * self._evidence.plan.latency_ns[1]
        for sent in self._evidence.sent:
            if sent.answered_ns is not None and sent.answered_ns - sent.at_ns > fair_ns:
                yield sent.at_ns, sent.answered_ns

    def _droughts(self) -> Iterable[Span]:
        """After an order of ours that expired because nobody wanted any of it."""
        for order in self._evidence.truth.orders:
            is_unwanted = order.status == "EXPIRED" and not order.filled
            if order.is_ours and is_unwanted and order.ended_ns is not None:
                yield order.ended_ns, order.ended_ns + _SETTLE_NS


def is_doubtful(sent: Sent) -> bool:
    """Whether the answer to a request left something open, or never came in time."""
    if sent.answered_ns is None or sent.answered_ns - sent.at_ns > _LATE_NS:
        return True
    return sent.status is None or sent.status >= 500 or sent.status in (418, 429)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that touch made one."""
    out: list[Span] = []
    for start_ns, end_ns in sorted(each for each in spans if each[1] > each[0]):
        if out and start_ns <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end_ns))
        else:
            out.append((start_ns, end_ns))
    return tuple(out)
