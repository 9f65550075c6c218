"""Time and chance of the machine, replaced for as long as a simulation runs.

The product takes both through its ports; aiohttp and ccxt do not. Here, and only here, the
standard library's are patched: for the whole process, so nothing reads the real ones unseen.
"""

from __future__ import annotations

import gc
import inspect
import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import aiohttp.connector
from aiohttp.http_websocket import WebSocketWriter

from argonaut.rehearsal.simulation.dice import Dice

# One for all of aiohttp's sockets, made when the class is: it masks what clients send.
_MASKS = inspect.signature(WebSocketWriter).parameters["random"].default


@contextmanager
def sealed(dice: Dice, *, wall_ns: Callable[[], int], mono_ns: Callable[[], int]) -> Iterator[None]:
    """Let every clock and every source of chance be the simulation's; keep the collector still.

    The collector waits because what it finalises, and when, depends on what ran before.
    """

    def mono_s() -> float:
        return mono_ns() / 1e9

    def wall_s() -> float:
        return wall_ns() / 1e9

    replaced = (
        (time, "time", wall_s),
        (time, "time_ns", wall_ns),
        (time, "monotonic", mono_s),
        (time, "monotonic_ns", mono_ns),
        (os, "urandom", dice.bytes),
        (random, "_urandom", dice.bytes),
        (aiohttp.connector, "monotonic", mono_s),
    )
    states = [(each, each.getstate()) for each in (random, _MASKS)]
    was_collecting = gc.isenabled()
    with ExitStack() as stack:
        for owner, name, replacement in replaced:
            stack.enter_context(patch.object(owner, name, replacement))
        for each, _ in states:
            each.seed(dice.bytes(8))
        gc.disable()
        try:
            yield
        finally:
            for each, state in states:
                each.setstate(state)
            if was_collecting:
                gc.enable()
