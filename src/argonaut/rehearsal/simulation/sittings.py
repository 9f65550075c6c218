"""A sweep too long for one sitting: a file holds which seeds were run, of which sources, and how.

A seed counts as long as each file that its run had loaded is what it was. Each line is a stretch
of seeds as JSON, written when it was run: a sitting that is killed loses its last stretch alone. A
line of its own tells once what a state of the sources was, and the stretches refer to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from argonaut.rehearsal.simulation.plan import SECOND_NS, PlanError
from argonaut.rehearsal.simulation.sources import Sources, stand
from argonaut.rehearsal.simulation.summary import failure_line
from argonaut.rehearsal.simulation.sweep import Verdict

STRETCH_MAX = 100  # seeds in a line


class Stretch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seeds from `first` to `last`, both included, run one after the other in one sitting.

    `sources` is the id of a state that a line before it tells. `wall_s` is what went by meanwhile,
    over all processes; `cpu_s` is the processor's.
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
    """The stretches of one file, those of this sitting included.

    `stands` says whether what was loaded for an earlier run is still what would be loaded.
    """

    def __init__(
        self, path: Path, *, commit: str = "", stands: Callable[[Sources], bool] = stand
    ) -> None:
        self.path = path
        self.states: dict[str, Sources] = {}  # by their ids
        self.stretches: list[Stretch] = []
        for each in _read(path):
            if isinstance(each, Stretch):
                self.stretches.append(each)
            else:
                self.states[each.id] = each
        self._commit = commit
        self._stands = stands
        self._open: list[Verdict] = []
        self._since_s = 0.0  # how long this sitting has lasted
        self._told_s = 0.0  # of that, in lines that are written

    def left(self, seeds: Iterable[int]) -> list[int]:
        """Return the seeds that no run counts for: not run yet, or of what has changed since."""
        current = self._current()
        done = _seeds_in(each for each in self.stretches if each.sources in current)
        return [seed for seed in seeds if seed not in done]

    def _current(self) -> set[str]:
        """Return the states that are what there is now; one that no line tells is none of them."""
        return {name for name, sources in self.states.items() if self._stands(sources)}

    @contextmanager
    def sitting(self) -> Iterator[None]:
        """Write what was taken, whatever ends the sitting."""
        try:
            yield
        finally:
            self._write()

    def take(self, verdict: Verdict, since_s: float) -> None:
        """Count one more run; `since_s` is how long this sitting has lasted."""
        last = self._open[-1] if self._open else verdict
        follows = verdict is last or (
            verdict.plan.seed == last.plan.seed + 1 and verdict.sources == last.sources
        )
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
        sources = self._open[0].sources
        stretch = self._stretch(sources.id)
        news = [stretch] if stretch.sources in self.states else [sources, stretch]
        lines = [msgspec.json.encode(each, order="deterministic") + b"\n" for each in news]
        try:
            _append(self.path, b"".join(lines))
        except OSError as error:
            raise PlanError(f"{self.path}: {error.strerror}") from error
        self.states[stretch.sources] = sources
        self.stretches.append(stretch)
        self._told_s = self._since_s
        self._open = []

    def _stretch(self, sources: str) -> Stretch:
        taken = self._open
        return Stretch(
            sources=sources,
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
        current = self._current()
        mine = [each for each in self.stretches if each.sources in current]
        done = sum(seed in seeds for seed in _seeds_in(mine))
        failures = {each["seed"]: each for stretch in mine for each in stretch.failed}
        return {
            "file": str(self.path),
            "asked": len(seeds),
            "done": done,
            "failures": [failures[seed] for seed in sorted(failures) if seed in seeds],
            "by_sources": [self._of(each, is_current=each in current) for each in self._ran()],
        }

    def _ran(self) -> tuple[str, ...]:
        """Return the states of the sources that anything was run of, the first first."""
        return tuple(dict.fromkeys(each.sources for each in self.stretches))

    def _of(self, sources: str, *, is_current: bool) -> dict[str, Any]:
        stretches = [each for each in self.stretches if each.sources == sources]
        failed = {each["seed"] for stretch in stretches for each in stretch.failed}
        return {
            "sources": sources,
            "commits": list(dict.fromkeys(each.commit for each in stretches)),
            "is_current": is_current,
            "seeds": len(_seeds_in(stretches)),
            "failed": len(failed),
            "virtual_s": round(sum(each.virtual_s for each in stretches), 3),
            "wall_s": round(sum(each.wall_s for each in stretches), 3),
            "cpu_s": round(sum(each.cpu_s for each in stretches), 3),
        }


def _seeds_in(stretches: Iterable[Stretch]) -> set[int]:
    return {seed for each in stretches for seed in range(each.first, each.last + 1)}


def _read(path: Path) -> Iterator[Stretch | Sources]:
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
            raw = msgspec.json.decode(line, type=dict[str, Any])
            kind: type[Stretch | Sources] = Sources if "files" in raw else Stretch
            yield msgspec.convert(raw, kind)
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
