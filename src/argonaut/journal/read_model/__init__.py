"""Tables for people: orders, fills, positions, equity and signals, made of the journal's rows.

May import domain, ledger and the journal; SQLAlchemy and alembic. Written behind the engine, by
another process, into SQLite or PostgreSQL. Start reading at `tables.py`, then `fold.py`.
"""
