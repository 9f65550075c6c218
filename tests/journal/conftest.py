"""The places a journal can be kept in; the database's tests say so when there is no server."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.journal.places import DatabasePlace, FilePlace, Place
from tests.journal.server import NoServerError, Server, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of this session's own."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(running())
        except NoServerError as error:
            pytest.skip(str(error))
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A journal that nobody has written yet, in a file and in a database."""
    if request.param == "sqlite":
        return FilePlace(tmp_path / "journal.db")
    return DatabasePlace(request.getfixturevalue("server"))
