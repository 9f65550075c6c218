from pathlib import Path

import apsw
import pytest

from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalFullError,
    JournalIOError,
)
from argonaut.journal.translated import translated


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (apsw.BusyError, JournalBusyError),
        (apsw.LockedError, JournalBusyError),
        (apsw.FullError, JournalFullError),
        (apsw.NotADBError, JournalBrokenError),
        (apsw.CorruptError, JournalBrokenError),
        (apsw.ReadOnlyError, JournalIOError),
        (apsw.CantOpenError, JournalIOError),
        (apsw.IOError, JournalIOError),
        (apsw.ConstraintError, JournalIOError),
    ],
)
def test_an_error_of_sqlite_becomes_ours_and_names_the_file(foreign, ours):
    error = translated(foreign("why it failed"), Path("bot.db"))

    assert type(error) is ours
    assert "bot.db" in str(error)
    assert "why it failed" in str(error)
