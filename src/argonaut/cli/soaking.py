"""What `argonaut rehearse soak` does: carry one out, judge it, tell."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from argonaut.cli.output import UnusableTargetError, print_json, print_line, replaced
from argonaut.cli.progress import progress
from argonaut.domain.errors import ExitCode
from argonaut.rehearsal.soak.drive import Soak
from argonaut.rehearsal.soak.record import SoakPlan, SoakRecord
from argonaut.rehearsal.soak.verdict import SoakVerdict, judge_soak
from argonaut.runtime.clock import SystemClock

_SHOWN = 20  # violations that are printed; verdict.json has them all


def soak_and_tell(plan: SoakPlan, keep: Path | None, *, as_json: bool) -> ExitCode:
    """Carry out a soak, judge it and tell.

    Raises:
        UnusableTargetError: The folder to keep everything in has something in it.
        SoakError: It could not be carried through.
    """
    folder = _folder(keep)
    try:
        with progress("soak", "kills") as told:
            record = _carried_out(Soak(plan, folder, SystemClock(), told))
    except KeyboardInterrupt:
        if keep is None:  # nobody was told of it, or could judge what is in it
            shutil.rmtree(folder)
        raise
    (folder / "record.json").write_bytes(msgspec.json.encode(record))
    verdict = judge_soak(record, folder)
    with replaced(folder / "verdict.json") as file:
        file.write(msgspec.json.format(msgspec.json.encode(verdict), indent=1).decode() + "\n")
    is_kept = keep is not None or not verdict.ok
    if as_json:
        shown = msgspec.to_builtins(verdict)
        shown["violations"] = [each.sentence for each in verdict.violations]
        print_json({**shown, "kept": str(folder) if is_kept else None})
    else:
        tell_soak(verdict)
        if is_kept:
            print_line(f"  everything of it is in {folder}")
    if not is_kept:
        shutil.rmtree(folder)
    return ExitCode.OK if verdict.ok else ExitCode.FAILED


def _carried_out(soak: Soak) -> SoakRecord:
    """Carry a soak out; SIGTERM cancels it as Ctrl-C does, so that it ends what it started."""

    async def run() -> SoakRecord:
        task = asyncio.current_task()
        assert task is not None, "a coroutine runs in a task"
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await soak.run()

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(mkdtemp(prefix="argonaut-soak-"))
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UnusableTargetError(f"{keep} is there already; want a new or an empty folder")
    keep.mkdir(parents=True, exist_ok=True)
    return keep.resolve()


def tell_soak(verdict: SoakVerdict) -> None:
    """Print what came of a soak."""
    print_line(
        f"{verdict.kills:,} kills in {verdict.wall_s:,.0f} s, {verdict.kills_before_ready:,} of "
        f"them before the trader was ready, {sum(verdict.faults.values()):,} faults, "
        f"seed {verdict.seed}"
    )
    exact = "exact to the last unit" if verdict.balances_exact else "NOT those of the venue"
    print_line(
        f"  {verdict.orders:,} orders, {verdict.fills:,} executions: {verdict.lost:,} lost, "
        f"{verdict.doubled:,} doubled, {verdict.unknown:,} unknown; balances {exact}"
    )
    print_line(
        f"  {verdict.rows:,} rows in the journal, {verdict.corrections:,} corrections; ready after "
        f"{verdict.ready_s_median:.1f} s (median), {verdict.ready_s_most:.1f} s at the most"
    )
    for each in verdict.violations[:_SHOWN]:
        print_line(f"  {each.sentence}")
    if len(verdict.violations) > _SHOWN:
        print_line(f"  and {len(verdict.violations) - _SHOWN:,} more")
