"""From a plan to the parts of the world: each kind of fault turned into what brings it about.

The table below has a line for every kind in `kinds.py`. A new kind of fault is a line there, a line
here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

import msgspec

from argonaut.domain.number import to_decimal
from argonaut.rehearsal import faults as wire
from argonaut.rehearsal.simulation.clock import ClockStep
from argonaut.rehearsal.simulation.disk import DiskFault
from argonaut.rehearsal.simulation.host import Crash, Stall
from argonaut.rehearsal.simulation.mistakes import Mistake
from argonaut.rehearsal.simulation.plan import LISTED, SECOND_NS, Fault, FaultPlan, PlanError
from argonaut.rehearsal.simulation.weather import NetFault

_FAR = Decimal("0.8")  # of the price: where an order made by hand rests
_DRIP_NS = 20_000_000  # between two pieces of an answer
_DOWN_NS = SECOND_NS  # of a crash that does not say
_REPLAYED = 20  # frames a new subscription begins with


class Command(msgspec.Struct, frozen=True, array_like=True):
    """A person gives a command."""

    at_ns: int
    verb: str


class Restart(msgspec.Struct, frozen=True, array_like=True):
    """The trader is stopped in order and started again."""

    at_ns: int
    down_ns: int


class Second(msgspec.Struct, frozen=True, array_like=True):
    """A second trader starts, on the same disk or only at the same venue.

    With `is_fed` it gets every signal that the first one gets.
    """

    at_ns: int
    for_ns: int
    shares: str
    is_fed: bool = False


Called = Command | Restart | Second | Mistake  # what comes from people
Part = Crash | Stall | NetFault | DiskFault | ClockStep | Called | wire.Knob


class Arrangement(msgspec.Struct, frozen=True, kw_only=True):
    """The faults of a plan by the part of the world they belong to."""

    crashes: tuple[Crash, ...] = ()
    stalls: tuple[Stall, ...] = ()
    net: tuple[NetFault, ...] = ()
    disk: tuple[DiskFault, ...] = ()
    clock: tuple[ClockStep, ...] = ()
    commands: tuple[Command, ...] = ()
    restarts: tuple[Restart, ...] = ()
    seconds: tuple[Second, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    knobs: tuple[wire.Knob, ...] = ()


def arrange(plan: FaultPlan) -> Arrangement:
    """Return what the world is to do.

    Raises:
        PlanError: The plan has a kind of fault that nobody knows.
    """
    parts = [part for fault in plan.faults for part in parts_of(fault)]
    return Arrangement(
        crashes=tuple(each for each in parts if isinstance(each, Crash)),
        stalls=tuple(each for each in parts if isinstance(each, Stall)),
        net=tuple(each for each in parts if isinstance(each, NetFault)),
        disk=tuple(each for each in parts if isinstance(each, DiskFault)),
        clock=tuple(each for each in parts if isinstance(each, ClockStep)),
        commands=tuple(each for each in parts if isinstance(each, Command)),
        restarts=tuple(each for each in parts if isinstance(each, Restart)),
        seconds=tuple(each for each in parts if isinstance(each, Second)),
        mistakes=tuple(each for each in parts if isinstance(each, Mistake)),
        knobs=tuple(each for each in parts if isinstance(each, wire.Knob)),
    )


def parts_of(fault: Fault) -> Sequence[Part]:
    """Return what brings one fault about.

    Raises:
        PlanError: It is of a kind that nobody knows.
    """
    make = MAKERS.get(fault.kind)
    if make is None:
        raise PlanError(f"want a fault of {', '.join(sorted(MAKERS))}, not {fault.kind!r}")
    return make(fault)


# the trader's machine


def _crash(fault: Fault, *, how: str, is_at_point: bool) -> list[Part]:
    return [
        Crash(
            at_ns=None if is_at_point else fault.at_ns,
            at_point=fault.count if is_at_point else None,
            life=int(fault.target or 0),
            how="power" if how == "power" else "kill",
            down_ns=fault.for_ns or _DOWN_NS,
        )
    ]


def _disk(fault: Fault, *, kind: str) -> list[Part]:
    last = fault.count + max(int(fault.amount), 1) - 1
    span = {"from_op": fault.count, "to_op": last, "from_ns": fault.at_ns}
    match kind:
        case "full":
            return [DiskFault(kind="full", **span)]
        case "io_error":
            return [DiskFault(kind="io_error", **span)]
        case _:
            return [DiskFault(kind="slow_sync", delay_ns=fault.for_ns, **span)]


def _clock_step(fault: Fault) -> list[Part]:
    return [ClockStep(at_ns=fault.at_ns, step_ns=int(fault.amount * SECOND_NS))]


def _clock_drift(fault: Fault) -> list[Part]:
    return [
        ClockStep(at_ns=fault.at_ns, drift_ppm=int(fault.amount)),
        ClockStep(at_ns=fault.end_ns),
    ]


# the network


def _disconnect(fault: Fault) -> list[Part]:
    until_ns = max(fault.end_ns, fault.at_ns + 1)
    return [
        NetFault(kind="disconnect", from_ns=fault.at_ns, to_ns=until_ns, link=fault.target),
    ]


def _stall(fault: Fault) -> list[Part]:
    return [
        NetFault(
            kind="stall", from_ns=fault.at_ns, to_ns=fault.end_ns, link=fault.target, way="down"
        )
    ]


def _slow(fault: Fault) -> list[Part]:
    return [
        NetFault(
            kind="slow",
            from_ns=fault.at_ns,
            to_ns=fault.end_ns,
            link=fault.target,
            delay_ns=int(fault.amount * SECOND_NS),
        )
    ]


def _drip(fault: Fault) -> list[Part]:
    return [
        NetFault(
            kind="drip",
            from_ns=fault.at_ns,
            to_ns=fault.end_ns,
            link=fault.target,
            way="down",
            delay_ns=_DRIP_NS,
        )
    ]


# requests and frames at the venue's door


def _door(fault: Fault) -> dict[str, Any]:
    """The next `count` requests of the target."""
    method, _, path = (fault.target or "* *").partition(" ")
    return {"when": _next(fault), "method": method, "path": path}


def _frames(fault: Fault) -> dict[str, Any]:
    """The next `count` frames of the target."""
    return {"when": _next(fault), "stream": fault.target or "user"}


def _garbled_frames(fault: Fault) -> list[Part]:
    stream, _, shape = fault.target.partition(" ")
    knob = wire.GarbleFrame(when=_next(fault), stream=stream, shape=shape)  # type: ignore[arg-type]  # a target of `kinds.py`
    return [knob]


def _replayed(fault: Fault) -> list[Part]:
    return [wire.ReplayFrames(when=_next(fault), count=_REPLAYED)]


def _garbled(shape: wire.Shape) -> Callable[[Fault], list[Part]]:
    return lambda fault: [wire.GarbleReply(**_door(fault), shape=shape)]


def _late_s(fault: Fault) -> float:
    return fault.for_ns / SECOND_NS


def _throttled(fault: Fault) -> list[Part]:
    wait_s = max(round(_late_s(fault)), 1)
    return [wire.Throttle(**{**_door(fault), "when": _during(fault)}, retry_after_s=wait_s)]


def _banned(fault: Fault) -> list[Part]:
    wait_s = max(round(_late_s(fault)), 1)
    return [wire.Throttle(**_door(fault), retry_after_s=wait_s, is_ban=True)]


# the venue itself


def _maintenance(fault: Fault) -> list[Part]:
    return [
        wire.SetMaintenance(at_s=fault.at_ns / SECOND_NS, is_on=True),
        wire.SetMaintenance(at_s=fault.end_ns / SECOND_NS, is_on=False),
    ]


def _halted(fault: Fault) -> list[Part]:
    name = _name(fault)
    return [
        wire.SetStatus(at_s=fault.at_ns / SECOND_NS, symbol=name, status="CANCEL_ONLY"),
        wire.SetStatus(at_s=fault.end_ns / SECOND_NS, symbol=name, status="TRADING"),
    ]


def _by_hand(fault: Fault, *, rests: bool) -> list[Part]:
    listed = LISTED[fault.target]
    price = listed.start * _FAR if rests else None
    quantity = abs(to_decimal(fault.amount) or Decimal(100)) / (price or listed.start)
    return [
        wire.HandTrade(
            at_s=fault.at_ns / SECOND_NS,
            symbol=_name(fault),
            side="BUY",
            quantity=quantity.quantize(listed.lot, ROUND_FLOOR),
            price=price,
        )
    ]


def _hand_cancel(fault: Fault) -> list[Part]:
    return [wire.HandCancel(at_s=fault.at_ns / SECOND_NS, symbol=_name(fault))]


def _transfer(fault: Fault) -> list[Part]:
    amount = to_decimal(fault.amount) or Decimal(1)
    return [wire.Transfer(at_s=fault.at_ns / SECOND_NS, asset=fault.target, amount=amount)]


def _next(fault: Fault) -> wire.When:
    """The next `count` chances from `at_ns` on."""
    return wire.When(from_s=fault.at_ns / SECOND_NS, times=fault.count)


def _during(fault: Fault) -> wire.When:
    return wire.When(from_s=fault.at_ns / SECOND_NS, until_s=fault.end_ns / SECOND_NS)


def _name(fault: Fault) -> str:
    """Return the venue's spelling of a symbol."""
    return fault.target.replace("/", "")


