"""The shipped trader in a process of its own, killed again and again at a venue that fails.

May import everything below cli: what is run is the command line, what is judged are its files.
Start reading at `drive.py`, then `verdict.py`.
"""
