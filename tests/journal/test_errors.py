from argonaut.domain.errors import ExitCode
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalFullError,
    JournalIOError,
)


def test_a_journal_in_use_is_a_refusal_to_start_and_a_full_disk_a_failure():
    assert JournalBusyError.exit_code == ExitCode.REFUSED
    assert JournalBrokenError.exit_code == ExitCode.REFUSED
    assert JournalFullError.exit_code == ExitCode.FAILED
    assert JournalIOError.exit_code == ExitCode.FAILED
