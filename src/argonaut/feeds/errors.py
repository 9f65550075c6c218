"""What can be wrong with a data file, sorted by what a person does next."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError, ExitCode


class FeedError(ArgonautError):
    """A recording could not be read or written."""


class DataFileError(FeedError):
    """The file is missing, of an unknown layout, or lacks a column: name another file or format."""

    exit_code = ExitCode.USAGE


class BadDataError(FeedError):
    """The file was read and holds values no market can have: repair it or tolerate them by name."""

    exit_code = ExitCode.REFUSED


class UnreadableCellError(BadDataError):
    """A cell holds nothing of its column's kind. Says row and value; the reader adds the file."""
