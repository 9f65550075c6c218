"""The error of the books."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError


class LedgerError(ArgonautError):
    """The book was asked about something it does not keep, or given state it cannot read."""
