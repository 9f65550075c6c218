import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from argonaut.journal.read_model.migrations.versions import r0001_tables
from argonaut.journal.read_model.schema import engine_of


def test_what_it_makes_it_takes_away(url):
    engine, _ = engine_of(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(f"CREATE SCHEMA {url.rpartition('schema=')[2]}"))
        with Operations.context(MigrationContext.configure(connection)):
            r0001_tables.upgrade()
            made = sa.inspect(connection).get_table_names()
            r0001_tables.downgrade()
            left = sa.inspect(connection).get_table_names()
    engine.dispose()

    assert len(made) == 6
    assert left == []
