"""What is wrong with a config: every problem at once, each with its place and a hint."""

from __future__ import annotations

from collections.abc import Sequence

from argonaut.domain.errors import ArgonautError, ExitCode


class ConfigError(ArgonautError):
    """One or more problems of a config; `problems` holds a line for each."""

    exit_code = ExitCode.USAGE

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = len(self.problems)
        title = f"{source}: {count} problem{'s' if count != 1 else ''}"
        super().__init__("\n".join([title, *(f"  - {each}" for each in self.problems)]))


class PluginError(ConfigError):
    """A class path or its parameters cannot be used."""
