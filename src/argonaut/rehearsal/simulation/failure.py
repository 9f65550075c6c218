"""A run that broke something, as it is kept: in a corpus whose plans run at every commit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from argonaut.domain.errors import ArgonautError
from argonaut.rehearsal.simulation.plan import FaultPlan, PlanError
from argonaut.rehearsal.simulation.sweep import Verdict


class Failure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A minimal plan, what it broke when it was found, and in which state of the program."""

    plan: FaultPlan
    seed: int  # of the plan it was shrunk from
    broken: tuple[str, ...]
    said: tuple[str, ...]  # the violations, a line each
    commit: str = ""
    config_hash: str = ""
    story: str = ""  # what it was, once somebody knows


_SENTENCES_KEPT = 20


def failure_of(verdict: Verdict, *, seed: int, commit: str) -> Failure:
    """Return what is kept of a verdict."""
    return Failure(
        plan=verdict.plan,
        seed=seed,
        broken=verdict.broken,
        said=tuple(each.sentence for each in verdict.violations[:_SENTENCES_KEPT]),
        commit=commit,
        config_hash=verdict.config_hash,
    )


def store(failure: Failure, folder: Path) -> Path:
    """Write a failure into a corpus and return its file; a plan known by its name is replaced.

    Raises:
        PlanError: The folder cannot be written to.
    """
    name = "-".join((*failure.broken[:3], str(failure.seed))).lower()
    path = folder / f"{name}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = msgspec.json.encode(failure, order="deterministic")
        path.write_bytes(msgspec.json.format(text, indent=1) + b"\n")
    except OSError as error:
        raise PlanError(f"{path}: {error.strerror}") from error
    return path


def load_corpus(folder: Path) -> Sequence[tuple[str, Failure]]:
    """Return every failure kept in a folder by its file's name, in the order of the names.

    Raises:
        PlanError: There is no such folder, or a file in it is no failure.
    """
    if not folder.is_dir():
        raise PlanError(f"want a folder of kept failures, not {folder}")
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append((path.stem, msgspec.json.decode(path.read_bytes(), type=Failure)))
        except (msgspec.DecodeError, ArgonautError) as error:
            raise PlanError(f"{path}: {error}") from error
    return found
