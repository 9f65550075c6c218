"""How much may still be asked of the venue: at most 80 % of what it allows, a fifth of it kept.

The kept part is for exits, cancels and questions about orders; entries and history never get it.
Pure: time comes in as monotonic nanoseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from enum import Enum

from argonaut.domain.timeframe import DAY_NS, MINUTE_NS, SECOND_NS
from argonaut.venues.binance.rules import RateLimit

_SLICES = 50  # a window remembers its use in so many parts
_LETTERS = {"SECOND": "S", "MINUTE": "M", "HOUR": "H", "DAY": "D"}
_WITHOUT_HEADER_NS = {429: MINUTE_NS, 418: 10 * MINUTE_NS, 403: 5 * MINUTE_NS}
_HOLD_MAX_NS = 4 * DAY_NS  # the longest ban the venue documents is three days


class Lane(Enum):
    """Who asks; the value is the percentage of a limit that may be in use after it."""

    ORDINARY = 60
    RESERVED = 80


class Window:
    """One limit: `limit` units in any `window_ns`, ours and what headers tell of others."""

    def __init__(self, limit: int, window_ns: int) -> None:
        self.limit = limit
        self.window_ns = window_ns
        self.used = 0
        self._slice_ns = max(window_ns // _SLICES, 1)
        self._slices: deque[list[int]] = deque()  # [number of the slice, units], oldest first

    def __len__(self) -> int:
        """Return how many parts it remembers its use in; two more than a window has at the most."""
        return len(self._slices)

    def forget(self, mono_ns: int) -> None:
        """Drop what is out of the window for sure."""
        slices, kept_from = self._slices, (mono_ns - self.window_ns) // self._slice_ns
        while slices and slices[0][0] < kept_from:
            self.used -= slices.popleft()[1]

    def add(self, units: int, mono_ns: int) -> None:
        """Count `units` as used now."""
        number = mono_ns // self._slice_ns
        if self._slices and self._slices[-1][0] >= number:
            self._slices[-1][1] += units
        else:
            self._slices.append([number, units])
        self.used += units

    def learn(self, used: int, mono_ns: int) -> None:
        """Take over the venue's own count where it is higher: others use the address too."""
        self.forget(mono_ns)
        if used > self.used:
            self.add(used - self.used, mono_ns)

    def wait_ns(self, units: int, percent: int, mono_ns: int) -> int:
        """Return how long until `units` more fit under `percent` of the limit; 0 means now."""
        self.forget(mono_ns)
        room = self.limit * percent // 100 - self.used
        if units <= room:
            return 0
        for number, used in self._slices:
            room += used
            if units <= room:
                return (number + 1) * self._slice_ns + self.window_ns - mono_ns
        return self.window_ns


class Limiter:
    """Every limit of the venue at once."""

    def __init__(self) -> None:
        # What is published today; `adopt` takes over what exchangeInfo says.
        self._weight: dict[str, Window] = {"1M": Window(6_000, MINUTE_NS)}
        self._orders: dict[str, Window] = {
            "10S": Window(50, 10 * SECOND_NS),
            "1D": Window(160_000, DAY_NS),
        }
        self._raw: dict[str, Window] = {"5M": Window(61_000, 5 * MINUTE_NS)}
        self._held_until_ns = 0
        self._orders_held_until_ns = 0

    def adopt(self, published: Iterable[RateLimit], mono_ns: int) -> None:
        """Take the limits over as published, and what is used of them where that is told.

        Raises:
            WireError: An interval the venue does not document.
        """
        kinds = {
            "REQUEST_WEIGHT": self._weight,
            "ORDERS": self._orders,
            "RAW_REQUESTS": self._raw,
        }
        for limit in published:
            windows = kinds.get(limit.rate_limit_type)
            if windows is None:
                continue
            name = f"{limit.interval_num}{_LETTERS.get(limit.interval, '')}"
            window = windows.setdefault(name, Window(limit.limit, limit.window_ns))
            window.limit = limit.limit
            window.learn(limit.count, mono_ns)

    def wait_ns(self, weight: int, lane: Lane, mono_ns: int, *, orders: int = 0) -> int:
        """Return how long until a request may go; 0 means now."""
        waits = [self._held_until_ns - mono_ns]
        if orders:
            waits.append(self._orders_held_until_ns - mono_ns)
        for windows, units in ((self._weight, weight), (self._orders, orders), (self._raw, 1)):
            if units:
                each = windows.values()
                waits.extend(window.wait_ns(units, lane.value, mono_ns) for window in each)
        return max(0, *waits)

    def take(self, weight: int, mono_ns: int, *, orders: int = 0) -> None:
        """Count a request that goes now."""
        for windows, units in ((self._weight, weight), (self._orders, orders), (self._raw, 1)):
            if units:
                for window in windows.values():
                    window.add(units, mono_ns)

    def learn(self, headers: Mapping[str, str], mono_ns: int) -> None:
        """Take over what an answer says is used; `headers` have lower-case names."""
        for prefix, windows in (
            ("x-mbx-used-weight-", self._weight),
            ("x-mbx-order-count-", self._orders),
        ):
            for name, window in windows.items():
                told = headers.get(prefix + name.lower(), "")
                if told.isascii() and told.isdigit() and len(told) < 10:
                    window.learn(int(told), mono_ns)

    def hold(self, status: int, retry_after: str, mono_ns: int) -> int:
        """Send nothing until what Retry-After (seconds) says is over; return until when."""
        if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
            wait_ns = min(int(retry_after) * SECOND_NS, _HOLD_MAX_NS)
        else:
            wait_ns = _WITHOUT_HEADER_NS.get(status, MINUTE_NS)
        return self.hold_for(wait_ns, mono_ns)

    def hold_for(self, wait_ns: int, mono_ns: int) -> int:
        """Send nothing for so long; return until when."""
        self._held_until_ns = max(self._held_until_ns, mono_ns + wait_ns)
        return self._held_until_ns

    def hold_orders(self, mono_ns: int) -> None:
        """Send no new order for the shortest published interval: the venue counted too many."""
        shortest = min(window.window_ns for window in self._orders.values())
        self._orders_held_until_ns = max(self._orders_held_until_ns, mono_ns + shortest)

    def is_held(self, mono_ns: int) -> bool:
        """Whether the venue has told us to keep quiet."""
        return mono_ns < self._held_until_ns

    @property
    def fullness(self) -> tuple[int, int]:
        """How many parts the fullest window remembers, and how many it may."""
        windows = (*self._weight.values(), *self._orders.values(), *self._raw.values())
        return max(map(len, windows)), _SLICES + 2

    def shares(self, mono_ns: int) -> Mapping[str, float]:
        """Return how much of each limit is in use, for metrics: 0.8 is our own ceiling."""
        named = {"weight": self._weight, "orders": self._orders, "raw": self._raw}
        told = {}
        for kind, windows in named.items():
            for name, window in windows.items():
                window.forget(mono_ns)
                told[f"{kind} {name}"] = window.used / window.limit
        return told