_ERROR = "An unknown error occurred while processing the request."

MAKERS: Mapping[str, Callable[[Fault], list[Part]]] = {
    "crash": partial(_crash, how="kill", is_at_point=False),
    "crash_at_point": partial(_crash, how="kill", is_at_point=True),
    "power_cut": partial(_crash, how="power", is_at_point=False),
    "power_cut_at_point": partial(_crash, how="power", is_at_point=True),
    "restart": lambda fault: [Restart(fault.at_ns, fault.for_ns)],
    "loop_stall": lambda fault: [Stall(at_ns=fault.at_ns, for_ns=fault.for_ns)],
    "second_instance": lambda fault: [
        Second(fault.at_ns, fault.for_ns, fault.target, fault.amount >= 1)
    ],
    "disk_full": partial(_disk, kind="full"),
    "disk_error": partial(_disk, kind="io_error"),
    "disk_slow": partial(_disk, kind="slow_sync"),
    "clock_step": _clock_step,
    "clock_drift": _clock_drift,
    "disconnect": _disconnect,
    "stream_stall": _stall,
    "slow_net": _slow,
    "drip": _drip,
    "frame_lost": lambda fault: [wire.DropFrame(**_frames(fault))],
    "frame_doubled": lambda fault: [wire.DuplicateFrame(**_frames(fault))],
    "frames_swapped": lambda fault: [wire.SwapFrames(**_frames(fault))],
    "frames_garbled": _garbled_frames,
    "frames_replayed": _replayed,
    "stream_ended": lambda fault: [wire.ShutDownStream(**_frames(fault))],
    "reply_lost": lambda fault: [wire.DropReply(**_door(fault))],
    "reply_late": lambda fault: [wire.DelayReply(**_door(fault), seconds=_late_s(fault))],
    "request_lost": lambda fault: [wire.DropRequest(**_door(fault))],
    "request_late": lambda fault: [wire.DelayMatching(**_door(fault), seconds=_late_s(fault))],
    "server_error": lambda fault: [wire.FailReply(**_door(fault), code=-1000, msg=_ERROR)],
    "server_busy": lambda fault: [
        wire.FailReply(**_door(fault), executes=False, status=502, code=-1000, msg=_ERROR)
    ],
    "unknown_answer": lambda fault: [wire.FailReply(**_door(fault), status=504)],
    "half_body": _garbled("half"),
    "html_body": _garbled("html"),
    "empty_body": _garbled("empty"),
    "text_body": _garbled("text"),
    "array_body": _garbled("array"),
    "nan_body": _garbled("infinite"),
    "bomb_body": _garbled("bomb"),
    "throttled": _throttled,
    "banned": _banned,
    "maintenance": _maintenance,
    "halted": _halted,
    "order_invisible": lambda f: [wire.HideOrders(when=_during(f), seconds=f.amount)],
    "stale_reads": lambda f: [wire.StaleReads(when=_during(f), seconds=f.amount)],
    "orders_truncated": lambda f: [wire.ShortOpenOrders(when=_during(f), most=1)],
    "wrong_cum_qty": lambda f: [wire.WrongFilled(when=_during(f))],
    "hand_trade": partial(_by_hand, rests=False),
    "hand_order": partial(_by_hand, rests=True),
    "hand_cancel": _hand_cancel,
    "transfer": _transfer,
    "operator": lambda fault: [Command(fault.at_ns, fault.target)],
    "misconfigured": lambda fault: [Mistake(fault.at_ns, fault.end_ns, fault.target)],
}
