"""Tests of argonaut.rehearsal.simulation.outside."""

import pytest

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.errors import NotSimulatedError
from argonaut.rehearsal.simulation.loop import SimLoop


@pytest.mark.parametrize(
    "name", ["run_in_executor", "getaddrinfo", "add_reader", "sock_connect", "create_unix_server"]
)
def test_what_leaves_the_simulation_is_refused_by_name(name):
    """A thread or a socket would bring real time into the run, unseen."""
    with pytest.raises(NotSimulatedError, match=rf"{name}\(\) was called in a simulation"):
        getattr(SimLoop(Dice(1)), name)(None, print)
