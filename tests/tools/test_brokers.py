"""What is not installed is named, so that a machine without brokers says what it skips."""

import pytest

from tools.brokers import NoBrokerError, RabbitBroker, RedisBroker, found, running


def test_a_missing_program_is_named_with_its_package():
    with pytest.raises(NoBrokerError, match="no no-such-server here: apt-get install its-package"):
        found("no-such-server", "its-package")


def test_a_broker_that_cannot_be_had_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    class Missing(RedisBroker):
        def __init__(self, folder):
            raise NoBrokerError("none")

    with pytest.raises(NoBrokerError), running(Missing):
        raise AssertionError("it runs")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_at_once_says_its_last_words(tmp_path):
    class Broken(RabbitBroker):
        def __init__(self, folder):
            self.folder = folder
            self._process = None

        def start(self):
            self._spawn(["sh", "-c", "echo a wrong option; exit 1"])
            assert self._process is not None
            self._process.wait()
            self._wait_for(1)

    with pytest.raises(NoBrokerError, match="a wrong option"):
        Broken(tmp_path).start()
