"""What a whole sweep came to: the figures told of it, and the runs that broke something."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan
from argonaut.rehearsal.simulation.sweep import Verdict

_KEPT = 100  # failing verdicts that are kept whole; all are counted
_COUNTED = (
    *("orders", "fills", "requests", "deaths", "points"),
    *("deaths_tried", "recoveries_tried"),  # of an exhaustive search
)
_SENTENCES = 5  # of each that are shown


class Summary:
    """Adds verdicts up. Nothing here depends on how many processes made them."""

    def __init__(self) -> None:
        self.runs = 0
        self.failed = 0
        self.failing: list[Verdict] = []
        self.counts: dict[str, int] = dict.fromkeys(
            ("orders", "fills", "requests", "deaths", "points", "deaths_tried", "recoveries_tried"),
            0,
        )
        self.faults: dict[str, int] = {}
        self.broken: dict[str, int] = {}
        self.virtual_ns = 0
        self.run_s = 0.0  # inside the runs, by the wall
        self.cpu_s = 0.0  # of the processors
        self._traces = sha256()

    def take(self, verdict: Verdict) -> None:
        """Take one more verdict."""
        self.runs += 1
        self.virtual_ns += verdict.virtual_ns
        self.run_s += verdict.wall_s
        self.cpu_s += verdict.cpu_s
        self._traces.update(verdict.trace_hash.encode())
        self.counts["orders"] += verdict.orders
        self.counts["fills"] += verdict.fills
        self.counts["requests"] += verdict.requests
        self.counts["deaths"] += max(verdict.lives - 1, 0)
        self.counts["points"] += verdict.points
        tried = verdict.plan.scenario.count("@")
        self.counts["deaths_tried"] += tried == 1
        self.counts["recoveries_tried"] += tried > 1
        for kind in {each.kind for each in verdict.plan.faults}:
            self.faults[kind] = self.faults.get(kind, 0) + 1
        if verdict.is_ok:
            return
        self.failed += 1
        for invariant in verdict.broken:
            self.broken[invariant] = self.broken.get(invariant, 0) + 1
        if len(self.failing) < _KEPT:
            self.failing.append(verdict)

    @property
    def trace_sha256(self) -> str:
        """One hash over the traces of all runs, in order: equal in any process."""
        return self._traces.hexdigest()

    def figures(self, wall_s: float) -> dict[str, Any]:
        """Return everything as JSON values; `wall_s` is what the whole sweep took."""
        virtual_s = self.virtual_ns / SECOND_NS
        return {
            "runs": self.runs,
            "failed": self.failed,
            "broken": dict(sorted(self.broken.items())),
            **self.counts,
            "runs_with_fault": dict(sorted(self.faults.items())),
            "virtual_s": round(virtual_s, 3),
            "wall_s": round(wall_s, 3),
            "cpu_s": round(self.cpu_s, 3),
            "times_real_time": round(virtual_s / wall_s, 1) if wall_s else 0.0,
            "times_real_time_per_process": round(virtual_s / self.run_s, 1) if self.run_s else 0.0,
            "trace_sha256": self.trace_sha256,
            "failures": [failure_line(each) for each in self.failing],
        }


def failure_line(verdict: Verdict) -> Mapping[str, Any]:
    """Return one failing run as JSON values: how to see it again, and what it broke."""
    return {
        "seed": verdict.plan.seed,
        "scenario": verdict.plan.scenario,
        "broken": list(verdict.broken),
        "said": [each.sentence for each in verdict.violations[:_SENTENCES]],
    }


def name_of(plan: FaultPlan) -> str:
    """Return what a run is called: its scenario, or its seed."""
    return plan.scenario or f"seed {plan.seed}"
