"""What can be wrong with a data file or a source of events, sorted by what is done next."""

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


class AnswerError(FeedError):
    """An event source's answer cannot be used. It is counted, and the source asked again later."""


class NotJsonError(AnswerError):
    """A page of HTML, half an answer or bytes of something else stand where JSON should."""


class AnswerShapeError(AnswerError):
    """JSON, but none of its items has the fields the source promises: it may have changed."""


class EmptyAnswerError(AnswerError):
    """Nothing, where this source always has something."""


class OldAnswerError(AnswerError):
    """The newest there is of a source that should be current is from another day."""


class RefusedBySourceError(AnswerError):
    """The source says in its own words, with HTTP 200, that it will not answer."""
