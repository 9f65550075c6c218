"""What goes wrong at the venue of a soak: waves of faults in the simulation's words, as knobs.

Kinds and their ranges are those of `simulation/kinds.py`. What the simulation does to its network
is done here by the venue, which cuts, stalls, slows and drips its own real connections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from argonaut.rehearsal import faults as wire
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.inject import MAKERS
from argonaut.rehearsal.simulation.kinds import KINDS
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault
from argonaut.rehearsal.simulation.swarm import draw_fault

WAVE_NS = 6 * SECOND_NS
_BEGIN_NS = 3 * SECOND_NS  # faults of a wave begin by then
_END_NS = WAVE_NS - SECOND_NS // 2  # and have ended by then, so that none is cut off half done
_QUIET = 0.15  # of all waves have no fault
_MOST = 4  # kinds in one wave
_CHANCE = 0.1  # of a kind of weight 1, in each wave
# What somebody else does to the account: it shuts every instrument until two rounds of questions
# have shown that it stands, so it comes when the trader is to live so long.
ACCOUNT = ("hand_cancel", "hand_trade", "hand_order", "transfer")
_DELAY_MOST_NS = 8 * SECOND_NS  # of an answer; beyond the window in which orders are taken
_EVERY = {"method": "*", "path": "*"}
Stream = Literal["user", "market"]
_STREAMS: Mapping[str, Sequence[Stream]] = {"/stream": ("market",), "/ws-api": ("user",)}


def _disconnect(fault: Fault) -> list[wire.Knob]:
    """Cut what is connected, and let nothing in for a while."""
    knobs: list[wire.Knob] = []
    when = _during(fault)
    for stream in _streams(fault):
        once = wire.When(from_s=when.from_s, times=1)
        knobs += [
            wire.CutStream(when=once, stream=stream),
            wire.RefuseStream(when=when, stream=stream),
        ]
    if fault.target in ("", "/api"):
        knobs.append(wire.DropRequest(when=when, **_EVERY))
    return knobs


def _stall(fault: Fault) -> list[wire.Knob]:
    return [wire.DropFrame(when=_during(fault), stream=each) for each in _streams(fault)]


def _slow(fault: Fault) -> list[wire.Knob]:
    return [wire.DelayReply(when=_during(fault), seconds=min(fault.amount, 8.0), **_EVERY)]


def _drip(fault: Fault) -> list[wire.Knob]:
    return [wire.GarbleReply(when=_during(fault), shape="drip", **_EVERY)]


_OVER_SOCKETS: Mapping[str, Callable[[Fault], list[wire.Knob]]] = {
    "disconnect": _disconnect,
    "stream_stall": _stall,
    "slow_net": _slow,
    "drip": _drip,
}
SOAKED = tuple(
    name for name, kind in KINDS.items() if kind.part in ("wire", "venue") or name in _OVER_SOCKETS
)
"""Every kind of fault that a soak draws from."""


def draw_wave(dice: Dice, at_ns: int, *, is_with_account: bool = True) -> tuple[Fault, ...]:
    """Return what goes wrong within WAVE_NS from `at_ns` on: nothing, or up to a few kinds.

    Without the account nobody but the trader touches it.
    """
    if dice.chance(_QUIET):
        return ()
    kinds = [each for each in SOAKED if is_with_account or each not in ACCOUNT]
    chosen = [name for name in kinds if dice.chance(_CHANCE * KINDS[name].weight)]
    dice.shuffle(chosen)
    return tuple(_placed(dice, name, at_ns) for name in chosen[:_MOST])


def knobs_of(faults: Sequence[Fault]) -> tuple[wire.Knob, ...]:
    """Return what brings faults about at a served venue."""
    knobs: list[wire.Knob] = []
    for fault in faults:
        if fault.kind in _OVER_SOCKETS:
            knobs += _OVER_SOCKETS[fault.kind](fault)
        else:
            made = MAKERS[fault.kind](fault)
            knobs += [each for each in made if isinstance(each, wire.Knob)]
    return tuple(knobs)


def _placed(dice: Dice, name: str, at_ns: int) -> Fault:
    """Draw a fault of a kind, and move it into its wave."""
    fault = draw_fault(dice, name, WAVE_NS)
    begin_ns = dice.between(0, _BEGIN_NS)
    is_delay = name in ("reply_late", "request_late")
    most_ns = _DELAY_MOST_NS if is_delay else _END_NS - begin_ns
    return msgspec.structs.replace(fault, at_ns=at_ns + begin_ns, for_ns=min(fault.for_ns, most_ns))


def _streams(fault: Fault) -> Sequence[Stream]:
    return () if fault.target == "/api" else _STREAMS.get(fault.target, ("market", "user"))


def _during(fault: Fault) -> wire.When:
    return wire.When(from_s=fault.at_ns / SECOND_NS, until_s=fault.end_ns / SECOND_NS)
