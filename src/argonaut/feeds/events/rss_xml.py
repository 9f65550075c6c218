"""RSS and Atom read with distrust: no document type, so no entity can grow or reach for a file."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.parsers import expat

import msgspec

from argonaut.feeds.errors import AnswerShapeError, EmptyAnswerError

_DEPTH_MAX = 32
_ITEMS_MAX = 500
_TEXT_MAX = 262_144  # characters of one field
_SECOND_NS = 1_000_000_000
_ITEMS = ("item", "entry")
_ROOTS = ("rss", "feed", "RDF")
_FIELDS = {
    "title": "title",
    "guid": "guid",
    "id": "guid",
    "link": "link",
    "pubDate": "date",
    "published": "date",
    "date": "date",
    "updated": "updated",
    "description": "body",
    "summary": "body",
    "encoded": "content",
    "content": "content",
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the feed writes it; empty where it says nothing."""

    title: str = ""
    guid: str = ""
    link: str = ""
    date: str = ""  # RFC 822 in RSS, RFC 3339 in Atom
    body: str = ""

    @property
    def published_ns(self) -> int | None:
        """Its date in UTC nanoseconds; None where it has none that can be read."""
        return _instant(self.date)


def read_items(body: bytes) -> list[Item]:
    """Return the entries of a feed, in the order it has them.

    Raises:
        AnswerShapeError: It is no RSS or Atom, has a document type, or is too deep or too long.
        EmptyAnswerError: It has no entry.
    """
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.buffer_text = True
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise AnswerShapeError(f"no XML: {error}") from error
    if not reading.items:
        raise EmptyAnswerError("a feed without an entry")
    return reading.items


def _refuse_doctype(*_: object) -> None:
    raise AnswerShapeError("want a feed without a document type: its entities could be a bomb")


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._depth = 0
        self._fields: dict[str, str] | None = None  # of the entry that is open
        self._entry_depth = 0
        self._field = ""
        self._pieces: list[str] = []
        self._length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise AnswerShapeError(f"want at most {_DEPTH_MAX} levels of elements")
        local = name.rpartition(" ")[2]
        if self._depth == 1 and local not in _ROOTS:
            raise AnswerShapeError(f"want RSS or Atom, not <{local[:40]}>")
        if self._fields is None:
            if local in _ITEMS:
                self._fields, self._entry_depth = {}, self._depth
            return
        if self._depth == self._entry_depth + 1:
            self._field, self._pieces, self._length = _FIELDS.get(local, ""), [], 0
            if local == "link" and attributes.get("rel", "alternate") == "alternate":
                self._keep("link", attributes.get("href", ""))

    def text(self, text: str) -> None:
        """Characters of the open element, of those within it too: XHTML in Atom."""
        if self._field:
            self._length += len(text)
            if self._length > _TEXT_MAX:
                raise AnswerShapeError(f"want at most {_TEXT_MAX} characters of {self._field}")
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        del name
        if self._fields is not None:
            if self._depth == self._entry_depth + 1 and self._field:
                self._keep(self._field, "".join(self._pieces).strip())
                self._field = ""
            elif self._depth == self._entry_depth:
                self._end_entry(self._fields)
        self._depth -= 1

    def _keep(self, field: str, text: str) -> None:
        assert self._fields is not None, "an entry is open"
        if text:
            self._fields.setdefault(field, text)

    def _end_entry(self, fields: dict[str, str]) -> None:
        self._fields = None
        if len(self.items) >= _ITEMS_MAX:
            raise AnswerShapeError(f"want at most {_ITEMS_MAX} entries")
        self.items.append(
            Item(
                title=fields.get("title", ""),
                guid=fields.get("guid", ""),
                link=fields.get("link", ""),
                date=fields.get("date", "") or fields.get("updated", ""),
                body=fields.get("content", "") or fields.get("body", ""),
            )
        )


def _instant(text: str) -> int | None:
    """Return a date of either kind in UTC nanoseconds."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return int(seconds) * _SECOND_NS if 0 <= seconds < 2**33 else None
