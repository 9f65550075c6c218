import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from argonaut.journal.read_model.migrations.versions import r0001_tables, r0002_dry_run
from argonaut.journal.read_model.schema import engine_of


def test_it_adds_its_tables_to_the_first_and_takes_them_away(url):
    engine, _ = engine_of(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text(f"CREATE SCHEMA {url.rpartition('schema=')[2]}"))
        with Operations.context(MigrationContext.configure(connection)):
            r0001_tables.upgrade()
            before = set(sa.inspect(connection).get_table_names())
            r0002_dry_run.upgrade()
            after = set(sa.inspect(connection).get_table_names())
            r0002_dry_run.downgrade()
            left = set(sa.inspect(connection).get_table_names())
    engine.dispose()

    assert after - before == {"dry_run_fills", "dry_run_positions", "dry_run_equity"}
    assert left == before
