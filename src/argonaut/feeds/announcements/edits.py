"""What became of an announced listing whose text is read again: moved, called off, or as it was.

A text that is not clear any more calls off: nobody loses money on a coin that was not bought.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from argonaut.feeds.announcements.read import Notice, read_announcement
from argonaut.feeds.announcements.text import TITLE_MAX, plain, sentences

_SAID_MAX = 200  # characters of a sentence that are kept
_ALARMS_MAX = 32
_OFF = re.compile(
    r"(?i)\bcancel(?:l?ed|ling|lation|s)?\b|\bcall(?:ed|ing)? off\b"
    r"|\b(?:no longer|not) (?:be )?(?:list|open|proceed)"
)
_LATER = re.compile(
    r"(?i)\bpostpone|\bdelay(?:ed|s|ing)?\b|\breschedul|\bon hold\b|\buntil further notice\b"
)
_PERHAPS = re.compile(r"(?i)\b(?:may|might|can|could|if|unless|reserves?)\b")


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What a text says now. One of the two is set."""

    go_live_ns: int | None = None  # another one than before
    called_off: str = ""  # why nothing is to be waited for any more


def alarms_in(title: str, body: str) -> tuple[str, ...]:
    """Return the sentences that speak of a listing that comes later, or not at all.

    What a text says in general of what may be canceled is none.
    """
    found = [
        each[:_SAID_MAX]
        for each in (plain(title, most=TITLE_MAX), *sentences(plain(body)))
        if (_OFF.search(each) or _LATER.search(each)) and not _PERHAPS.search(each)
    ]
    return tuple(dict.fromkeys(found))[:_ALARMS_MAX]


def edit_of(
    *,
    title_before: str,
    assets: Iterable[str],
    go_live_ns: int,
    alarms: Iterable[str],
    title: str,
    body: str,
    published_ns: int | None,
) -> Edit | None:
    """Return what has changed since `title_before`, `go_live_ns` and `alarms` were read, or None.

    `alarms` is what `alarms_in` found in the text of before.
    """
    known = frozenset(alarms)
    fresh = [each for each in alarms_in(title, body) if each not in known]
    notice = read_announcement(title_before, body, published_ns=published_ns)
    blocker = next((f"it says: {each}" for each in fresh if _OFF.search(each)), "")
    blocker = blocker or _about_title(title_before, title, body, assets) or _about_time(notice)
    if blocker:
        return Edit(called_off=blocker)
    assert notice.go_live_ns is not None, "asked about before"
    if fresh and notice.go_live_ns <= go_live_ns:
        return Edit(called_off=f"it says: {fresh[0]}, and names no later time")
    return None if notice.go_live_ns == go_live_ns else Edit(go_live_ns=notice.go_live_ns)


def _about_title(before: str, title: str, body: str, assets: Iterable[str]) -> str:
    """Return why another title is one of no such listing."""
    if title == before:
        return ""
    notice = read_announcement(title, body)
    if notice.kind != "listing" and not _LATER.search(title):
        return f"it reads as {notice.kind} now: {title[:_SAID_MAX]}"
    gone = [each for each in assets if each not in notice.assets]
    return f"it names {', '.join(gone)} no more: {title[:_SAID_MAX]}" if gone else ""


def _about_time(notice: Notice) -> str:
    if notice.go_live_ns is None:
        return "it names no certain time any more"
    return f"it cannot be read for certain: {'; '.join(notice.faults)}" if notice.faults else ""
