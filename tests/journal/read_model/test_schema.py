import sys

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from argonaut.domain.errors import RefusedToStartError
from argonaut.journal.errors import JournalVersionError
from argonaut.journal.read_model.schema import engine_of, migrate
from argonaut.journal.read_model.tables import FOR_PEOPLE, metadata


@pytest.fixture
def migrated(url):
    engine, name = engine_of(url)
    migrate(engine, name)
    yield engine
    engine.dispose()


def test_the_migrations_end_at_the_tables_of_the_program(migrated):
    """A column that only the code knows fails on the first row a person trades."""
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(migrated):
    migrate(migrated, "again")
    with migrated.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())

    assert names == {table.name for table in FOR_PEOPLE} | {"progress", "alembic_version"}


def test_tables_of_a_newer_program_are_left_to_it(migrated):
    with migrated.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(JournalVersionError, match="tables of another program"):
        migrate(migrated, "read")


def test_a_migration_cut_in_the_middle_leaves_nothing(url, monkeypatch):
    engine, name = engine_of(url)
    real = sa.Connection.execute

    def crash(self, statement, *arguments, **options):
        if "signals" in str(statement):
            raise KeyboardInterrupt
        return real(self, statement, *arguments, **options)

    monkeypatch.setattr(sa.Connection, "execute", crash)
    with pytest.raises(KeyboardInterrupt):
        migrate(engine, name)
    monkeypatch.undo()
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    migrate(engine, name)
    engine.dispose()


def test_the_extra_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pg8000", None)

    with pytest.raises(RefusedToStartError, match=r"argonaut\[postgres\]"):
        engine_of("postgresql://bot@localhost/db")
