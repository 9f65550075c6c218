"""A sweep too long for one sitting: a file holds which seeds were run, of which sources, and how.

Seeds count together only where the sources they were run from are the same. Each line is a stretch
of seeds as JSON, written when it was run: a sitting that is killed loses its last stretch alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

import argonaut
from argonaut.rehearsal.simulation.plan import SECOND_NS, PlanError
from argonaut.rehearsal.simulation.summary import failure_line
from argonaut.rehearsal.simulation.sweep import Verdict

STRETCH_MAX = 100  # seeds in a line
_HASH_LENGTH = 16  # hex digits that name a state of the sources


class Stretch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seeds from `first` to `last`, both included, run one after the other in one sitting.

    `wall_s` is what went by meanwhile, over all processes; `cpu_s` is the processor's.
    """

    sources: str
    commit: str
    first: int
    last: int
    failed: tuple[Mapping[str, Any], ...] = ()
    virtual_s: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0


class Sittings:
    """The stretches of one file, those of this sitting included."""

    def __init__(self, path: Path, sources: str, *, commit: str = "") -> None:
        self.path = path
        self.sources = sources
        self.stretches = list(_read(path))
        self._commit = commit
        self._open: list[Verdict] = []
        self._since_s = 0.0  # how long this sitting has lasted
        self._told_s = 0.0  # of that, in lines that are written

    def left(self, seeds: Iterable[int]) -> list[int]:
        """Return the seeds that were not run yet, of these sources."""
        done = _seeds_in(each for each in self.stretches if each.sources == self.sources)
        return [seed for seed in seeds if seed not in done]

    @contextmanager
    def sitting(self) -> Iterator[None]:
        """Write what was taken, whatever ends the sitting."""
        try:
            yield
        finally:
            self._write()

    def take(self, verdict: Verdict, since_s: float) -> None:
        """Count one more run; `since_s` is how long this sitting has lasted."""
        follows = not self._open or verdict.plan.seed == self._open[-1].plan.seed + 1
        if not follows or len(self._open) >= STRETCH_MAX:
            self._write()
        self._open.append(verdict)
        self._since_s = since_s

    def _write(self) -> None:
        """Append what was taken, for good.

        Raises:
            PlanError: The file cannot be written.
        """
        if not self._open:
            return
        stretch = self._stretch()
        line = msgspec.json.encode(stretch, order="deterministic") + b"\n"
        try:
            _append(self.path, line)
        except OSError as error:
            raise PlanError(f"{self.path}: {error.strerror}") from error
        self.stretches.append(stretch)
        self._told_s = self._since_s
        self._open = []

    def _stretch(self) -> Stretch:
        taken = self._open
        return Stretch(
            sources=self.sources,
            commit=self._commit,
            first=taken[0].plan.seed,
            last=taken[-1].plan.seed,
            failed=tuple(failure_line(each) for each in taken if not each.is_ok),
            virtual_s=sum(each.virtual_ns for each in taken) / SECOND_NS,
            wall_s=round(self._since_s - self._told_s, 3),
            cpu_s=round(sum(each.cpu_s for each in taken), 3),
        )

    def figures(self, seeds: range) -> dict[str, Any]:
        """Return as JSON values how many of `seeds` were run of these sources, and all there is.

        A seed that was run twice counts once; the time of both does.
        """
        mine = [each for each in self.stretches if each.sources == self.sources]
        done = sum(seed in seeds for seed in _seeds_in(mine))
        failures = {each["seed"]: each for stretch in mine for each in stretch.failed}
        return {
            "file": str(self.path),
            "sources": self.sources,
            "asked": len(seeds),
            "done": done,
            "failures": [failures[seed] for seed in sorted(failures) if seed in seeds],
            "by_sources": [self._of(each) for each in self._states()],
        }

    def _states(self) -> tuple[str, ...]:
        """Return the states of the sources that anything was run of, the first first."""
        return tuple(dict.fromkeys(each.sources for each in self.stretches))

    def _of(self, sources: str) -> dict[str, Any]:
        stretches = [each for each in self.stretches if each.sources == sources]
        failed = {each["seed"] for stretch in stretches for each in stretch.failed}
        return {
            "sources": sources,
            "commits": list(dict.fromkeys(each.commit for each in stretches)),
            "is_current": sources == self.sources,
            "seeds": len(_seeds_in(stretches)),
            "failed": len(failed),
            "virtual_s": round(sum(each.virtual_s for each in stretches), 3),
            "wall_s": round(sum(each.wall_s for each in stretches), 3),
            "cpu_s": round(sum(each.cpu_s for each in stretches), 3),
        }


def hash_of_sources(folder: Path = Path(argonaut.__file__).parent) -> str:
    """Return what changes when any Python file of the package does, or moves."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_HASH_LENGTH]


def _seeds_in(stretches: Iterable[Stretch]) -> set[int]:
    return {seed for each in stretches for seed in range(each.first, each.last + 1)}


def _read(path: Path) -> Iterator[Stretch]:
    """Yield the lines of a file; the last one may be torn by the end of its writer.

    Raises:
        PlanError: The file cannot be read, or holds something else.
    """
    try:
        whole = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}") from error
    lines = whole.split(b"\n")[:-1]
    for number, line in enumerate(lines, start=1):
        try:
            yield msgspec.json.decode(line, type=Stretch)
        except msgspec.DecodeError as error:
            raise PlanError(f"{path}, line {number}: want a stretch of seeds, {error}") from error


def _append(path: Path, line: bytes) -> None:
    """Write a line in the place of one that was torn, and have it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
