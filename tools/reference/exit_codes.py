"""The page on exit codes: what each means and which errors end so."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import argonaut
from argonaut.domain.errors import ArgonautError, ExitCode
from tools.reference.markdown import code, first_line, page, table

MEANINGS = {
    ExitCode.OK: "It did what was asked.",
    ExitCode.USAGE: (
        "The command line, the config or a file it names is wrong. Nothing was started."
    ),
    ExitCode.REFUSED: (
        "All was understood, and going on would be wrong: impossible data, a journal that cannot "
        "be trusted, a port that is taken. Nothing was traded."
    ),
    ExitCode.FAILED: "It started and could not go on.",
}
NOTE = """\
Scripts may rely on these. Messages go to standard error and name what was found and what was
wanted; with `--json` a failed command also prints one object with `error`,
`exit_code` and `problems`.

Ctrl-C and SIGTERM end a command with 4 and the word `stopped`, once it has ended what it started.
`argonaut run` and `argonaut rehearse serve` are there to be stopped: they end cleanly, with 0."""


def exit_codes() -> str:
    """Return the page."""
    rows = [(str(int(each)), MEANINGS[each]) for each in ExitCode]
    errors = [
        (code(each.__name__), str(int(each.exit_code)), first_line(each.__doc__))
        for each in sorted(_errors(), key=lambda each: (each.exit_code, each.__name__))
    ]
    return page(
        "Exit codes",
        "src/argonaut/domain/errors.py and the errors of every package",
        NOTE,
        table(("code", "meaning"), rows),
        "## Errors by name\n\n" + table(("error", "code", "meaning"), errors),
    )


def _errors() -> Iterator[type[ArgonautError]]:
    for module in pkgutil.walk_packages(argonaut.__path__, "argonaut."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    yield from _below(ArgonautError)


def _below(error: type[ArgonautError]) -> Iterator[type[ArgonautError]]:
    for each in error.__subclasses__():
        if each.__module__.startswith("argonaut."):
            yield each
            yield from _below(each)
