"""Bugs planted on purpose: each a mistake somebody really made, undone when its hunt is over.

May import everything below cli, because it breaks it. Nothing here runs but under `--mutants`.
Start reading at `mutant.py`, then `catalogue.py`.
"""
