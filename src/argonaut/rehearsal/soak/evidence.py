"""Reads what a soak left in its folder, as evidence of the same shape a simulated run gives."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderStatus
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from argonaut.rehearsal.binance.exchange import Truth as Told
from argonaut.rehearsal.simulation.evidence import Belief, Commit, Evidence, Life, Truth
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan
from argonaut.rehearsal.simulation.truths import truth_of
from argonaut.rehearsal.soak.config import JOURNAL, KEYS, instruments, names
from argonaut.rehearsal.soak.record import SoakRecord
from argonaut.runtime.lease import KIND as LEASE
from argonaut.runtime.snapshot import RunSnapshot

LATENESS_NS = 17 * SECOND_NS  # of the adapter, as its settings have it
_NOTHING = Belief(is_ready=False, mode=TradingMode.RECOVERING.name)


def evidence_of(record: SoakRecord, folder: Path) -> Evidence:
    """Return everything that is known of a soak that is over.

    Raises:
        JournalError: The journal cannot be read.
    """
    with JournalReader(folder / JOURNAL) as reader:
        rows = tuple(reader.rows())
    end_ns = record.ended_ns - record.epoch_ns
    lives = _lives(rows, record, end_ns)
    return Evidence(
        plan=_plan(record, end_ns),
        instruments=instruments(),
        rows=rows,
        commits=tuple(
            Commit(row.event_ns - record.epoch_ns, row.pid or 0, row.seq) for row in rows
        ),
        sent=(),
        truth=_truth(record, folder),
        lives=lives,
        belief=_belief(record.last_words),
        lateness_ns=LATENESS_NS,
        canaries=tuple(
            (folder / KEYS / name).read_text(encoding="utf-8").strip()
            for name in ("api_key", "api_secret")
        ),
    )


def _plan(record: SoakRecord, end_ns: int) -> FaultPlan:
    """Return the soak as a plan: trading is disturbed all through, the calm is not."""
    halt = Fault(kind="operator", at_ns=record.calm_ns, target="halt")
    return FaultPlan(
        seed=record.seed,
        scenario="soak",
        trade_ns=record.calm_ns,
        calm_ns=end_ns - record.calm_ns,
        faults=(
            Fault(kind="disconnect", at_ns=0, for_ns=record.calm_ns),
            *(each for each in record.faults if each.end_ns <= record.calm_ns),
            halt,
        ),
    )


def _truth(record: SoakRecord, folder: Path) -> Truth:
    told = msgspec.json.decode((folder / "truth.json").read_bytes(), type=Told)
    return truth_of(told, names(), epoch_ns=record.epoch_ns, prices=told.prices)


def _lives(rows: Sequence[Row], record: SoakRecord, end_ns: int) -> tuple[Life, ...]:
    """Return the processes that came as far as a lease, the last one ready and not ended."""
    leases = [row for row in rows if row.kind == LEASE]
    return tuple(
        Life(
            number=row.pid or 0,
            epoch=row.subject,
            began_ns=row.event_ns - record.epoch_ns,
            ready_ns=row.event_ns - record.epoch_ns,
            ended_ns=end_ns if place == len(leases) else leases[place].event_ns - record.epoch_ns,
            ending="end" if place == len(leases) else "crash",
        )
        for place, row in enumerate(leases, start=1)
    )


def _belief(last_words: str) -> Belief:
    """Return what the last trader said of itself when it stopped; nothing when it said nothing."""
    try:
        said = msgspec.json.decode(last_words, type=RunSnapshot)
    except msgspec.DecodeError:
        return _NOTHING
    positions: dict[str, Decimal] = {}
    for each in said.holdings:
        positions[each.instrument_id] = positions.get(each.instrument_id, ZERO) + each.quantity
    assets = {**said.balances, **said.dust}
    return Belief(
        is_ready=True,
        mode=said.mode,
        positions=positions,
        holdings={
            f"{each.strategy_id}|{each.instrument_id}": each.quantity for each in said.holdings
        },
        balances={
            asset: said.balances.get(asset, ZERO) + said.dust.get(asset, ZERO) for asset in assets
        },
        live=tuple(each.client_order_id for each in said.orders),
        unknown=tuple(
            each.client_order_id for each in said.orders if each.status == OrderStatus.UNKNOWN.value
        ),
        conditions=said.limits,
    )
