"""The figures as a table a reader can judge: who did what, at what cost, and against whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmarks.outcome import Outcome

Outcomes = Mapping[tuple[str, str], Outcome]

REFERENCE: Final = "nautilus2"
TITLES: Final = {
    "bars": "Bars: SMA(10/30) cross, one unit, market orders, 10 bp",
    "bars-silent": "The same bars and decisions, no order sent",
    "trades": "Trades: rise within 2 s on heavy volume, one unit between target and stop, 10 bp",
}
# What the issue measured, in microseconds a row; stands in for a peer that was not run here.
STATED_US: Final[Mapping[str, Mapping[str, float]]] = {
    "bars": {
        "nautilus2": 3.8,
        "nautilus1": 80.0,
        "backtesting": 4.3,
        "jesse": 22.0,
        "freqtrade": 41.0,
        "backtrader": 58.0,
        "bare": 1.3,
    },
    "trades": {"nautilus2": 2.0, "nautilus1": 6.2, "bare": 0.9},
}


def disagreements(outcomes: Outcomes) -> list[str]:
    """Return one sentence for every engine that traded differently from the bare loop."""
    found = []
    for (workload, name), outcome in outcomes.items():
        oracle = outcomes.get((workload, "bare"), outcome)
        wanted = (oracle.orders, oracle.entries, oracle.profit_mille)
        got = (outcome.orders, outcome.entries, outcome.profit_mille)
        if got != wanted:
            found.append(
                f"{workload}: {name} made orders, entries, P&L in thousandths {got}, want {wanted}"
            )
        ours = outcomes.get((workload, "argonaut"), outcome)
        if name == "argonaut-compiled" and outcome.note != ours.note:
            found.append(f"{workload}: compiled, the journal is {outcome.note}, not {ours.note}")
    return found


def render(record: Mapping[str, Any], outcomes: Outcomes) -> str:
    """Return the whole report as plain text."""
    lines = [
        f"Machine: {record['machine']}; load average {record['load_average']}",
        f"Rows: {record['rows']:,}; median of each engine's runs, a fresh process each",
    ]
    for workload, title in TITLES.items():
        present = {name: result for (kind, name), result in outcomes.items() if kind == workload}
        if present:
            lines += ["", title, *_rows(workload, present, record)]
    lines += ["", *_order_costs(outcomes), *_extras(record), *_journal(record)]
    lines += [f"{name}: not run, {reason}" for name, reason in record["absent"].items()]
    lines += [f"{name}: FAILED, {reason}" for name, reason in record["failed"].items()]
    wrong = record["disagreements"]
    lines += [f"DIFFERS {sentence}" for sentence in wrong]
    if not wrong:
        lines.append("Every engine made the same orders, entries and P&L as the bare loop.")
    return "\n".join(lines)


def _rows(
    workload: str, present: Mapping[str, Outcome], record: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the lines of one workload, fastest first."""
    base = present.get(REFERENCE)
    yield (
        f"{'engine':40}{'runs':>5}{'us/row':>9}{'best':>8}{'cpu':>8}{'+load':>8}{'MB':>7}"
        f"{'orders':>8}{'P&L':>16}{'vs NT 2':>9}{'by cpu':>8}{'stated':>8}"
    )
    stated = dict(STATED_US.get(workload, {}))
    for name, result in sorted(present.items(), key=lambda item: item[1].row_us):
        kept = record["results"][f"{workload}/{name}"]
        best_us = kept["best_run_s"] / result.rows * 1e6
        cpu_us = result.run_cpu_s / result.rows * 1e6
        by_cpu = f"{base.run_cpu_s / result.run_cpu_s:.2f}x" if base else "-"
        ratio = f"{base.row_us / result.row_us:.2f}x" if base else "-"
        said = stated.pop(name, None)
        yield (
            f"{result.engine:40}{kept['runs']:5}{result.row_us:9.2f}{best_us:8.2f}{cpu_us:8.2f}{result.row_us_with_load:8.2f}"
            f"{result.peak_rss_mb:7.0f}{result.orders:8,}{result.profit_mille / 1000:16,.3f}"
            f"{ratio:>9}{by_cpu:>8}{said if said is not None else '-':>8}"
        )
    for name, said in stated.items():
        yield f"{name + ' (stated in the issue, not measured here)':80}{said:>47}"


def _order_costs(outcomes: Outcomes) -> Iterator[str]:
    """Yield what one order costs where an engine ran with and without them."""
    for (workload, name), silent in outcomes.items():
        loud = outcomes.get(("bars", name))
        if workload == "bars-silent" and loud is not None and loud.orders:
            cost_us = (loud.run_cpu_s - silent.run_cpu_s) / loud.orders * 1e6
            yield f"An order costs {cost_us:.1f} us of processor time in {loud.engine}"


def _extras(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the live path and of the whole process, where they were measured."""
    for suffix, how in (("", ""), ("_compiled", ", compiled")):
        if live := record.get(f"live_path{suffix}"):
            yield from _live_path(live, how)
    for suffix, how in (("", ""), ("_compiled", ", compiled")):
        if whole := record.get(f"whole_process{suffix}"):
            yield (
                f"Whole `argonaut backtest`{how} on {whole['rows']:,} bars: "
                f"{whole['warm_s']:.2f} s warm, {whole['cold_s']:.2f} s first, "
                f"{whole['peak_rss_mb']} MB, {whole['orders']:,} orders"
            )


def _live_path(live: Mapping[str, Any], how: str) -> Iterator[str]:
    yield f"Live path{how}, message bytes to signed request, no commit (stated: NT 2 143/250 us):"
    for name in ("entry_us", "exit_us"):
        yield f"  {name[:-3]:6} p50 {live[name]['p50']:.1f} us, p99 {live[name]['p99']:.1f} us"
    if cold := live.get("entry_after_commit_us"):
        yield f"  entry right after a commit p50 {cold['p50']:.1f} us, p99 {cold['p99']:.1f} us"
    commit, bare = live["commit_us"]["p50"], live["bare_fdatasync_us"]["p50"]
    yield f"  commit p50 {commit:.0f} us, bare fdatasync {bare:.0f} us ({commit / bare:.2f}x)"
    drift = live["last_tenth_over_first"]
    yield f"  last tenth of {live['orders']:,} orders over the first: {drift:.3f}"


def _journal(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the journal's commits and of recovery, where they were measured."""
    live = record.get("live_path", {})
    if whole := live.get("order_and_commit_us"):
        yield (
            f"An order with its own commit, bytes in to signed and durable: p50 {whole['p50']:.0f} "
            f"us, p99 {whole['p99']:.0f} us"
        )
    for group in record.get("commits", {}).get("groups", ()):
        commit, bare = group["commit_us"], group["bare_fdatasync_us"]
        yield (
            f"Commit of {group['rows']:>3} rows: p50 {commit['p50']:.0f} us, "
            f"p99 {commit['p99']:.0f} us; bare write and fdatasync of as much: "
            f"p50 {bare['p50']:.0f} us, p99 {bare['p99']:.0f} us"
        )
    if found := record.get("recovery"):
        yield (
            f"Recovery of {found['orders']:,} orders ({found['rows']:,} rows, "
            f"{found['file_mb']:.0f} MB): {found['from_snapshot_ms']:.0f} ms from the last "
            f"snapshot, {found['verify_all_and_fold_ms']:.0f} ms by verifying and folding "
            f"everything; a bare fold of the fills: {found['bare_fold_ms']:.0f} ms"
        )
