"""What one run has in store: when the market moves how, what is asked, and what goes wrong.

A plan is all there is to know about a run: the same plan makes the same run, to the last byte. It
reads and writes JSON, so that one that broke something can be kept and run at every commit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec

from argonaut.domain.errors import ArgonautError, ExitCode, InvalidValueError

SECOND_NS = 1_000_000_000
MINUTE_NS = 60 * SECOND_NS
CALM_NS = 120 * SECOND_NS  # healthy time after the last fault, by which all must be well again


class PlanError(ArgonautError):
    """A plan cannot be read, or asks for what no run has."""

    exit_code = ExitCode.USAGE


class Wish(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A detector's signal, delivered at `at_ns` and again until the trader has journaled it.

    A size is quote units; None closes what is held. `repeats` are deliveries beyond the first.
    """

    at_ns: int
    signal_id: str
    symbol: str  # BTC/USDT
    side: Literal["buy", "sell"]
    notional: Decimal | None = None
    limit_offset: float | None = None  # a limit that far from the price, such as -0.001; or market
    stop_fraction: float | None = None
    target_fraction: float | None = None
    repeats: int = 0


class Fault(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One thing that goes wrong from `at_ns` on, for `for_ns`, or the next `count` times.

    What `target` and `amount` mean is said where the kind is listed, in `kinds.py`.
    """

    kind: str
    at_ns: int
    for_ns: int = 0
    target: str = ""
    count: int = 1
    amount: float = 0.0

    @property
    def end_ns(self) -> int:
        """When it has ended, as far as that is known beforehand."""
        return self.at_ns + self.for_ns


class Listed(msgspec.Struct, frozen=True):
    """A symbol the simulated venue lists: where its price begins, its tick, lot and least value."""

    start: Decimal
    tick: Decimal
    lot: Decimal
    min_notional: Decimal = Decimal(5)


LISTED: Mapping[str, Listed] = {
    "BTC/USDT": Listed(Decimal(60_000), Decimal("0.01"), Decimal("0.00001")),
    "ETH/USDT": Listed(Decimal(3_000), Decimal("0.01"), Decimal("0.0001")),
}


class MarketShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How prices move and how much lies in the book: a thin one fills orders in parts."""

    symbols: tuple[str, ...] = ("BTC/USDT", "ETH/USDT")
    step_ns: int = SECOND_NS  # between two moves of a symbol
    step_ticks: int = 40  # a move is up to so many
    level_lots: int = 20_000  # at each price at most
    keeps_books: bool = False  # whether the trader keeps order books, or takes best prices


class FaultPlan(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """One run, whole. Times are virtual nanoseconds since it began; `seed` is the world's dice."""

    seed: int
    scenario: str = ""
    trade_ns: int = 3 * MINUTE_NS  # in which signals come and things go wrong
    calm_ns: int = CALM_NS
    ends_when_well: bool = False  # whether the calm may be shorter, see `calm.py`
    latency_ns: tuple[int, int] = (2_000_000, 20_000_000)  # one way, least and most
    cash: Decimal = Decimal(100_000)  # USDT on the account when it begins
    symbol_cap: Decimal = Decimal(5_000)  # quote units at risk at one instrument, worst case
    account_cap: Decimal = Decimal(8_000)
    market: MarketShape = MarketShape()
    wishes: tuple[Wish, ...] = ()
    faults: tuple[Fault, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        low, high = self.latency_ns
        if not 0 <= low <= high:
            raise InvalidValueError(f"want 0 <= least <= most latency, not {self.latency_ns}")
        for wish in self.wishes:
            if wish.at_ns < 0:
                raise InvalidValueError(f"want at_ns >= 0, not {wish}")
        for fault in self.faults:
            if min(fault.at_ns, fault.for_ns, fault.count) < 0 or not math.isfinite(fault.amount):
                raise InvalidValueError(f"want times, count >= 0 and an amount, not {fault}")

    @property
    def faults_end_ns(self) -> int:
        """When the last fault has ended and the calm begins."""
        return max([self.trade_ns, *(each.end_ns for each in self.faults)])

    @property
    def end_ns(self) -> int:
        """When the run is over."""
        return self.faults_end_ns + self.calm_ns

    @property
    def size(self) -> tuple[int, int, int, int, int]:
        """How much there is to a plan, the weightiest first; shrinking makes it smaller."""
        return (
            len({each.kind for each in self.faults}),
            len(self.faults),
            len(self.wishes),
            sum(each.for_ns + each.at_ns for each in self.faults) + self.trade_ns,
            sum(each.at_ns for each in self.wishes),
        )

    def to_json(self) -> bytes:
        """Return the plan as JSON a person can read."""
        return msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1)


def plan_of_json(text: bytes) -> FaultPlan:
    """Return the plan written in `text`.

    Raises:
        PlanError: It is no plan.
    """
    try:
        return msgspec.json.decode(text, type=FaultPlan)
    except (msgspec.DecodeError, ArgonautError) as error:
        raise PlanError(f"no fault plan: {error}") from error


def load_plan(path: Path) -> FaultPlan:
    """Return the plan kept in a file, alone or as the "plan" of a stored failure.

    Raises:
        PlanError: The file is not there or holds no plan.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}") from error
    try:
        stored = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise PlanError(f"{path} holds no JSON: {error}") from error
    if isinstance(stored, dict) and "plan" in stored:
        return plan_of_json(msgspec.json.encode(stored["plan"]))
    return plan_of_json(text)
