"""Which program writes: a hash over the source files it runs from (RELIABILITY F39)."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import argonaut

_SHOWN = 16


@cache
def build_hash() -> str:
    """Return the hash of every source file of the installed package, by name and content.

    Two machines with one release have one hash; half a deployment, or a file changed by hand, has
    another. Reads some megabytes once, about twenty milliseconds.
    """
    return hash_of(Path(argonaut.__file__).parent)


def hash_of(folder: Path) -> str:
    """Return the hash of the Python files below a folder."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:_SHOWN]
