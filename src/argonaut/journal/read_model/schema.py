"""The database of a read model by its URL, with its tables as this program wants them."""

from __future__ import annotations

import sqlite3
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from argonaut.domain.errors import InvalidValueError, RefusedToStartError
from argonaut.journal.errors import JournalVersionError
from argonaut.journal.postgres_url import PostgresAddress, is_postgres, parse
from argonaut.journal.read_model import migrations

SCHEMA = "argonaut_read"
_SQLITE = "sqlite:///"
_BUSY_S = 5.0


def engine_of(url: str) -> tuple[sa.Engine, str]:
    """Return an engine that connects when it is used, and its name without a password.

    Raises:
        InvalidValueError, RefusedToStartError: It is no URL of ours, or would send plain text.
    """
    if is_postgres(url):
        address, password = parse(url, schema=SCHEMA)
        creator = partial(_connect, address, password)
        try:
            return sa.create_engine("postgresql+pg8000://", creator=creator), address.name
        except ImportError as error:
            raise RefusedToStartError(
                "a PostgreSQL read model wants the postgres extra: pip install "
                f"'argonaut[postgres]' ({error})"
            ) from error
    if url.startswith(_SQLITE) and len(url) > len(_SQLITE):
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_S})
        sa.event.listen(engine, "connect", _leave_transactions_to_us)
        sa.event.listen(engine, "begin", _begin)
        return engine, url
    scheme = url.partition("://")[0]
    raise InvalidValueError(f"want sqlite:///PATH or postgresql://..., not {scheme}://...")


def migrate(engine: sa.Engine, name: str) -> None:
    """Bring the tables to the newest revision, in one transaction.

    Raises:
        JournalVersionError: A newer program made them.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            schema = connection.execute(sa.text("SHOW search_path")).scalar_one()
            connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise JournalVersionError(
                f"the read model {name} has tables of another program ({error}); "
                "want the program that made it, or another database"
            ) from error


def _leave_transactions_to_us(connection: sqlite3.Connection, record: object) -> None:
    """Keep Python's driver from beginning late: tables and rows belong to one transaction."""
    del record
    connection.isolation_level = None


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _connect(address: PostgresAddress, password: str | None) -> object:
    from pg8000 import dbapi  # noqa: PLC0415 - an extra, which `engine_of` has found

    return dbapi.connect(**address.arguments(password), application_name="argonaut read model")
