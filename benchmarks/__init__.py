"""Speed of the program against named peers on equal work; not part of the package.

May import numpy and polars to make the data, and `argonaut` in `ours.py` only.
Start reading at `README.md`, then `__main__.py`.
"""
