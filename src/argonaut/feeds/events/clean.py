"""Foreign text made fit for a journal: plain, without control characters, of bounded length."""

from __future__ import annotations

import msgspec

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.text import TEXT_MAX, TITLE_MAX, plain

_ID_MAX = 256
_URL_MAX = 2_048
_SYMBOLS_MAX = 64
_PAYLOAD_MAX = 64  # entries
_VALUE_MAX = 4_096


def cleaned(event: ExternalEvent, *, now_ns: int, shift_ns: int = 0) -> ExternalEvent:
    """Return the event with plain texts of bounded length, at `now_ns`.

    A run on a recorded tape lives in the tape's time: there times are moved by `shift_ns`, so that
    an event keeps its age, and what it announces its distance.
    """
    payload = {
        plain(name, most=_ID_MAX): _moved(name, plain(value, most=_VALUE_MAX), shift_ns)
        for name, value in list(event.payload.items())[:_PAYLOAD_MAX]
    }
    published_ns = event.published_ns
    return msgspec.structs.replace(
        event,
        event_ns=now_ns,
        event_id=plain(event.event_id, most=_ID_MAX),
        title=plain(event.title, most=TITLE_MAX),
        body=plain(event.body, most=TEXT_MAX),
        url=plain(event.url, most=_URL_MAX),
        symbols=event.symbols[:_SYMBOLS_MAX],
        published_ns=None if published_ns is None else published_ns + shift_ns,
        payload=payload,
    )


def _moved(name: str, value: str, shift_ns: int) -> str:
    if shift_ns and name.endswith("_ns") and value.isdecimal():
        return str(int(value) + shift_ns)
    return value
