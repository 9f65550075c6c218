"""The shipped trader in a made-up world: one seed, one plan, one run, and an oracle that judges.

May import everything below cli: what it runs is the product, unmodified.
Start reading at `plan.py`, then `world.py`, then `oracle.py`.
"""
