"""The append-only, hash-chained record of inputs and decisions, kept in one SQLite file.

May import domain and ports; apsw and msgspec, polars only to export. `MemoryJournal` is the twin
without a file. Start reading at `chain.py`, then `writer.py`, `replay.py`, `reader.py`.
"""
