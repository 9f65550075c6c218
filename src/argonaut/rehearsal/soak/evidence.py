"""Reads what a soak left in its folder, as evidence of the same shape a simulated run gives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderStatus, Rejected
from argonaut.journal.body import body_of
from argonaut.journal.reader import JournalReader
from argonaut.journal.row import Row
from argonaut.ports import MISTIMED, THROTTLED
from argonaut.rehearsal.binance.exchange import Truth as Told
from argonaut.rehearsal.simulation.evidence import Belief, Commit, Evidence, Life, Sent, Truth
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
        # Process ids may come again; which start wrote a row is told by the lease before it.
        rows = tuple(msgspec.structs.replace(row, pid=None) for row in reader.rows())
    end_ns = record.ended_ns - record.epoch_ns
    leases = [row for row in rows if row.kind == LEASE]
    truth = _truth(record, folder)
    return Evidence(
        plan=_plan(record, end_ns),
        instruments=instruments(),
        rows=rows,
        commits=tuple(_commits(rows, record.epoch_ns)),
        sent=tuple(_sent(rows, leases, truth, record.epoch_ns)),
        truth=truth,
        lives=tuple(_lives(rows, record.epoch_ns, end_ns)),
        belief=_belief(record.last_words),
        lateness_ns=LATENESS_NS,
        canaries=tuple(
            (folder / KEYS / name).read_text(encoding="utf-8").strip()
            for name in ("api_key", "api_secret")
        ),
    )


def _commits(rows: Sequence[Row], epoch_ns: int) -> Iterator[Commit]:
    life = 0
    for row in rows:
        life += row.kind == LEASE
        yield Commit(row.event_ns - epoch_ns, life, row.seq)


def _sent(
    rows: Sequence[Row], leases: Sequence[Row], truth: Truth, epoch_ns: int
) -> Iterator[Sent]:
    """Yield what is known to have left, and in which life, though nobody listened on the wire.

    Who is told the venue's own refusal has sent the order; what the venue has was sent by who
    lived then. An order may leave in a later life than it was meant in: it waits for another.
    """
    began_ns = [row.event_ns - epoch_ns for row in leases]
    for commit, row in zip(_commits(rows, epoch_ns), rows, strict=True):
        if row.kind == "report":
            report = body_of(row)
            if isinstance(report, Rejected) and _is_venues_word(report.code):
                yield _placement(report.client_order_id, commit.at_ns, commit.life, 400)
    for order in truth.orders:
        if order.is_ours:
            life = bisect_right(began_ns, order.created_ns)
            yield _placement(order.client_order_id, order.created_ns, life, 200)


def _is_venues_word(code: str) -> bool:
    """Whether a refusal was an answer to the request itself."""
    return code.startswith("-") or code in (THROTTLED, MISTIMED)


def _placement(name: str, at_ns: int, life: int, status: int) -> Sent:
    return Sent(
        at_ns=at_ns,
        life=life,
        method="POST",
        path="/api/v3/order",
        params={"newClientOrderId": name},
        durable_seq=0,  # not known
        answered_ns=at_ns,
        status=status,
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


def _lives(rows: Sequence[Row], epoch_ns: int, end_ns: int) -> Iterator[Life]:
    """Yield the processes that came as far as a lease; the last one was ready and did not end.

    When one was killed nobody wrote down: nothing is asked of it in time after its last row.
    """
    starts = [at for at, row in enumerate(rows) if row.kind == LEASE]
    for number, (at, next_at) in enumerate(zip(starts, [*starts[1:], 0], strict=True), start=1):
        began_ns = rows[at].event_ns - epoch_ns
        last_ns = max((row.event_ns for row in rows[at:next_at]), default=0) - epoch_ns
        yield Life(
            number=number,
            epoch=rows[at].subject,
            began_ns=began_ns,
            ready_ns=began_ns,
            ended_ns=max(began_ns, last_ns) if next_at else end_ns,
            ending="crash" if next_at else "end",
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
