"""Tests of argonaut.rehearsal.simulation.sealed."""

import gc
import os
import random
import secrets
import time
import uuid
import warnings

from aiohttp.http_websocket import WebSocketWriter

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.sealed import collected, sealed


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


def test_the_collector_waits_outside_and_takes_what_is_left():
    """When garbage is finalised depends on what ran before, so it must not be in a run."""
    seen = []

    class Loop:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            seen.append(gc.isenabled())
            warnings.warn("left open", ResourceWarning, stacklevel=1)

    with collected():
        assert not gc.isenabled()
        Loop()
        assert seen == []

    assert seen == [False]
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    """Who measures switches it off for good reasons."""
    gc.disable()
    try:
        with collected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
