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
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import aiohttp.connector
from aiohttp.http_websocket import WebSocketWriter
from aiohttp.log import server_logger

from argonaut.rehearsal.simulation.dice import Dice

# One for all of aiohttp's sockets, made when the class is: it masks what clients send.
_MASKS = inspect.signature(WebSocketWriter).parameters["random"].default


@contextmanager
def sealed(dice: Dice, *, wall_ns: Callable[[], int], mono_ns: Callable[[], int]) -> Iterator[None]:
    """Let every clock and every source of chance be the simulation's."""

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
        (server_logger, "disabled", True),  # a venue whose clients die complains of each
    )
    states = [(each, each.getstate()) for each in (random, _MASKS)]
    with ExitStack() as stack:
        for owner, name, replacement in replaced:
            stack.enter_context(patch.object(owner, name, replacement))
        for each, _ in states:
            each.seed(dice.bytes(8))
        try:
            yield
        finally:
            for each, state in states:
                each.setstate(state)


@contextmanager
def collected() -> Iterator[None]:
    """Keep the garbage collector still in a run, then let it take what the run left, unheard.

    When it finalises what depends on what ran before, so it must not do so inside. What dead
    machines left open is no leak to warn of.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    gc.freeze()  # what was there before is not looked at again
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        gc.unfreeze()
        if was_collecting:
            gc.enable()
