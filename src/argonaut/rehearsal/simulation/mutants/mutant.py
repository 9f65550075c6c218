"""What a planted bug is, and the one way it gets into the program and out of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of what it has, and a function from what that is to what it becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One bug: `says` is the mistake in words, `patches` are what it takes to make it."""

    name: str
    says: str
    patches: Sequence[Patch]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the bug in the program for as long as the context lasts."""
        with ExitStack() as undo:
            for owner, name, mutate in self.patches:
                was = vars(owner)[name]
                setattr(owner, name, mutate(was))
                undo.callback(setattr, owner, name, was)
            yield


def instead(replacement: Any) -> Callable[[Any], Any]:
    """Return a patch that puts something else there, whatever it was."""
    return lambda _: replacement
