"""The page on planted bugs: what each is, and which seed of the simulation catches it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from argonaut.rehearsal.simulation.hunt import SEEDS_MAX, Catch
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from tools.reference.markdown import page, table

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "tests/rehearsal/simulation/mutants/caught.json"
WHY = """\
A simulation that has never found anything proves nothing. So known mistakes are planted in the
program, one at a time: ones that bots have made with real money, and ones that a change of this
code could make. Each is a small patch of the shipped trader, in place for as long as a run lasts.
Compiled code cannot be patched, so this is the program as it is interpreted.
[The simulation](simulation.md) then runs seed after seed until an invariant does not hold. It
counts only when the same seed keeps that invariant without the bug."""
HOW = """\
Seeds are tried from 0 on. A seed is passed over when its plan has nothing the bug needs: without a
kill in it, no run can show that a kill does not bind. What is passed over counts as a seed, not as
a run. A test runs every bug at its seed again, or at a spare one where a change of the program has
spoiled that. `python -m tools.plant_bugs` brings the record up to date;
`argonaut simulate --mutants` hunts all of them from the beginning."""
TAUGHT = """\
Ten of them were not found in the first 25 seeds, and why is worth as much as the table.

* No cap ever bound: orders are clipped to 400 and the caps were 5,000, so what was at risk could
  count as nothing. Two plans in three have caps now that a few orders reach.
* The oracle asked the order itself what it could still fill, as the trader does. One wrong answer
  fooled both. It now adds up by itself whatever it judges.
* That an order was looked for twice before it was given up, nobody had checked: the requests on the
  wire say so now. Nor that an adjustment is right when it is made, not only in the end: one that
  covers a fill on its way and is taken back had passed.
* Kills were in one plan of sixty. Some bugs only wait for two rare things to meet.
* Three bugs did nothing, because a second line of defence held: the size of a stop is checked
  against what is held, entries are refused in two places, a stop of nothing is taken out. Those
  lines are part of the bug now."""


def recorded() -> dict[str, Catch]:
    """Return what is on record, by the name of the bug."""
    if not RECORD.is_file():
        return {}
    catches = msgspec.json.decode(RECORD.read_bytes(), type=list[Catch])
    return {each.mutant: each for each in catches}


def planted_bugs() -> str:
    """Return the page."""
    catches = recorded()
    known = [catches[name] for name in MUTANTS if name in catches]
    found = [each for each in known if each.seed is not None]
    last = max((each.seeds for each in found), default=0)
    runs = sum(each.runs for each in known)
    count = (
        f"**{len(found)} of {len(MUTANTS)}** are caught within {SEEDS_MAX:,} seeds; the last one "
        f"takes {last}. It took {runs} runs in all."
    )
    return page(
        "Planted bugs",
        "tests/rehearsal/simulation/mutants/caught.json",
        WHY,
        count,
        table(
            ("planted bug", "the mistake", "seed", "runs", "breaks", "what is said first"),
            [_row(each) for each in known],
        ),
        "The invariants are the oracle's: `rehearsal/simulation/oracle.py` lists them by id.",
        f"## How they are hunted\n\n{HOW}",
        f"## What planting them has taught\n\n{TAUGHT}",
    )


def _row(catch: Catch) -> tuple[str, ...]:
    seed = "not found" if catch.seed is None else str(catch.seed)
    return (
        catch.mutant,
        catch.says,
        seed,
        str(catch.runs),
        ", ".join(sorted(catch.broken)),
        catch.said,
    )
