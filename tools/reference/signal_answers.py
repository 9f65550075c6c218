"""The page on the answers to signals: every code of the door, and what a detector does about it."""

from __future__ import annotations

from argonaut.feeds.detectors.answer import CODES
from tools.reference.markdown import code, page, table

ANSWERS = (
    ("accepted", "200", "taken; `orders` names what it became, and is empty while it waits"),
    ("dry_run", "200", "filled in theory alone; its source, strategy or the signal is on trial"),
    ("duplicate", "200", "its source has sent this id before; `orders` are those of the first one"),
    ("rejected", "see below", "`code` says why, `value` and `limit` what was measured"),
    ("expired", "422", "older than its time to live when the engine took it"),
)
NOTE = """\
An answer is one JSON object: `id`, `source`, `answer`, and where they say something `code`,
`detail`, `value`, `limit` and `orders`. On a WebSocket it also has `frame`, the number of the frame
it answers, from 0. It comes after the commit: what was accepted is not lost by a crash."""
ENGINE = """\
A signal that passed the door may still be rejected by the engine, with status 422: with the code of
a [risk check](risk-checks.md), `skipped` where the strategy has let it pass, or `invalid`. Those
are in the journal, and `argonaut why` explains them."""


def signal_answers() -> str:
    """Return the page."""
    answers = [(code(name), status, meaning) for name, status, meaning in ANSWERS]
    codes = [
        (code(name), str(each.status), "yes" if each.may_retry else "no", each.meaning)
        for name, each in CODES.items()
    ]
    return page(
        "Answers to signals",
        "src/argonaut/feeds/detectors/answer.py",
        NOTE,
        table(("answer", "HTTP status", "meaning"), answers),
        "## Codes of the door\n\n"
        + table(("code", "HTTP status", "send the same again", "meaning"), codes),
        ENGINE,
    )
