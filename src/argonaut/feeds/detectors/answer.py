"""What a detector hears back, and the codes of everything that is turned away at the door."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec


class Code(NamedTuple):
    """One reason: its HTTP status, whether the same signal may come again, and what it means."""

    status: int
    may_retry: bool
    meaning: str


CODES: dict[str, Code] = {
    "too_large": Code(413, False, "more than 64 KB; it was not read"),
    "bad_envelope": Code(400, False, "the head is missing or not of the form heads have"),
    "bad_signature": Code(401, False, "no key of this id has signed these bytes"),
    "outside_window": Code(401, False, "sent more than 5 s ago, or from now: check the clock"),
    "replayed": Code(409, False, "its nonce was used before"),
    "forbidden": Code(403, False, "this source may not send from there, or not so"),
    "bad_signal": Code(
        422, False, "not JSON, an unknown field, a wrong type, a number that is none"
    ),
    "no_id": Code(422, False, "it has no id, and its transport brings none"),
    "unknown_instrument": Code(422, False, "the run does not trade it"),
    "not_allowed": Code(403, False, "not on the list of instruments of this source"),
    "over_cap": Code(422, False, "worth more than this source may ask for at once"),
    "no_price": Code(422, False, "its worth is unknown, and this source has a cap"),
    "rate": Code(429, True, "more signals a second than this source may send"),
    "shed": Code(503, True, "the queue was full and older or newer ones went first; an entry"),
    "full": Code(503, True, "the queue holds nothing but exits"),
    "unknown_signal": Code(404, False, "none of the last 10,000; the journal has every one"),
    "not_ready": Code(503, True, "the run is recovering, stopping or broken"),
}
"""Every code of the door; those of the engine are its risk checks and `skipped`, `invalid`."""

Word = Literal["accepted", "rejected", "dry_run", "duplicate", "expired"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one signal, as JSON for its detector.

    `code` says why it was turned away, with what was measured and the limit where there is one.
    """

    id: str
    source: str
    answer: Word
    code: str = ""
    detail: str = ""
    value: str | None = None
    limit: str | None = None
    orders: tuple[str, ...] = ()  # client order ids

    @property
    def may_retry(self) -> bool:
        """Whether nothing was decided, so that the very same signal may come again."""
        code = CODES.get(self.code)
        return code is not None and code.may_retry

    @property
    def is_bad(self) -> bool:
        """Whether the door turned it away for ever: it belongs among the dead letters."""
        code = CODES.get(self.code)
        return code is not None and not code.may_retry

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        code = CODES.get(self.code)
        if code is not None:
            return code.status
        return 422 if self.answer in ("rejected", "expired") else 200


def refused(
    code: str,
    detail: str = "",
    *,
    signal_id: str = "",
    source: str = "",
    value: str | None = None,
    limit: str | None = None,
) -> Answer:
    """Return the answer to what the door turns away."""
    assert code in CODES, f"{code} is not a documented code"
    return Answer(
        id=signal_id,
        source=source,
        answer="rejected",
        code=code,
        detail=detail or CODES[code].meaning,
        value=value,
        limit=limit,
    )


def duplicate(source: str, signal_id: str) -> Answer:
    """Return the answer to a signal that has come before."""
    return Answer(
        id=signal_id, source=source, answer="duplicate", detail=f"{source} sent {signal_id} before"
    )
