import socket

import pytest

from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import (
    LastRun,
    NoJournalError,
    TraderSilentError,
    ask_trader,
    journal_at,
    journal_meant,
    open_closed,
    read_last_run,
    remember_run,
)
from argonaut.config.errors import ConfigError
from argonaut.domain.errors import ExitCode
from argonaut.runtime import control
from tests.config.written import written
from tests.runtime.lives import LIVE


def test_a_yaml_file_means_the_journal_of_its_run(paper, tmp_path):
    assert journal_at(paper) == JournalPlace.of(tmp_path / "journal.db")


def test_any_other_file_is_the_journal_itself(tmp_path):
    assert journal_at(tmp_path / "x.db") == JournalPlace.of(tmp_path / "x.db")


def test_the_last_run_is_remembered_until_the_next(tmp_path):
    remember_run(tmp_path / "a.yaml", JournalPlace.of(tmp_path / "a.db"))
    remember_run(tmp_path / "b.yaml", JournalPlace.of(tmp_path / "b.db"))

    assert journal_meant(None) == JournalPlace.of(tmp_path / "b.db")


def test_a_run_in_a_database_is_found_again_by_its_config_which_alone_holds_the_url(tmp_path):
    url = "postgresql://bot@localhost/trading?schema=mine"
    path = written(tmp_path, LIVE | {"journal": {"path": "journal.db", "url": url}}, "live.yaml")
    remember_run(path, JournalPlace(url, tmp_path / "journal.db"))

    assert journal_meant(None) == JournalPlace(url, tmp_path / "journal.db")
    assert url not in (read_last_run() or LastRun("", "")).journal


def test_without_a_run_there_is_none():
    assert read_last_run() is None
    with pytest.raises(ConfigError, match="no run was started yet"):
        journal_meant(None)


def test_a_damaged_note_counts_as_none(home):
    place = home / "state" / "argonaut" / "last-run.json"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"{")

    assert read_last_run() is None


def test_a_note_that_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    remember_run(tmp_path / "a.yaml", JournalPlace.of(tmp_path / "a.db"))
    assert read_last_run() is None


def test_without_a_socket_nobody_is_asked(tmp_path):
    assert ask_trader(JournalPlace.of(tmp_path / "journal.db"), "/status") is None


def test_a_socket_left_by_a_killed_trader_answers_nothing(tmp_path):
    (tmp_path / "journal.sock").write_text("")

    assert ask_trader(JournalPlace.of(tmp_path / "journal.db"), "/status") is None


def test_a_trader_that_hangs_is_told(tmp_path, monkeypatch):
    """A stuck bot is what `status` is for; waiting with it for ever is not."""
    monkeypatch.setattr(control, "_TIMEOUT_S", 0.1)
    path = tmp_path / "journal.sock"
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(path))
        deaf.listen()
        with pytest.raises(TraderSilentError, match="does not answer; it is busy, or it hangs"):
            ask_trader(JournalPlace.of(tmp_path / "journal.db"), "/status")


def test_a_journal_that_is_not_there_is_a_wrong_name(tmp_path):
    with pytest.raises(NoJournalError, match="there is no journal at") as refused:
        open_closed(JournalPlace.of(tmp_path / "absent.db"))
    assert refused.value.exit_code == ExitCode.USAGE
