"""Every change of the read model's tables, oldest first; run from code by `schema.migrate`.

May import SQLAlchemy, alembic and the tables. A revision is never edited once shipped.
Start reading at `versions/r0001_tables.py`; alembic finds it by its place.
"""
