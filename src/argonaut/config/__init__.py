"""YAML, environment and flags turned into checked objects; the only place of dynamic import.

May import everything below the loops. Unknown keys and wrong units are errors, all told at once.
Start reading at `schema.py`, then `load.py` and `assembly.py`.
"""
