"""The command line: words in, runs and reports out, exit codes that scripts can rely on.

Stands above everything; the only package that imports both loops. Commands import what they
need when they are called, so `--help` stays quick. Start reading at `app.py`.
"""

from argonaut.cli.app import main

__all__ = ["main"]
