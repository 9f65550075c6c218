"""A journal named by URL: PostgreSQL behind the same writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argonaut.domain.errors import RefusedToStartError
from argonaut.journal.meta import Meta
from argonaut.journal.stamps import Stamps
from argonaut.journal.writer import JournalWriter, abandon, writer_on

if TYPE_CHECKING:
    from argonaut.journal.postgres import PostgresStore


def open_journal_url(
    url: str,
    meta: Meta,
    *,
    clock: Stamps,
    pid: int,
    mode: str,
    repair: bool = False,
    from_snapshot: bool = False,
) -> JournalWriter:
    """Create the journal in the schema a PostgreSQL URL names, or resume the one that is there.

    As `open_journal`, and besides:

    Raises:
        InvalidValueError: It is no PostgreSQL URL.
        RefusedToStartError: Plain text would go over a network, or the driver is not installed.
        JournalConfigError: The server does not sync what it calls durable.
    """
    store = connected(url)
    try:
        store.take_lock()
        return writer_on(
            store,
            meta,
            clock=clock,
            pid=pid,
            mode=mode,
            repair=repair,
            from_snapshot=from_snapshot,
        )
    except BaseException as error:
        abandon(store, error)
        raise


def connected(url: str) -> PostgresStore:
    """Open a session; the driver is imported for whoever uses it.

    Raises:
        RefusedToStartError: The driver is not installed.
        JournalError: What `postgres.connect` raises.
    """
    try:
        from argonaut.journal.postgres import connect  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise RefusedToStartError(
            f"a PostgreSQL journal wants the postgres extra: pip install 'argonaut[postgres]' "
            f"({error})"
        ) from error
    return connect(url)
