"""What every test of the simulation shares: dead machines are gone when it is over."""

import gc
import warnings

import pytest


@pytest.fixture(autouse=True)
def dead_machines_are_gone():
    """A machine that lost power closed nothing: no other test is to meet its connections."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    gc.freeze()  # what is left is not looked at after each test: that took longer than the tests
