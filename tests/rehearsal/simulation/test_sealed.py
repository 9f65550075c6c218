"""Tests of argonaut.rehearsal.simulation.sealed."""

import gc
import os
import random
import secrets
import time
import uuid

from aiohttp.http_websocket import WebSocketWriter

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.sealed import sealed


def drawn() -> tuple[object, ...]:
    """Something of every source of chance and time there is."""
    return (
        random.random(),
        random.getrandbits(64),
        uuid.uuid4(),
        os.urandom(9),
        secrets.token_hex(),
        WebSocketWriter.__init__.__defaults__ or WebSocketWriter.__init__.__kwdefaults__,
        time.time(),
        time.time_ns(),
        time.monotonic(),
        time.monotonic_ns(),
    )


def sealed_draw(seed: int) -> tuple[object, ...]:
    with sealed(Dice(seed), wall_ns=lambda: 2_000_000_000, mono_ns=lambda: 500_000_000):
        return drawn()


def test_inside_all_time_and_chance_are_the_worlds():
    """aiohttp and ccxt draw masks, nonces and ids unasked; a run must repeat to the byte."""
    first = sealed_draw(1)

    assert sealed_draw(1) == first
    assert sealed_draw(2)[:5] != first[:5]
    assert first[6:] == (2.0, 2_000_000_000, 0.5, 500_000_000)


def test_afterwards_everything_is_as_it_was():
    """The tests and the progress bar beside a simulation live in real time."""
    before = random.getstate()

    sealed_draw(1)

    assert random.getstate() == before
    assert time.time() > 1_600_000_000
    assert gc.isenabled()


def test_the_collector_waits_outside():
    """When garbage is finalised depends on what ran before, so it must not be in a run."""
    with sealed(Dice(1), wall_ns=lambda: 0, mono_ns=lambda: 0):
        assert not gc.isenabled()
    gc.disable()
    sealed_draw(1)
    assert not gc.isenabled()
    gc.enable()
