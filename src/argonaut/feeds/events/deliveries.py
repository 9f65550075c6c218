"""Whether a push brings what the list of the same announcements shows.

A connection may be up, answer every ping and bring nothing: a break that nobody sees, or a venue
that withholds its announcements from an account. The list is late and complete, so what it shows
and a live connection never brought tells. Kept in memory: what was published before the connection
was up is none of its business.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from argonaut.domain.event import ExternalEvent

_SECOND_NS = 1_000_000_000
_MARGIN_NS = 5 * _SECOND_NS  # how far two clocks, and the two ends of a line, may be apart
_SPANS_KEPT = 64  # connections remembered
_TITLE_MAX = 120
_KEYS_KEPT = 10_000  # announcements remembered that were pushed, or found to be missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An announcement that a live push never brought."""

    source: str  # the push, as in the config
    title: str
    catalog: str


@dataclass(slots=True)
class _Waited:
    event: ExternalEvent
    asks: tuple[str, ...]
    since_ns: int


class Deliveries:
    """One push and one list, compared. Times are wall clock, UTC nanoseconds."""

    def __init__(self, *, grace_s: float = 120.0) -> None:
        """`grace_s` is how long after the list an announcement may still be pushed, seconds."""
        self._grace_ns = int(grace_s * _SECOND_NS)
        self._source = ""  # of the push
        self._catalogs: frozenset[str] = frozenset()
        self._up_ns: int | None = None
        self._spans: deque[tuple[int, int]] = deque(maxlen=_SPANS_KEPT)  # past connections
        self._pushed: OrderedDict[str, None] = OrderedDict()  # keys
        self._settled: OrderedDict[str, None] = OrderedDict()  # ids of the list
        self._waited: OrderedDict[str, _Waited] = OrderedDict()  # by id of the list
        self._missing: dict[str, tuple[int, str]] = {}  # by catalogue: how many, the last title

    def up(self, source: str, catalogs: Iterable[str], now_ns: int) -> None:
        """Note that a push is connected that has to bring all of these catalogues."""
        self._source, self._catalogs, self._up_ns = source, frozenset(catalogs), now_ns

    def down(self, alive_ns: int) -> None:
        """Note that the connection has ended, and when it was last heard of."""
        if self._up_ns is not None:
            self._spans.append((self._up_ns, alive_ns))
        self._up_ns = None

    def pushed(self, event: ExternalEvent, keys: Iterable[str]) -> None:
        """Note what came by push; a catalogue of which something comes is not withheld."""
        for key in keys:
            _keep(self._pushed, key)
        self._missing.pop(event.payload.get("catalog_id", ""), None)

    def listed(self, event: ExternalEvent, asks: tuple[str, ...], now_ns: int) -> None:
        """Note what the list shows; `asks` are the keys by which it could have been pushed."""
        name = event.event_id
        if name in self._settled or name in self._waited:
            return
        if event.payload.get("catalog_id", "") not in self._catalogs:
            return
        if any(key in self._pushed for key in asks):
            _keep(self._settled, name)
        elif self._was_up(event.published_ns):
            self._waited[name] = _Waited(event, asks, now_ns)
            if len(self._waited) > _KEYS_KEPT:
                self._waited.popitem(last=False)

    def look(self, now_ns: int) -> list[Missed]:
        """Return what has now been waited for in vain, each once."""
        missed: list[Missed] = []
        for name, waited in list(self._waited.items()):
            is_here = any(key in self._pushed for key in waited.asks)
            if not is_here and now_ns - waited.since_ns < self._grace_ns:
                continue
            del self._waited[name]
            _keep(self._settled, name)
            if is_here:
                continue
            catalog = waited.event.payload.get("catalog_id", "")
            title = waited.event.title[:_TITLE_MAX]
            self._missing[catalog] = (self._missing.get(catalog, (0, ""))[0] + 1, title)
            missed.append(Missed(source=self._source, title=title, catalog=catalog))
        return missed

    def withheld(self, source: str) -> str:
        """Say what the push of this name does not bring; nothing when it brings everything."""
        if source != self._source or not self._missing:
            return ""
        count = sum(each for each, _ in self._missing.values())
        _, last = next(reversed(self._missing.values()))
        return f"{count} that the list shows never came by push, the last: {last}"

    def _was_up(self, published_ns: int | None) -> bool:
        if published_ns is None:
            return False
        spans = [*self._spans]
        if self._up_ns is not None:
            spans.append((self._up_ns, published_ns + _MARGIN_NS))
        return any(begin + _MARGIN_NS <= published_ns <= end - _MARGIN_NS for begin, end in spans)


def _keep(keys: OrderedDict[str, None], key: str) -> None:
    keys[key] = None
    if len(keys) > _KEYS_KEPT:
        keys.popitem(last=False)
