"""What `argonaut why` does: ask or read, then tell every verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from argonaut.cli.output import print_json, print_line, printable
from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import ask_trader, journal_meant, open_closed
from argonaut.domain.errors import InvalidValueError
from argonaut.journal.query import RowFilter
from argonaut.journal.why import KINDS, Reason, Step, WhyAnswer
from argonaut.journal.why import why as why_of
from argonaut.reports.wording import plain, utc

_SECOND_NS = 1_000_000_000
_DAY_NS = 86_400 * _SECOND_NS
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
_MARKS = {"pass": "ok", "clip": "reduced", "refuse": "REFUSED"}


def tell_why(instrument: str, time: str, config: Path | None, *, last: int, as_json: bool) -> None:
    """Print why a run did what it did.

    Raises:
        ConfigError, JournalError, InvalidValueError: No such run, or no such time.
    """
    journal = journal_meant(config)
    at_ns = None
    if time:
        clock = _CLOCK.fullmatch(time)
        at_ns = _on_last_day(clock, _asked(journal, "", None, 1)) if clock else _instant(time)
    answer = _asked(journal, instrument, at_ns, last)
    if as_json:
        print_json(answer)
        return
    for line in why_lines(answer):
        print_line(printable(line))


def why_lines(answer: WhyAnswer) -> Iterator[str]:
    """Yield an answer as people read it, the newest moment last."""
    if not answer.reasons:
        known = ", ".join(answer.instruments) or "none"
        yield f"nothing was decided about {answer.instrument or 'anything'}; there is {known}"
        return
    for reason in answer.reasons:
        yield from _reason_lines(reason)
        yield ""
    yield "over the whole run: " + ", ".join(
        f"{count:,} {name}" for name, count in answer.counts.items()
    )
    if answer.blockers:
        yield "refused by: " + _counted(answer.blockers)
    for said, count in answer.skips.items():
        yield f"skipped {count:,} times: {said}"


def _reason_lines(reason: Reason) -> Iterator[str]:
    yield (
        f"{utc(reason.event_ns)}  {reason.who}  {reason.instrument_id}  {reason.wish}: "
        f"{reason.answer}{_quantities(reason)}"
    )
    yield f"  wanted because: {reason.reason}" if reason.steps else f"  {reason.reason}"
    if reason.first_blocker:
        yield f"  first blocker: {reason.first_blocker}: {reason.why}"
    elif reason.why:
        yield f"  {reason.why}"
    yield from (f"    {_step_line(step)}" for step in reason.steps if not _is_plain_pass(step))
    plain_ones = [step.code for step in reason.steps if _is_plain_pass(step)]
    if plain_ones:
        yield f"    ok       {', '.join(plain_ones)}"


def _quantities(reason: Reason) -> str:
    if reason.quantity is None and reason.requested is None:
        return ""
    price = f" at {plain(reason.market_price)}" if reason.market_price is not None else ""
    if reason.quantity is None:
        assert reason.requested is not None, "one of the two is told"
        return f", wanted {plain(reason.requested)}{price}"
    if reason.requested is not None and reason.requested != reason.quantity:
        return f", {plain(reason.quantity)} of {plain(reason.requested)}{price}"
    return f", {plain(reason.quantity)}{price}"


def _is_plain_pass(step: Step) -> bool:
    """Whether a check passed without measuring anything; those share a line."""
    return step.outcome == "pass" and step.value is None and step.limit is None


def _step_line(step: Step) -> str:
    value = "" if step.value is None else f"{step.value:.8g}"
    limit = "" if step.limit is None else f"{step.limit:.8g}"
    measured = f"{value:>14} of {limit:<12}" if value or limit else " " * 30
    said = step.sentence.partition(": ")[2]  # the mark says already whether it passed
    return f"{_MARKS[step.outcome]:8} {step.code:18} {measured} {said}".rstrip()


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _asked(journal: JournalPlace, instrument: str, at_ns: int | None, limit: int) -> WhyAnswer:
    query = {"instrument": instrument, "limit": str(limit)}
    if at_ns is not None:
        query["at_ns"] = str(at_ns)
    answer = ask_trader(journal, "/why", query)
    if answer is not None:
        return msgspec.convert(answer, WhyAnswer)
    with open_closed(journal) as reader:
        rows = reader.rows(RowFilter(kinds=KINDS))
        return why_of(rows, instrument=instrument, at_ns=at_ns, limit=limit)


def _on_last_day(clock: re.Match[str], newest: WhyAnswer) -> int:
    """Return the instant a clock shows on the day of the newest decision."""
    hours, minutes, seconds = (int(each or 0) for each in clock.groups())
    last_ns = newest.last_ns or 0
    spent = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return last_ns - last_ns % _DAY_NS + int(spent.total_seconds()) * _SECOND_NS


def _instant(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(
            f"want a UTC time such as 14:05 or 2021-05-19T14:05, not {text!r}"
        ) from error
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return int(moment.timestamp()) * _SECOND_NS
