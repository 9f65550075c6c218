"""Compares messages by shape: which fields there are, and of what kind each value is."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_KIND = {bool: "flag", int: "whole", float: "fraction", type(None): "null"}


def kind(value: object) -> str:
    """Return what a client has to expect; a number in a string is not a number."""
    if isinstance(value, str):
        return "money" if _NUMBER.fullmatch(value) else "text"
    return _KIND.get(type(value), type(value).__name__)


def differences(
    ours: object, theirs: object, *, where: str = "", without: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield how our message differs from the documented one.

    `without` names fields of theirs that we do not have. Of a list only the first row is compared.
    """
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in theirs:
            if name in without:
                continue
            if name not in ours:
                yield f"{where}{name} is missing"
            else:
                yield from differences(
                    ours[name], theirs[name], where=f"{where}{name}.", without=without
                )
        for name in ours:
            if name not in theirs:
                yield f"{where}{name} is not documented"
    elif isinstance(theirs, list) and isinstance(ours, list):
        if theirs and ours:
            yield from differences(ours[0], theirs[0], where=f"{where}[0].", without=without)
    elif kind(ours) != kind(theirs):
        yield f"{where} is {kind(ours)} ({ours!r}), documented as {kind(theirs)} ({theirs!r})"
