"""What a person's word to a running bot does: it is said, and then it is seen to have its effect.

A command that was taken is not yet one that worked: a venue may be out of reach, a book empty. So
each verb has a condition that is looked at until it holds.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Iterator
from pathlib import Path

import msgspec

from argonaut.cli.output import print_json, print_line, printable
from argonaut.cli.place import JournalPlace
from argonaut.cli.trader import ask_trader, journal_meant
from argonaut.domain.errors import ExitCode, RefusedToStartError
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderRole
from argonaut.reports.wording import plain
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.snapshot import RunSnapshot

_LOOK_AGAIN_S = 0.1


def tell_command(
    verb: str, config: Path | None, *, reason: str, wait_s: float, as_json: bool
) -> ExitCode:
    """Say a word to the trader of a run, wait for its effect, and print what became of it.

    Raises:
        ConfigError: There is no such run.
        RefusedToStartError: No trader runs, or it refuses the word.
        TraderSilentError: It does not answer.
    """
    journal = journal_meant(config)
    body = {"verb": verb, "who": getpass.getuser(), "reason": reason or "said on the command line"}
    if ask_trader(journal, "/command", body=body) is None:
        raise RefusedToStartError(
            f"no trader of {journal} is running, so nothing was said; "
            "`argonaut status` tells how it was left"
        )
    shown, missing = (None, []) if verb == "stop" else _seen(verb, journal, wait_s)
    if as_json:
        mode = None if shown is None else shown.mode
        print_json({"said": verb, "done": not missing, "mode": mode, "missing": missing})
    else:
        _tell(verb, shown, missing, wait_s)
    return ExitCode.FAILED if missing else ExitCode.OK


def missing_of(verb: str, shown: RunSnapshot) -> Iterator[str]:
    """Yield what a word wants and is not so yet."""
    mode = TradingMode[shown.mode]
    if verb == "resume":
        if mode is not TradingMode.ACTIVE:
            yield f"the mode is {mode.name}: `argonaut journal show --kind condition` tells why"
        return
    wanted = {
        "pause": TradingMode.NO_NEW_RISK,
        "flatten": TradingMode.REDUCE_ONLY,
        "halt": TradingMode.KILLED,
    }.get(verb, TradingMode.ACTIVE)
    if mode < wanted:
        yield f"the mode is {mode.name}, not {wanted.name}"
    if verb == "rearm":
        if mode is TradingMode.KILLED:
            yield "it is still KILLED"
        return
    for order in shown.orders:
        if order.role == OrderRole.ENTRY.value or verb == "flatten":
            yield f"{order.role} {order.client_order_id} of {order.instrument_id}: {order.status}"
    if verb == "flatten":
        for held in shown.holdings:
            yield f"{held.strategy_id} holds {plain(held.quantity)} {held.instrument_id}"


def _seen(verb: str, journal: JournalPlace, wait_s: float) -> tuple[RunSnapshot | None, list[str]]:
    """Look until nothing is missing or the time is over; None when the trader has gone."""
    clock = SystemClock()
    end_ns = clock.mono_ns() + int(wait_s * 1e9)
    while True:
        answer = ask_trader(journal, "/status")
        if answer is None:
            return None, ["the trader has ended"]
        shown = msgspec.convert(answer, RunSnapshot)
        missing = list(missing_of(verb, shown))
        if not missing or clock.mono_ns() >= end_ns:
            return shown, missing
        asyncio.run(asyncio.sleep(_LOOK_AGAIN_S))


def _tell(verb: str, shown: RunSnapshot | None, missing: list[str], wait_s: float) -> None:
    if shown is None:
        print_line(f"{verb}: {missing[0] if missing else 'it ends; orders and stops stay'}")
        return
    if not missing:
        print_line(printable(f"{shown.name}: {verb} is done, mode {shown.mode}"))
        return
    print_line(printable(f"{shown.name}: {verb} was taken, but after {wait_s:g} s:"))
    for each in missing:
        print_line(printable(f"  {each}"))
    print_line("  it goes on trying; `argonaut status` tells how far it is")
