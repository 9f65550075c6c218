"""One file a revision: `r0001_...`, `r0002_...`; each names the one before it.

May import SQLAlchemy and alembic, and the type of exact numbers. Start reading at the first.
"""
