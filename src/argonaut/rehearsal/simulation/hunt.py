"""The proof of the proof: plants each known bug and looks for the seed that finds it.

A seed counts only when what it breaks with the bug holds without it. Seeds whose plan has nothing
that the bug needs are passed over: running them would only take time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.swarm import draw_plan
from argonaut.rehearsal.simulation.sweep import Run, examine, spread

SEEDS_MAX = 1_000


class Catch(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one planted bug. `seed` is None where no seed found it.

    `seeds` is how many there were up to that one, those passed over too; `runs` how many were run.
    `spares` are more seeds that find it, for when a change of the program spoils the first.
    """

    mutant: str
    says: str
    seeds: int
    runs: int = 0
    seed: int | None = None
    broken: tuple[str, ...] = ()
    said: str = ""
    spares: tuple[int, ...] = ()


def hunt(name: str, run: Run, *, seeds_max: int = SEEDS_MAX, spares: int = 0) -> Catch:
    """Return the first seed that finds a planted bug, and how; and so many more that do, too."""
    mutant = MUTANTS[name]
    runs = 0
    found: list[Catch] = []
    for seed in range(seeds_max):
        if not mutant.fits(draw_plan(seed)):
            continue
        runs += not found
        catch = caught_at(name, seed, run)
        if catch is not None:
            found.append(catch)
        if len(found) > spares:
            break
    if not found:
        return Catch(mutant=name, says=mutant.says, seeds=seeds_max, runs=runs)
    return replace(found[0], runs=runs, spares=tuple(each.seeds - 1 for each in found[1:]))


def caught_at(name: str, seed: int, run: Run) -> Catch | None:
    """Return what one seed finds of a planted bug that holds without it; None: nothing."""
    mutant = MUTANTS[name]
    with mutant.planted():
        found = examine(seed, run)
    if found.is_ok:
        return None
    known = set(examine(seed, run).broken)
    news = [each for each in found.violations if each.invariant not in known]
    if not news:
        return None
    return Catch(
        mutant=name,
        says=mutant.says,
        seeds=seed + 1,
        runs=1,
        seed=seed,
        broken=tuple(dict.fromkeys(each.invariant for each in news)),
        said=news[0].sentence,
    )


def hunt_all(
    names: Sequence[str], run: Run, *, jobs: int = 1, seeds_max: int = SEEDS_MAX
) -> Iterator[Catch]:
    """Yield what became of each planted bug, in the order of the names."""
    return spread(partial(hunt, run=run, seeds_max=seeds_max), names, jobs=jobs, chunk=1)
