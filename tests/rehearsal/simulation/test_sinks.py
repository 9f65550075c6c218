"""Tests of argonaut.rehearsal.simulation.sinks."""

import sys

from argonaut.monitoring.logs import log_event
from argonaut.rehearsal.simulation.sinks import Heard


def test_what_is_printed_and_logged_is_heard():
    """A secret must be in no sink (F40), so every sink has to be looked into."""
    heard = Heard()
    with heard.listening():
        sys.stdout.write("to people\n")
        sys.stderr.write("to operators\n")
        log_event("run_started", level="WARNING", run="one", api_key="k1-canary-value-of-a-key")

    assert heard.texts["stdout"] == "to people\n"
    assert heard.texts["stderr"].startswith("to operators\n")
    assert '"event":"run_started"' in heard.texts["log"]
    assert "canary" not in heard.texts["log"]


def test_afterwards_nothing_is_heard():
    """The next run has a record of its own."""
    heard = Heard()
    with heard.listening():
        log_event("run_started")
    log_event("run_ended")

    assert "run_ended" not in heard.texts["log"]
