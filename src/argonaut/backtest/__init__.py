"""The loop of simulated time: a tape played through the engine and the simulated venue.

May import config and everything below it. Deterministic: same config and data, same journal hash.
Start reading at `run.py`.
"""
