"""What `argonaut rehearse powercut` does: cut, count, tell."""

from __future__ import annotations

import msgspec

from argonaut.cli.output import print_json, print_line
from argonaut.cli.progress import progress
from argonaut.domain.errors import ExitCode
from argonaut.ports import Clock
from argonaut.rehearsal.powercut import PowerCutRun, PowerCuts, Synchronous
from argonaut.runtime.clock import SystemClock

_SECOND_NS = 1_000_000_000


def cut_power(
    cuts: int, seed: int, synchronous: Synchronous, *, as_json: bool, clock: Clock | None = None
) -> ExitCode:
    """Cut the power of journals so often and print what was lost."""
    clock = clock or SystemClock()
    began_ns = clock.mono_ns()
    with progress("power cuts", "cuts") as told:
        found = PowerCutRun(seed, synchronous).run(cuts, told)
    took_s = (clock.mono_ns() - began_ns) / _SECOND_NS
    if as_json:
        print_json({"ok": found.ok, "wall_s": round(took_s, 3), **msgspec.to_builtins(found)})
    else:
        _tell(found, took_s)
    return ExitCode.OK if found.ok else ExitCode.FAILED


def _tell(found: PowerCuts, took_s: float) -> None:
    print_line(
        f"{found.cuts:,} power cuts in {took_s:,.0f} s, {found.torn_cuts:,} of them in unsynced "
        f"writes, synchronous={found.synchronous}, seed {found.seed}"
    )
    print_line(
        f"  {found.acknowledged_rows:,} rows acknowledged, {found.rows_lost:,} of them lost in "
        f"{found.cuts_that_lost:,} cuts; {found.unreadable:,} journals unreadable"
    )
