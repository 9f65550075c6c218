"""What the network does to each connection and each write: the net's part of a fault plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import msgspec

from argonaut.rehearsal.simulation.dice import Dice

FOREVER_NS = 2**62
DRIP_BYTES_MAX = 64

NetFaultKind = Literal[
    "disconnect", "refuse", "reset", "cut", "half_close", "stall", "drip", "slow"
]
_ABOUT_CONNECTING = ("disconnect", "refuse")
Way = Literal["up", "down"]  # from the client, to the client


class NetFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of bad weather, for a time, on some links.

    disconnect: all is reset when it begins, and refused until it ends. refuse: connecting fails.
    reset: the write is lost and both ends see a reset. cut: the same after a part of the write has
    arrived. half_close: the write arrives, then an end of stream. stall: writes arrive when the
    fault ends. drip: they arrive in small pieces, `delay_ns` apart. slow: they arrive up to
    `delay_ns` later. Times are nanoseconds since the world began.
    """

    kind: NetFaultKind
    from_ns: int = 0
    to_ns: int = FOREVER_NS
    link: str = ""  # the links whose path starts so; "" is all
    way: Literal["up", "down", "both"] = "both"
    chance: float = 1.0  # for each connection or write
    delay_ns: int = 0


class Parcel(msgspec.Struct, frozen=True):
    """A piece of a write, a reset, or None for the end of the stream; and how long it takes."""

    after_ns: int
    content: bytes | Exception | None


class Weather:
    """Decides, by dice, what becomes of each write."""

    def __init__(
        self,
        dice: Dice,
        *,
        latency_ns: tuple[int, int] = (1_000_000, 5_000_000),
        faults: Sequence[NetFault] = (),
    ) -> None:
        self.struck: Counter[NetFault] = Counter()  # how often each fault did something
        self._dice = dice
        self._latency_ns = latency_ns
        self._faults = tuple(faults)

    @property
    def disconnects(self) -> tuple[NetFault, ...]:
        """The faults that end connections by themselves."""
        return tuple(fault for fault in self._faults if fault.kind == "disconnect")

    def heal(self) -> None:
        """Have fair weather from now on; what is under way arrives when it would have."""
        self._faults = ()

    def latency_ns(self) -> int:
        """Draw the time one write takes in fair weather."""
        return self._dice.between(*self._latency_ns)

    def refuses(self, path: str, now_ns: int) -> bool:
        """Say whether a connection is refused."""
        return any(
            fault.kind in _ABOUT_CONNECTING and self._strikes(fault, path, now_ns)
            for fault in self._faults
        )

    def carry(self, path: str, way: Way, content: bytes, now_ns: int) -> list[Parcel]:
        """Return what arrives of a write, in order, and when."""
        after_ns = self.latency_ns()
        for fault in self._faults:
            if fault.kind in _ABOUT_CONNECTING or fault.way not in ("both", way):
                continue
            if not self._strikes(fault, path, now_ns):
                continue
            if fault.kind == "slow":
                after_ns += int(self._dice.random() * fault.delay_ns)
            elif fault.kind == "stall":
                after_ns = max(after_ns, fault.to_ns - now_ns)
            else:
                return self._broken(fault, content, after_ns)
        return [Parcel(after_ns, content)]

    def _strikes(self, fault: NetFault, path: str, now_ns: int) -> bool:
        strikes = (
            fault.from_ns <= now_ns < fault.to_ns
            and path.startswith(fault.link)
            and (fault.chance >= 1.0 or self._dice.chance(fault.chance))
        )
        self.struck[fault] += strikes
        return strikes

    def _broken(self, fault: NetFault, content: bytes, after_ns: int) -> list[Parcel]:
        reset = ConnectionResetError("reset by the network")
        match fault.kind:
            case "reset":
                return [Parcel(after_ns, reset)]
            case "cut":
                arrived = content[: self._dice.below(len(content))]
                return [Parcel(after_ns, arrived), Parcel(after_ns, reset)]
            case "half_close":
                return [Parcel(after_ns, content), Parcel(after_ns, None)]
            case _:
                return self._dripped(content, after_ns, fault.delay_ns)

    def _dripped(self, content: bytes, after_ns: int, delay_ns: int) -> list[Parcel]:
        parcels, start = [], 0
        while start < len(content):
            end = start + self._dice.between(1, DRIP_BYTES_MAX)
            parcels.append(Parcel(after_ns, content[start:end]))
            start, after_ns = end, after_ns + delay_ns
        return parcels
