"""What a run depended on: each file of the package its process had loaded, and the packages below.

It is taken in the process that ran. What the command itself has loaded to start that process and
to tell of it, or what no trader needs, is no part of it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import msgspec

import argonaut
from argonaut.runtime.clock import SystemClock

_PACKAGE = Path(argonaut.__file__).parent
_ROOT = _PACKAGE.parent
_CODE = (".py", ".pyc", ".so", ".pyd")
_MARGIN_NS = 200_000_000  # file systems date by a coarse clock, and some files come first
_ID_LENGTH = 16  # hex digits that name a state of the sources
CHANGED = "changed as it ran"  # in the place of a hash: nobody knows what was loaded


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A state of the program.

    `files` has the SHA-256 of each file by its place, `argonaut/engine/core.py`. `packages` has the
    version of each other distribution that was loaded, by its name, and that of Python.
    """

    files: Mapping[str, str] = {}
    packages: Mapping[str, str] = {}

    @property
    def id(self) -> str:
        """What this state is called: the same for the same files and packages."""
        content = msgspec.json.encode(self, order="deterministic")
        return sha256(content).hexdigest()[:_ID_LENGTH]


class _Watch:
    """Which files of the package were opened in this process, and since when it is known."""

    def __init__(self) -> None:
        self.since_ns = SystemClock().wall_ns() - _MARGIN_NS
        self.opened: set[str] = set()
        self._below = str(_PACKAGE) + "/"

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(args[0], str) and args[0].startswith(self._below):
            self.opened.add(args[0])


@cache
def watch() -> _Watch:
    """Know from here on which data files of the package this process reads. Never ends.

    The earlier in a process it is asked for, the better: a file that changes after is told apart.
    """
    watch = _Watch()
    sys.addaudithook(watch)
    return watch


def loaded() -> Sources:
    """Return what this process has loaded so far: modules of the package, its data, others."""
    watched = watch()
    mine = [each for each in watched.opened if not each.endswith(_CODE)]
    mine += [file for name in [*sys.modules] if _may_be_ours(name) and (file := _file_of(name))]
    told = {_place(each): _digest_since(each, watched.since_ns) for each in sorted(mine)}
    told.pop("", None)
    names = frozenset(name.partition(".")[0] for name in [*sys.modules])
    return Sources(files=told, packages=_versions(names))


def stand(sources: Sources, root: Path = _ROOT) -> bool:
    """Whether a process that is started now would load the same: each file where it was, unchanged.

    A package that was not there, and that something would load if it were, is not looked for.
    """
    importlib.invalidate_caches()
    return (
        bool(sources.files)
        and all(_digest(root / place) == digest for place, digest in sources.files.items())
        and all(_is_found(root / place) for place in sources.files)
        and all(_version(name) == version for name, version in sources.packages.items())
    )


def _may_be_ours(name: str) -> bool:
    """Whether a module may belong to the package; what mypyc compiles shares one beside it."""
    return name.startswith(_PACKAGE.name) or name.endswith("__mypyc")


def _file_of(name: str) -> str | None:
    return getattr(sys.modules.get(name), "__file__", None)


@cache
def _place(file: str) -> str:
    """Return where a file lies below the folder of the package; "" for one of somebody else."""
    path = Path(file)
    is_ours = path.is_relative_to(_PACKAGE) or path.parent == _ROOT
    return path.relative_to(_ROOT).as_posix() if is_ours else ""


@cache
def _digest_since(file: str, since_ns: int) -> str:
    """Hash a file once it is loaded, unless it was touched after the process began."""
    path = Path(file)
    digest = _digest(path)
    if not digest or path.stat().st_ctime_ns >= since_ns:
        return CHANGED
    return digest


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file, or nothing where there is none."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _is_found(path: Path) -> bool:
    """Whether it is this file that is imported: a folder or a compiled one of its name is first."""
    if path.suffix not in _CODE:
        return True
    stem = path.name.partition(".")[0]
    place = path.parent if stem == "__init__" else path
    spec = PathFinder.find_spec(place.name.partition(".")[0], [str(place.parent)])
    return spec is not None and spec.origin == str(path)


@cache
def _versions(names: frozenset[str]) -> dict[str, str]:
    """Return the version of each distribution that one of the loaded modules belongs to."""
    known = importlib.metadata.packages_distributions()
    found = {each for name in names for each in known.get(name, ())} - {_PACKAGE.name}
    return {name: _version(name) for name in ("python", *sorted(found))}


def _version(name: str) -> str:
    if name == "python":  # with -O nothing is asserted, which is another program
        return f"{sys.version} optimize={sys.flags.optimize}"
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
