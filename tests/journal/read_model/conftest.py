"""A database for a read model, in each kind."""

from itertools import count
from pathlib import Path

import pytest

from tests.journal.server import Server

_numbers = count()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder}/read-{next(_numbers)}.db"


def postgres_url(server: Server) -> str:
    return server.url(schema=f"read_{next(_numbers)}")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that holds nothing yet."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return postgres_url(request.getfixturevalue("server"))
