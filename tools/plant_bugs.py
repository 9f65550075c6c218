"""Keep the record of the planted bugs: where each is caught, and by what.

Usage: python -m tools.plant_bugs [NAME ...]

Every bug that no seed on record catches any more, and every named one, is hunted anew from seed 0
on. Then run `python -m tools.make_reference`, which makes the page from the record.
The exit code is 1 when a bug is not caught within a thousand seeds.
"""

from __future__ import annotations

import sys

import msgspec
from msgspec.structs import replace

from argonaut.rehearsal.simulation.fresh import hush
from argonaut.rehearsal.simulation.hunt import Catch, caught_at, hunt
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from argonaut.rehearsal.simulation.world import run_plan
from tools.reference.planted_bugs import RECORD, recorded

_SPARES = 2  # more seeds kept of each, because most changes of the program spoil some


def keep(catches: dict[str, Catch]) -> None:
    """Write the record, in the order of the catalogue."""
    known = [catches[name] for name in MUTANTS if name in catches]
    RECORD.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=1) + b"\n")


def looked_up(name: str, known: Catch | None) -> Catch:
    """Return how a bug is caught now: at the first seed on record that still does, or anew."""
    seeds = [] if known is None or known.seed is None else [known.seed, *known.spares]
    for place, seed in enumerate(seeds):
        again = caught_at(name, seed, run_plan)
        if again is not None and known is not None:
            return replace(again, runs=known.runs, spares=tuple(seeds[place + 1 :]))
    return hunt(name, run_plan, spares=_SPARES)


def main(names: list[str]) -> int:
    """Look all bugs up, or hunt for the named ones."""
    hush()
    catches = recorded()
    for name in names or MUTANTS:
        catch = catches[name] = looked_up(name, None if names else catches.get(name))
        keep(catches)
        found = "not found" if catch.seed is None else f"seed {catch.seed}: {catch.said}"
        print(f"{name} ({catch.runs} runs): {found}", flush=True)
    missed = [name for name in MUTANTS if name not in catches or catches[name].seed is None]
    print(f"{len(MUTANTS) - len(missed)} of {len(MUTANTS)} planted bugs caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
