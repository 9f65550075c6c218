"""What a soak was asked for, and what was seen of it from outside."""

from __future__ import annotations

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.simulation.plan import Fault


class SoakPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How long a soak goes on (until both are reached), its dice, and the pace of prices."""

    kills: int = 100
    minutes: float = 0.0
    seed: int = 1
    speed: float = 10.0

    def __post_init__(self) -> None:
        """Refuse a soak that would prove nothing."""
        if self.kills < 1:
            raise InvalidValueError(f"want at least 1 kill, not {self.kills}")


class Death(msgspec.Struct, frozen=True, kw_only=True):
    """One kill: how long the process had lived, and after what it was ready, if it came to that."""

    after_s: float
    ready_s: float | None
    is_fresh: bool = True  # started from nothing, not forked off a loaded program
    is_read: bool = False  # somebody had the journal open when it started


class SoakRecord(msgspec.Struct, kw_only=True):
    """What was seen. Times are nanoseconds: UTC, or since the venue began where not said."""

    seed: int
    began_ns: int  # UTC
    epoch_ns: int = 0  # UTC, when the venue began
    calm_ns: int = 0
    ended_ns: int = 0  # UTC
    deaths: list[Death] = []
    faults: tuple[Fault, ...] = ()
    acted: list[str] = []  # tags of the knobs that acted, as far as the venue keeps them
    failures: list[str] = []  # lives that ended by themselves, and what else went wrong
    calm_mode: str = ""
    mode_before_halt: str = ""
    second_code: int | None = None  # of a second trader on the same journal
    last_code: int | None = None
    last_words: str = ""  # the state that the last trader printed
