"""Tests of argonaut.rehearsal.simulation.sinks."""

import sys

from loguru import logger

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


def test_a_run_is_heard_although_every_sink_was_removed_before_it():
    """Setting up logs removes sinks; a deaf record would find no secret in any run that follows."""
    with Heard().listening():
        log_event("run_started")
    logger.remove()

    heard = Heard()
    with heard.listening():
        log_event("run_ended")

    assert "run_ended" in heard.texts["log"]


def test_each_run_hears_itself_alone():
    """What two runs of one process log must not mix."""
    one, other = Heard(), Heard()
    with one.listening():
        log_event("run_started")
    with other.listening():
        log_event("run_ended")

    assert "run_ended" not in one.texts["log"]
    assert other.texts["log"].count("event") - other.texts["log"].count("event_time") == 1
