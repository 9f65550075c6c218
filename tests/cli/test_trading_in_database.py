"""`argonaut run` with its journal in a real PostgreSQL: the same run, and the same commands."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import open_closed
from argonaut.domain.errors import ExitCode
from argonaut.runtime.lease import KIND
from tests.cli.calling import call
from tests.cli.test_trading_live import config, ended, trader, until
from tests.journal.server import PASSWORD, NoServerError, Server, running


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL of this module's own."""
    try:
        with running() as found:
            yield found
    except NoServerError as error:
        pytest.skip(str(error))


@pytest.fixture
def url(server: Server, tmp_path: Path) -> str:
    """A database whose password is in a file."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    asked = server.url(schema="run", password_file=str(secret))
    return asked.replace(f":{PASSWORD}@", "@")


def test_a_killed_run_goes_on_in_its_database_and_commands_find_it(
    tmp_path: Path, url: str
) -> None:
    path = config(tmp_path, journal={"path": "run.db", "url": url})
    with trader(path) as process:
        said = until(process, "ready after")
        assert "recovering with the journal postgresql://tester@" in said
        assert call("status", path, "--json").answer["running"] is True
        process.kill()
        ended(process)
    with trader(path) as process:
        until(process, "ready after")
        process.send_signal(signal.SIGTERM)
        assert ended(process)[0] == ExitCode.OK

    with open_closed(JournalPlace.of(url)) as reader:
        starts = [row.subject[2:] for row in reader.rows() if row.kind == KIND]
        assert starts == ["1", "2"]
        assert reader.verify().ok
    assert not (tmp_path / "run.db").exists()
    status = call("status", path, "--json").answer
    assert (status["running"], status["name"]) == (False, "rehearsed")
    assert call("journal", "verify", path).code == ExitCode.OK
    assert call("why", "--config", path).code == ExitCode.OK


def test_a_fresh_start_is_not_had_by_moving_a_database_aside(tmp_path: Path, url: str) -> None:
    with trader(config(tmp_path, journal={"path": "run.db", "url": url}), "--fresh") as process:
        code, said = ended(process)

    assert code == ExitCode.REFUSED
    assert "--fresh moves a file aside" in said
    assert "name another schema" in said
