"""What can be wrong with a journal, sorted by what a person does next."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError, ExitCode


class JournalError(ArgonautError):
    """A journal could not be opened, read or written."""


class JournalBusyError(JournalError):
    """Another process has the file open: ask that process, or stop it."""

    exit_code = ExitCode.REFUSED


class JournalTakenError(JournalError):
    """A journal stands where one was to be made: move it away, or name another place."""

    exit_code = ExitCode.REFUSED


class JournalVersionError(JournalError):
    """The file has a schema this program does not read: run the program that wrote it."""

    exit_code = ExitCode.REFUSED


class JournalConfigError(JournalError):
    """The file belongs to a run with another config: name another journal or the old config."""

    exit_code = ExitCode.REFUSED


class JournalBrokenError(JournalError):
    """The content is not what was written. `broken_seq` is the first bad row, None if unknown."""

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, broken_seq: int | None = None) -> None:
        super().__init__(message)
        self.broken_seq = broken_seq


class JournalDivergedError(JournalError):
    """A re-run decided otherwise than the stored run: code, config or tape have changed."""

    exit_code = ExitCode.REFUSED

    def __init__(self, message: str, seq: int, *, stored: bytes, regenerated: bytes) -> None:
        super().__init__(message)
        self.seq = seq
        self.stored = stored
        self.regenerated = regenerated


class JournalFullError(JournalError):
    """The disk is full. Nothing of the last group was written; reopen after making room."""


class JournalIOError(JournalError):
    """The disk or its permissions failed. Nothing more is written until reopened."""


class JournalUnreadableError(JournalError):
    """A place in the journal cannot be read; verification tells where."""
