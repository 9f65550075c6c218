"""How often one may ask: request weight, raw requests and new orders, each in fixed windows.

An address that goes on after a 429 is banned: 418, two minutes at first, each ban twice as long,
three days at most.
"""

from __future__ import annotations

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.symbols import Json

_SECOND_NS = 1_000_000_000
_MINUTE_NS = 60 * _SECOND_NS
_DAY_NS = 86_400 * _SECOND_NS
_BAN_FIRST_S = 120
_BAN_MOST_S = 3 * 86_400
_PATIENCE = 10  # requests after a 429 before the ban


class LimitRules(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed in each window."""

    weight_1m: int = 6_000
    raw_5m: int = 300_000
    orders_10s: int = 100
    orders_1d: int = 200_000
    connections_5m: int = 300

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could be asked."""
        for name in ("weight_1m", "raw_5m", "orders_10s", "orders_1d", "connections_5m"):
            if getattr(self, name) < 1:
                raise InvalidValueError(f"want {name} >= 1, not {getattr(self, name)}")

    def told(self) -> list[Json]:
        """Return the rateLimits of exchangeInfo."""
        return [
            _row("REQUEST_WEIGHT", "MINUTE", 1, self.weight_1m),
            _row("ORDERS", "SECOND", 10, self.orders_10s),
            _row("ORDERS", "DAY", 1, self.orders_1d),
            _row("RAW_REQUESTS", "MINUTE", 5, self.raw_5m),
        ]


class Window:
    """A count that begins anew with each window."""

    def __init__(self, length_ns: int) -> None:
        self._length_ns = length_ns
        self._index = -1
        self._count = 0
        self.peak = 0

    def count(self, now_ns: int) -> int:
        """Return the count of the window that holds `now_ns`."""
        index = now_ns // self._length_ns
        if index != self._index:
            self._index, self._count = index, 0
        return self._count

    def add(self, now_ns: int, more: int) -> None:
        """Count, or with a negative number take back, never below zero."""
        self._count = max(self.count(now_ns) + more, 0)
        self.peak = max(self.peak, self._count)

    def rest_s(self, now_ns: int) -> int:
        """Return the seconds until the next window, rounded up."""
        return -(-(self._length_ns - now_ns % self._length_ns) // _SECOND_NS)


class Limits:
    """The counters of one address and one account."""

    def __init__(self, rules: LimitRules) -> None:
        self.rules = rules
        self.banned_until_ns = 0
        self.refusals = 0  # 429 and 418 the client has earned so far
        self.asked_in_ban = 0  # requests inside a ban that a fault has laid
        self._ban_is_earned = False
        self._weight = Window(_MINUTE_NS)
        self._raw = Window(5 * _MINUTE_NS)
        self._orders_10s = Window(10 * _SECOND_NS)
        self._orders_1d = Window(_DAY_NS)
        self._connections = Window(5 * _MINUTE_NS)
        self._after_429 = Window(_MINUTE_NS)
        self._bans = 0

    def enter(self, weight: int, now_ns: int) -> None:
        """Count a request before anything of it is looked at.

        Raises:
            RefusalError: 418 while banned, 429 when a window is full.
        """
        if now_ns < self.banned_until_ns:
            raise self._banned(now_ns)
        self._raw.add(now_ns, 1)
        self._weight.add(now_ns, weight)
        over_weight = self._weight.count(now_ns) > self.rules.weight_1m
        if over_weight or self._raw.count(now_ns) > self.rules.raw_5m:
            self._after_429.add(now_ns, 1)
            if self._after_429.count(now_ns) > _PATIENCE:
                self.ban(now_ns)
                raise self._banned(now_ns)
            self.refusals += 1
            window, name = (
                (
                    self._weight,
                    f"current limit is {self.rules.weight_1m} request weight per 1 MINUTE",
                )
                if over_weight
                else (self._raw, f"current limit is {self.rules.raw_5m} raw requests per 5 MINUTE")
            )
            raise RefusalError(
                -1003,
                f"Too much request weight used; {name}. Please use WebSocket Streams for live "
                "updates to avoid polling the API.",
                status=429,
                retry_after_s=window.rest_s(now_ns),
            )

    def connect(self, now_ns: int) -> bool:
        """Count a new stream connection; return whether it is allowed."""
        if now_ns < self.banned_until_ns:
            self._banned(now_ns)
            return False
        if self._connections.count(now_ns) >= self.rules.connections_5m:
            self.refusals += 1
            return False
        self._connections.add(now_ns, 1)
        return True

    def peaks(self) -> list[tuple[str, int, int]]:
        """Return for each window its name, the most that was used and the limit."""
        rules = self.rules
        return [
            ("weight_1m", self._weight.peak, rules.weight_1m),
            ("raw_5m", self._raw.peak, rules.raw_5m),
            ("orders_10s", self._orders_10s.peak, rules.orders_10s),
            ("orders_1d", self._orders_1d.peak, rules.orders_1d),
            ("connections_5m", self._connections.peak, rules.connections_5m),
        ]

    def ban(self, now_ns: int, seconds: int | None = None) -> None:
        """Shut the address out; with `seconds` it is a fault, else it was earned."""
        self._ban_is_earned = seconds is None
        length_s = seconds or min(_BAN_FIRST_S * 2**self._bans, _BAN_MOST_S)
        self._bans += 1
        self.banned_until_ns = now_ns + length_s * _SECOND_NS

    def _banned(self, now_ns: int) -> RefusalError:
        if self._ban_is_earned:
            self.refusals += 1
        else:
            self.asked_in_ban += 1
        rest_ns = self.banned_until_ns - now_ns
        return RefusalError(
            -1003,
            "Way too much request weight used; IP banned until "
            f"{self.banned_until_ns // 1_000_000}. Please use WebSocket Streams for live updates "
            "to avoid bans.",
            status=418,
            retry_after_s=-(-rest_ns // _SECOND_NS),
        )

    def give_back(self, weight: int, now_ns: int) -> None:
        """Take back the weight of an order request that succeeded: it costs nothing."""
        self._weight.add(now_ns, -weight)

    def enter_orders(self, count: int, now_ns: int) -> None:
        """Count new orders.

        Raises:
            RefusalError: -1015, too many unfilled orders.
        """
        for window, most, told in (
            (self._orders_10s, self.rules.orders_10s, "10 SECOND"),
            (self._orders_1d, self.rules.orders_1d, "1 DAY"),
        ):
            if window.count(now_ns) + count > most:
                self.refusals += 1
                raise RefusalError(
                    -1015,
                    f"Too many new orders; current limit is {most} orders per {told}.",
                    status=429,
                    retry_after_s=window.rest_s(now_ns),
                )
        self._orders_10s.add(now_ns, count)
        self._orders_1d.add(now_ns, count)

    def filled(self, now_ns: int) -> None:
        """An order filled for the first time: it does not count as unfilled any more."""
        self._orders_10s.add(now_ns, -1)
        self._orders_1d.add(now_ns, -1)

    def headers(self, now_ns: int, *, with_orders: bool) -> dict[str, str]:
        """Return how much is used, as every answer tells."""
        used = str(self._weight.count(now_ns))
        told = {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}
        if with_orders:
            told["X-MBX-ORDER-COUNT-10S"] = str(self._orders_10s.count(now_ns))
            told["X-MBX-ORDER-COUNT-1D"] = str(self._orders_1d.count(now_ns))
        return told

    def usage(self, now_ns: int) -> list[Json]:
        """Return how many orders are counted, as rateLimit/order does."""
        counts = (self._orders_10s.count(now_ns), self._orders_1d.count(now_ns))
        rows = self.rules.told()[1:3]
        return [{**row, "count": count} for row, count in zip(rows, counts, strict=True)]

    def told(self, now_ns: int) -> list[Json]:
        """Return what a WebSocket API answer says of the weight."""
        row = self.rules.told()[0]
        return [{**row, "count": self._weight.count(now_ns)}]


def _row(kind: str, interval: str, number: int, limit: int) -> Json:
    return {
        "rateLimitType": kind,
        "interval": interval,
        "intervalNum": number,
        "limit": limit,
    }
