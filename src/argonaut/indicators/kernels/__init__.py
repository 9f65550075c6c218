"""The compiled twins: one loop per indicator over whole columns, equal to the stream bit for bit.

May import numba and numpy only. Imported by `compiled.py` alone, and only for long columns.
Start reading at `averages.py` beside `argonaut/indicators/averages.py`.
"""
