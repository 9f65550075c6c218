"""What became of each signal, read off the journal rows of the step that took it.

An observer of the run: the row of the signal comes first, the decisions and skips it led to follow
with the same number, or later where a strategy had it wait. What happens to its orders later is
asked of whoever keeps them.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

from msgspec.structs import replace

from argonaut.domain.command import Record
from argonaut.domain.record import Decision, DetectorAnswer
from argonaut.domain.signal import Skip
from argonaut.feeds.detectors.answer import Answer, Word

FATES_KEPT = 10_000
Key = tuple[str, str]  # source and id


class Fates:
    """Call it with every record. The last `FATES_KEPT` signals are remembered with their rows."""

    def __init__(self) -> None:
        self._fates: OrderedDict[Key, tuple[DetectorAnswer, list[Decision | Skip]]] = OrderedDict()
        self._trials: dict[Key, list[Decision | Skip]] = {}  # what the shadow made of a signal
        self._current: list[Decision | Skip] = []  # of the signal stepped last
        self._seq = -1  # the step that took it

    def __call__(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Note one journal row."""
        del event_ns
        body = record.body
        if type(body) is DetectorAnswer:
            self._seq = event_seq
            self._current = []
            if body.answer != "duplicate":  # the first one's fate is the fate
                key = (body.signal.source, str(body.signal.signal_id))
                self._fates[key] = body, self._current
                if len(self._fates) > FATES_KEPT:
                    oldest, _ = self._fates.popitem(last=False)
                    self._trials.pop(oldest, None)
        elif isinstance(body, Decision | Skip):
            if event_seq == self._seq:
                self._current.append(body)
            else:
                self._take_later(body)

    def _take_later(self, body: Decision | Skip) -> None:
        """Note what came of a signal that had to wait."""
        said = body.signal if isinstance(body, Decision) else body
        found = self._fates.get((said.source, said.answers_to)) if said.answers_to else None
        if found is not None:
            found[1].append(body)

    def on_trial(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Note one row of the shadow."""
        del event_seq, event_ns
        body = record.body
        if not isinstance(body, Decision | Skip):
            return
        said = body.signal if isinstance(body, Decision) else body
        key = (said.source, said.answers_to)
        if said.answers_to and key in self._fates:
            if isinstance(body, Decision):
                body = replace(body, signal=replace(body.signal, dry_run=True))
            self._trials.setdefault(key, []).append(body)

    def answer(self, source: str, signal_id: str) -> Answer | None:
        """Return what was decided; None when it is not remembered."""
        key = (source, signal_id)
        found = self._fates.get(key)
        if found is None:
            return None
        answer, rows = found
        return answer_of(answer, rows or self._trials.get(key, []))


def answer_of(told: DetectorAnswer, rows: list[Decision | Skip]) -> Answer:
    """Return the answer to a signal from its row and those that followed in the same step."""
    signal_id, source = str(told.signal.signal_id), told.signal.source
    if told.answer != "accepted":
        code = "invalid" if told.answer == "rejected" else ""
        word = cast("Word", told.answer)
        return Answer(id=signal_id, source=source, answer=word, code=code, detail=told.detail)
    decisions = [row for row in rows if isinstance(row, Decision)]
    approved = [each for each in decisions if each.approved]
    if approved:
        is_trial = all(each.signal.dry_run for each in approved)
        orders = tuple(order.client_order_id for each in approved for order in each.orders)
        return Answer(
            id=signal_id,
            source=source,
            answer="dry_run" if is_trial else "accepted",
            orders=orders,
        )
    if decisions:
        verdict = decisions[-1].verdicts[-1]
        return Answer(
            id=signal_id,
            source=source,
            answer="rejected",
            code=verdict.code,
            detail=verdict.sentence,
            value=None if verdict.value is None else f"{verdict.value:f}",
            limit=None if verdict.limit is None else f"{verdict.limit:f}",
        )
    skips = [row for row in rows if isinstance(row, Skip)]
    if skips and skips[-1].is_waiting:
        return Answer(id=signal_id, source=source, answer="accepted", detail=skips[-1].reason)
    if skips:
        return Answer(
            id=signal_id, source=source, answer="rejected", code="skipped", detail=skips[-1].reason
        )
    return Answer(id=signal_id, source=source, answer="accepted")
