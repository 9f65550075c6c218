"""What a planted bug is, and the one way it gets into the program and out of it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from argonaut.rehearsal.simulation.kinds import ORDERS
from argonaut.rehearsal.simulation.plan import FaultPlan

TIGHT_CAPS = "tight caps"
DEATHS = ("crash", "crash_at_point", "power_cut", "power_cut_at_point", "restart")
DOUBTS = tuple(
    f"{kind} {ORDERS}"
    for kind in (
        "reply_lost",
        "reply_late",
        "request_lost",
        "request_late",
        "server_error",
        "server_busy",
        "unknown_answer",
        "half_body",
        "html_body",
    )
)
"""Faults that leave it open what became of an order."""
_PLAIN = FaultPlan(seed=0)
Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of what it has, and a function from what that is to what it becomes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One bug: `says` is the mistake in words, `patches` are what it takes to make it.

    `needs` is what a plan must hold for the bug to matter at all: of each group one trait. Whoever
    looks for the bug can pass over the other plans without running them.
    """

    name: str
    says: str
    patches: Sequence[Patch]
    needs: Sequence[Sequence[str]] = ()

    def fits(self, plan: FaultPlan) -> bool:
        """Whether a plan has what the bug needs."""
        traits = traits_of(plan)
        return all(traits.intersection(group) for group in self.needs)

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Have the bug in the program for as long as the context lasts."""
        with ExitStack() as undo:
            for owner, name, mutate in self.patches:
                was = vars(owner)[name]
                setattr(owner, name, mutate(was))
                undo.callback(setattr, owner, name, was)
            yield


def traits_of(plan: FaultPlan) -> frozenset[str]:
    """Return what there is in a plan: kinds of fault, alone and with their target, tight caps."""
    kinds = {each.kind for each in plan.faults}
    aimed = {f"{each.kind} {each.target}" for each in plan.faults if each.target}
    tight = {TIGHT_CAPS} if plan.account_cap < _PLAIN.account_cap else set()
    return frozenset(kinds | aimed | tight)


def instead(replacement: Any) -> Callable[[Any], Any]:
    """Return a patch that puts something else there, whatever it was."""
    return lambda _: replacement
