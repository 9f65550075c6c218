"""How alembic runs our migrations: on the connection that `schema.migrate` hands over."""

from __future__ import annotations

from alembic import context

from argonaut.journal.read_model.tables import metadata

if hasattr(context, "config"):  # an import alone, outside a migration, does nothing
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite alters a table by writing it anew
    )
    with context.begin_transaction():
        context.run_migrations()
