"""The page on Binance's errors: what each answer, code and text may mean, from the one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from argonaut.venues.binance.errors import (
    ANY_5XX,
    CODES,
    FIRST_BYTE,
    STATUSES,
    TEXTS,
    UNLISTED,
    UNREADABLE,
    Outcome,
    Row,
)
from tools.reference.markdown import code, page, table

MEANINGS: Mapping[Outcome, str] = {
    Outcome.NOT_SENT: "No byte left this machine. The order is told as rejected, `not_sent`.",
    Outcome.DEFINITE_REJECT: "Not executed, and the same content never will be: rejected.",
    Outcome.THROTTLED: "Not executed: rejected. Nothing is sent until the time the venue names.",
    Outcome.VENUE_STATE: "Not executed: rejected. The market, the symbol or the account is shut.",
    Outcome.NOT_FOUND: (
        "Weak evidence. A cancel tells nothing, a question says that it found nothing; neither "
        "ends an order."
    ),
    Outcome.UNKNOWN: (
        "Nobody can know. The order is UNKNOWN and keeps its worst case in the exposure until "
        "the venue gives evidence; it is never sent again. A question has no answer."
    ),
}
NOTE = """\
An answer is read in this order: its HTTP status where that decides by itself (5xx, 418, 429), then
the text of the matching engine, then the code, then the status. The adapter and these tables are
the same object."""
_OPERATIONS = ("order", "cancel", "question")


def binance_errors() -> str:
    """Return the page."""
    outcomes = [(each.value, MEANINGS[each]) for each in Outcome]
    statuses = [(str(status), row) for status, row in sorted(STATUSES.items())]
    return page(
        "What Binance's errors mean",
        "src/argonaut/venues/binance/errors.py",
        NOTE,
        table(("outcome", "what is done"), outcomes),
        "## Without an answer\n\n"
        + _rows(
            "the first byte was written",
            (("no" if not sent else "yes", row) for sent, row in FIRST_BYTE.items()),
        ),
        "## By HTTP status\n\n"
        + _rows("status", [("500 to 599", ANY_5XX), *statuses, ("any other", UNREADABLE)]),
        "## By the matching engine's text\n\n" + _rows("text", TEXTS.items()),
        "## By code\n\n"
        + _rows(
            "code",
            [
                *((str(number), row) for number, row in sorted(CODES.items(), reverse=True)),
                ("any other", UNLISTED),
            ],
        ),
    )


def _rows(name: str, rows: Iterable[tuple[str, Row]]) -> str:
    return table(
        (name, "meaning", *_OPERATIONS, "beside that"),
        [
            (key, _word(row.name), row.place.value, row.cancel.value, row.query.value, row.then)
            for key, row in rows
        ],
    )


def _word(name: str) -> str:
    return code(name) if name.isupper() else name
