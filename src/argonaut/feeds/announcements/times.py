"""Times as announcements write them. One without a known zone is no time: an hour is money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

_SECOND_NS = 1_000_000_000
_MONTHS = (
    ("jan", "january", "januar", "enero"),
    ("feb", "february", "februar", "pebrero"),
    ("mar", "march", "märz", "marso"),
    ("apr", "april", "abril"),
    ("may", "mai", "mayo"),
    ("jun", "june", "juni", "hunyo"),
    ("jul", "july", "juli", "hulyo"),
    ("aug", "august", "agosto"),
    ("sep", "sept", "september", "setyembre"),
    ("oct", "october", "oktober", "oktubre"),
    ("nov", "november", "nobyembre"),
    ("dec", "december", "dezember", "disyembre"),
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_HOURS_OF_ZONE = {  # names seen in announcements; another name is refused
    "utc": 0.0,
    "gmt": 0.0,
    "vietnam time": 7.0,
    "philippine time": 8.0,
    "singapore time": 8.0,
    "hong kong time": 8.0,
    "hkt": 8.0,
    "sgt": 8.0,
    "pht": 8.0,
    "kst": 9.0,
    "jst": 9.0,
    "mez": 1.0,
    "cet": 1.0,
    "mesz": 2.0,
    "cest": 2.0,
}

_DATE = (
    r"(?:(?P<y{0}>\d{{4}})[-/](?P<m{0}>\d{{1,2}})[-/](?P<d{0}>\d{{1,2}})"
    r"|(?P<dd{0}>\d{{1,2}})\.(?P<dm{0}>\d{{1,2}})\.(?P<dy{0}>\d{{4}})"
    rf"|(?P<en{{0}}>{_MONTH})\.?\s+(?P<ed{{0}}>\d{{{{1,2}}}}),?\s+(?P<ey{{0}}>\d{{{{4}}}})"
    rf"|(?P<gd{{0}}>\d{{{{1,2}}}})\.?\s+(?P<gn{{0}}>{_MONTH})\.?,?\s+(?P<gy{{0}}>\d{{{{4}}}}))"
)
_CLOCK = r"(?P<h{0}>\d{{1,2}}):(?P<min{0}>\d{{2}})(?::(?P<s{0}>\d{{2}}))?\s*(?P<half{0}>[AP]M)?"
_ZONE = (
    r"(?:\s*\(?\s*(?P<zone{0}>(?:UTC|GMT)(?:\s*[+-]\s*\d{{1,2}}(?::?\d{{2}})?)?)\s*\)?"
    r"|\s*\(\s*(?P<name{0}>[A-Z][A-Za-z ]{{1,30}}?)\s*\)"
    r"|\s+(?P<short{0}>HKT|SGT|PHT|KST|JST|MESZ|MEZ|CEST|CET)\b)?"
)
_BETWEEN = r",?\s*(?:at|um|ng|sa|@)?\s*"
_WHEN = re.compile(
    rf"(?i)\b{_DATE.format(1)}{_BETWEEN}{_CLOCK.format(1)}{_ZONE.format(1)}"
    rf"|\b{_CLOCK.format(2)}{_ZONE.format(2)},?\s*(?:on|am|ng)?\s*{_DATE.format(2)}{_ZONE.format(3)}"
)
_RANGE = re.compile(r"(?i)^\s*(?:to|until|till|-|–|bis|hanggang)\s*$")
_OFFSET = re.compile(r"([+-])\s*(\d{1,2}):?(\d{2})?$")


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One time in a text: UTC nanoseconds, and where it stands (characters, end exclusive)."""

    event_ns: int
    start: int
    end: int


class Unclear(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks like a time and is none to rely on, and why."""

    said: str
    fault: str


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a text in its order, and what could not be read as one."""

    moments: tuple[Moment, ...]
    unclear: tuple[Unclear, ...]


def find_times(text: str) -> Times:
    """Find every date with a clock time. In "A to B (UTC)" the zone is that of both.

    Of "00:00 AM", which is written for midnight, the AM is let pass; so is the PM of 13:00 PM.
    """
    found = list(_WHEN.finditer(text))
    moments: list[Moment] = []
    unclear: list[Unclear] = []
    for number, match in enumerate(found):
        zone = _zone_of(match)
        if zone is None and number + 1 < len(found):
            following = found[number + 1]
            if _RANGE.match(text[match.end() : following.start()]):
                zone = _zone_of(following)
        event_ns, fault = _read(match, zone)
        if fault:
            unclear.append(Unclear(said=match.group().strip(), fault=fault))
        else:
            moments.append(Moment(event_ns=event_ns, start=match.start(), end=match.end()))
    return Times(moments=tuple(moments), unclear=tuple(unclear))


def _parts(match: re.Match[str], *names: str) -> Iterator[str]:
    """Yield what the groups of these names hold, whichever form they stand in."""
    groups = match.groupdict()
    for name in names:
        for form in ("1", "2", "3"):
            held = groups.get(name + form)
            if held is not None:
                yield held


def _zone_of(match: re.Match[str]) -> str | None:
    return next(_parts(match, "zone", "name", "short"), None)


def _read(match: re.Match[str], zone: str | None) -> tuple[int, str]:
    """Return (UTC nanoseconds, fault); one of them says nothing."""
    hours = None if zone is None else _hours_of(zone)
    if hours is None:
        return 0, "no time zone" if zone is None else f"unknown time zone {zone}"
    try:
        local = datetime(*_date_of(match), *_clock_of(match), tzinfo=UTC)
    except ValueError as error:
        return 0, str(error)
    return int((local - timedelta(hours=hours)).timestamp()) * _SECOND_NS, ""


def _date_of(match: re.Match[str]) -> tuple[int, int, int]:
    year = int(next(_parts(match, "y", "dy", "ey", "gy")))
    name = next(_parts(match, "en", "gn"), None)
    month = _MONTH_OF[name.lower()] if name else int(next(_parts(match, "m", "dm")))
    return year, month, int(next(_parts(match, "d", "dd", "ed", "gd")))


def _clock_of(match: re.Match[str]) -> tuple[int, int, int]:
    hour, minute = int(next(_parts(match, "h"))), int(next(_parts(match, "min")))
    second = int(next(_parts(match, "s"), "0"))
    half = next(_parts(match, "half"), "").upper()
    if half == "PM" and hour < 12:
        hour += 12
    elif half == "AM" and hour == 12:
        hour = 0
    return hour, minute, second


def _hours_of(zone: str) -> float | None:
    """Return how far a zone is ahead of UTC; None when its name is not known."""
    name = " ".join(zone.lower().split())
    known = _HOURS_OF_ZONE.get(name)
    if known is not None or not name.startswith(("utc", "gmt")):
        return known
    offset = _OFFSET.search(name)
    if offset is None:
        return None
    hours = int(offset[2]) + int(offset[3] or 0) / 60
    if hours > 14:
        return None
    return -hours if offset[1] == "-" else hours
