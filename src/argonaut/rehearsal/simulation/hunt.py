"""The proof of the proof: plants each known bug and looks for the seed that finds it.

A seed counts only when what it breaks with the bug holds without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec

from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.sweep import Run, examine, spread

SEEDS_MAX = 1_000


class Catch(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one planted bug. `seed` is None where no seed found it."""

    mutant: str
    says: str
    seeds: int  # how many were run
    seed: int | None = None
    broken: tuple[str, ...] = ()
    said: str = ""


def hunt(name: str, run: Run, *, seeds_max: int = SEEDS_MAX) -> Catch:
    """Return the first seed that finds a planted bug, and how."""
    mutant = MUTANTS[name]
    for seed in range(seeds_max):
        with mutant.planted():
            found = examine(seed, run)
        if found.is_ok:
            continue
        known = set(examine(seed, run).broken)
        news = [each for each in found.violations if each.invariant not in known]
        if news:
            return Catch(
                mutant=name,
                says=mutant.says,
                seeds=seed + 1,
                seed=seed,
                broken=tuple(dict.fromkeys(each.invariant for each in news)),
                said=news[0].sentence,
            )
    return Catch(mutant=name, says=mutant.says, seeds=seeds_max)


def hunt_all(
    names: Sequence[str], run: Run, *, jobs: int = 1, seeds_max: int = SEEDS_MAX
) -> Iterator[Catch]:
    """Yield what became of each planted bug, in the order of the names."""
    return spread(partial(hunt, run=run, seeds_max=seeds_max), names, jobs=jobs, chunk=1)
