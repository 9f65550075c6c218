"""The read model of one journal: brought further page by page, or made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice, product
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from argonaut.journal.chain import GENESIS
from argonaut.journal.errors import JournalBrokenError, JournalError, JournalIOError
from argonaut.journal.found import orders_in
from argonaut.journal.order_log import OrderLine
from argonaut.journal.read_model import tables
from argonaut.journal.read_model.fold import Fold, FoldState, Values
from argonaut.journal.read_model.schema import engine_of, migrate
from argonaut.journal.row import Row
from argonaut.journal.shadow import told as as_told
from argonaut.journal.verify import is_itself

PAGE_ROWS = 500  # what is folded and written at once, which bounds memory and transactions
_ONLY = 1
_line_of = msgspec.json.Decoder(OrderLine).decode
_encode = msgspec.json.Encoder(order="deterministic").encode
ValueT = TypeVar("ValueT")
Told = Callable[[int], None]


class ReadModelGapError(JournalError):
    """The rows do not follow what is in the tables: they are another journal's; rebuild."""


class Progress(msgspec.Struct, frozen=True):
    """How far the tables are."""

    seq: int
    hash: str


class ReadModel:
    """The tables behind a URL; a context manager.

    Raises:
        InvalidValueError, RefusedToStartError: The URL is wrong, or would send plain text.
        JournalVersionError: A newer program made the tables.
        JournalIOError: The database cannot be reached or written.
    """

    def __init__(self, url: str) -> None:
        self._engine, self.name = engine_of(url)
        with self._told():
            migrate(self._engine, self.name)

    @property
    def progress(self) -> Progress:
        """The last row that is in the tables; (0, genesis) for none."""
        with self._told(), self._engine.connect() as connection:
            return _stored(connection)[0]

    def apply(self, rows: Sequence[Row], *, quote: str = "") -> Progress:
        """Fold the rows that follow, in one transaction.

        `quote` is the asset the account reports in, where it is known at the first row.

        Raises:
            ReadModelGapError: They do not follow.
            JournalBrokenError: A row is not what was written.
        """
        with self._told(), self._engine.begin() as connection:
            for page in _pages(rows):
                _apply(connection, page, quote, self.name)
            return _stored(connection)[0]

    def rebuild(
        self, rows: Iterable[Row], *, quote: str = "", told: Told | None = None
    ) -> Progress:
        """Make the tables anew from all rows; until the end others see the old ones.

        `told` is called with the number of rows after each page.

        Raises:
            ReadModelGapError, JournalBrokenError: As `apply`; the tables are as they were.
        """
        with self._told(), self._engine.begin() as connection:
            for table in (*tables.FOR_PEOPLE, tables.progress):
                connection.execute(sa.delete(table))
            for page in _pages(rows):
                _apply(connection, page, quote, self.name)
                if told is not None:
                    told(page[-1].seq)
            return _stored(connection)[0]

    def rows_of(self, table: sa.Table) -> list[dict[str, Any]]:
        """Return a whole table in the order of its key: for tests and small exports."""
        ordered = sa.select(table).order_by(*table.primary_key.columns)
        with self._told(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def counts(self) -> dict[str, int]:
        """Return how many rows stand in each table for people."""
        with self._told(), self._engine.connect() as connection:
            return {
                table.name: connection.execute(
                    sa.select(sa.func.count()).select_from(table)
                ).scalar_one()
                for table in tables.FOR_PEOPLE
            }

    def close(self) -> None:
        """Leave the database."""
        self._engine.dispose()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise JournalIOError(
                f"the read model {self.name} cannot be used ({cause}); want a database that can be "
                "written"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _pages(values: Iterable[ValueT]) -> Iterator[list[ValueT]]:
    left = iter(values)
    while page := list(islice(left, PAGE_ROWS)):
        yield page


def _stored(connection: sa.Connection) -> tuple[Progress, FoldState]:
    found = connection.execute(sa.select(tables.progress)).mappings().one_or_none()
    if found is None:
        return Progress(0, GENESIS.hex()), FoldState()
    state = msgspec.json.decode(found["state"], type=FoldState)
    return Progress(found["seq"], found["hash"]), state


def _apply(connection: sa.Connection, page: Sequence[Row], quote: str, name: str) -> None:
    progress, state = _stored(connection)
    _require_follows(page, progress, name)
    if not progress.seq:
        state = FoldState(quote=quote)
    ids = {
        each for row in page for each in orders_in(as_told(row)[0].kind, row.subject, row.payload)
    }
    fold = Fold(state, _lines(connection, ids), _seen(connection, ids))
    for row in page:
        fold.take(row)
    _replace(connection, tables.orders, fold.orders)
    account, shadow = fold.account, fold.shadow
    _replace(connection, tables.positions, account.positions)
    _replace(connection, tables.dry_run_positions, shadow.positions)
    for table, added in (
        (tables.fills, account.fills),
        (tables.dry_run_fills, shadow.fills),
        (tables.equity, account.equity),
        (tables.dry_run_equity, shadow.equity),
        (tables.signals, fold.signals),
    ):
        _add(connection, table, added)
    last = {
        "only": _ONLY,
        "seq": page[-1].seq,
        "hash": page[-1].hash.hex(),
        "state": _encode(fold.state()).decode(),
    }
    _replace(connection, tables.progress, [last])


def _require_follows(page: Sequence[Row], progress: Progress, name: str) -> None:
    seq, digest = progress.seq, bytes.fromhex(progress.hash)
    for row in page:
        if row.seq != seq + 1 or row.prev_hash != digest:
            raise ReadModelGapError(
                f"the read model {name} is at row {seq}, and row {row.seq} does not follow it: it "
                "is of another journal, or of one that was repaired; want `journal rebuild`"
            )
        if not is_itself(row):
            raise JournalBrokenError(
                f"row {row.seq} is not what was written; verify the journal", row.seq
            )
        seq, digest = row.seq, row.hash


def _lines(connection: sa.Connection, ids: set[str]) -> Iterator[OrderLine]:
    """Yield the orders with these ids as they stand."""
    table = tables.orders
    for some in _pages(sorted(ids)):
        wanted = sa.select(table.c.document).where(table.c.client_order_id.in_(some))
        yield from (_line_of(document) for (document,) in connection.execute(wanted).all())


def _seen(connection: sa.Connection, ids: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the fills of these orders that are counted."""
    for table, some in product((tables.fills, tables.dry_run_fills), _pages(sorted(ids))):
        wanted = sa.select(table.c.instrument_id, table.c.fill_id).where(
            table.c.client_order_id.in_(some)
        )
        yield from ((name, fill_id) for name, fill_id in connection.execute(wanted).all())


def _replace(connection: sa.Connection, table: sa.Table, rows: list[Values]) -> None:
    """Put rows in the place of those with the same keys."""
    keys = list(table.primary_key.columns)
    for some in _pages(rows):
        same = sa.tuple_(*keys).in_([tuple(row[key.name] for key in keys) for row in some])
        connection.execute(sa.delete(table).where(same))
    _add(connection, table, rows)


def _add(connection: sa.Connection, table: sa.Table, rows: list[Values]) -> None:
    """Add rows, many in one trip. PostgreSQL's driver takes columns far faster than rows."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        columns = {each.name: [row[each.name] for row in rows] for each in table.columns}
        connection.execute(_by_columns(table), columns)
    else:
        connection.execute(sa.insert(table), rows)


@cache
def _by_columns(table: sa.Table) -> sa.Insert:
    columns = list(table.columns)
    arrays = [
        sa.func.unnest(sa.bindparam(column.name, type_=postgresql.ARRAY(column.type)))
        for column in columns
    ]
    return sa.insert(table).from_select(columns, sa.select(*arrays))
