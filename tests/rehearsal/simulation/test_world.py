"""Tests of argonaut.rehearsal.simulation.world: the shipped trader, whole, in worlds of seconds."""

import gc
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from argonaut.domain.order import Order, OutcomeUnknown
from argonaut.rehearsal.simulation.evidence import Evidence
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.rehearsal.simulation.oracle import judge
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault, FaultPlan, Wish
from argonaut.rehearsal.simulation.world import run_plan
from argonaut.venues.binance.adapter import BinanceSpot

ROOT = Path(__file__).resolve().parents[3]
BTC = "BTC/USDT@binance"


def wish(second: float, **changes: object) -> Wish:
    fields = {"signal_id": f"w{second}", "symbol": "BTC/USDT", "side": "buy"}
    sized = {"notional": Decimal(500), "stop_fraction": 0.01}
    return Wish(at_ns=int(second * SECOND_NS), **{**fields, **sized, **changes})  # type: ignore[arg-type]


def fault(kind: str, second: float, for_s: float = 1.0, **changes: object) -> Fault:
    at_ns, for_ns = int(second * SECOND_NS), int(for_s * SECOND_NS)
    return Fault(kind=kind, at_ns=at_ns, for_ns=for_ns, **changes)  # type: ignore[arg-type]


def plan(*faults: Fault, wishes: tuple[Wish, ...] | None = None, seed: int = 1) -> FaultPlan:
    """Half a minute: a buy, and twenty seconds later an exit."""
    if wishes is None:
        wishes = (wish(3), wish(23, side="sell", notional=None, stop_fraction=None))
    return FaultPlan(
        seed=seed, trade_ns=30 * SECOND_NS, calm_ns=30 * SECOND_NS, wishes=wishes, faults=faults
    )


def assert_books_are_true(evidence: Evidence) -> None:
    """What the trader believes is what the venue has, to the last unit."""
    for asset, amount in evidence.truth.balances.items():
        assert evidence.belief.balances.get(asset, Decimal(0)) == amount
    assert set(evidence.belief.residuals.values()) <= {Decimal(0)}


def test_a_quiet_world_buys_protects_and_sells():
    """The base line: the shipped trader, adapter, ccxt and journal do their work."""
    evidence = run_plan(plan())

    assert [(order.kind, order.status) for order in evidence.truth.orders] == [
        ("MARKET", "FILLED"),
        ("STOP_LOSS", "CANCELED"),
        ("MARKET", "FILLED"),
    ]
    assert evidence.belief.is_ready
    assert evidence.belief.live == ()
    assert [life.ending for life in evidence.lives] == ["end"]
    assert_books_are_true(evidence)
    assert len(set(evidence.states.values())) == 1


def test_it_is_written_down_when_the_machine_stood_still():
    """A slow disk strikes at the next sync, whenever that comes."""
    evidence = run_plan(plan(fault("disk_slow", 5, 1.25, count=1, amount=8)))

    [life] = evidence.lives
    [struck] = evidence.struck
    assert struck > 0
    assert [end_ns - start_ns for start_ns, end_ns in life.stalls] == [SECOND_NS * 5 // 4] * struck
    assert life.stalls[0][0] > 20 * SECOND_NS


@pytest.mark.slow
def test_a_world_is_the_same_whenever_and_wherever_it_is_run():
    """I20: in this process, in another one, under another hash seed."""
    faults = (fault("crash", 12), fault("reply_lost", 3, target="POST /api/v3/order"))
    here = run_plan(plan(*faults))
    program = (
        "import sys;from argonaut.rehearsal.simulation.plan import plan_of_json;"
        "from argonaut.rehearsal.simulation.world import run_plan;"
        "print(run_plan(plan_of_json(sys.stdin.buffer.read())).trace_hash)"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        input=plan(*faults).to_json().decode(),
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT / "src")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()

    assert run_plan(plan(*faults)).trace_hash == here.trace_hash == there
    assert run_plan(plan(*faults, seed=2)).trace_hash != here.trace_hash


@pytest.mark.parametrize("kind", ["crash_at_point", "power_cut_at_point"])
def test_death_at_many_points_loses_and_doubles_nothing(kind):
    """F01, F02: whatever was under way, the next life brings it to a good end.

    Every point of the core scenarios is tried by `argonaut simulate --exhaustive`.
    """
    trading = [each for each in run_plan(plan()).points if each.at_ns < plan().trade_ns]
    for number in range(5, len(trading), len(trading) // 8):
        evidence = run_plan(plan(fault(kind, 0, count=number)))
        ours = [order.client_order_id for order in evidence.truth.orders if order.is_ours]

        assert [life.ending for life in evidence.lives] == ["crash", "end"]
        assert len(set(ours)) == len(ours)
        assert evidence.belief.is_ready
        assert evidence.belief.unknown == ()
        assert_books_are_true(evidence)


def test_a_crash_in_the_recovery_after_a_crash():
    """Recovery of a recovery is recovery."""
    again = fault("crash_at_point", 0, count=40, target="2")
    evidence = run_plan(plan(fault("crash", 8), again))

    assert [life.ending for life in evidence.lives] == ["crash", "crash", "end"]
    assert len({life.epoch for life in evidence.lives if life.epoch}) >= 2
    assert_books_are_true(evidence)


def test_a_signal_is_acted_on_once_however_often_it_comes():
    """F21: delivered three times, with a crash between."""
    wishes = (wish(3, repeats=2, stop_fraction=None),)
    evidence = run_plan(plan(fault("crash", 3.1), wishes=wishes))

    entries = [order for order in evidence.truth.orders if order.side == "buy"]
    assert len(entries) <= 1
    assert len(evidence.lives) == 2


def test_a_signal_that_comes_while_the_trader_is_down_is_not_lost():
    """It waits at the sender until somebody takes it."""
    wishes = (wish(6, stop_fraction=None),)
    evidence = run_plan(plan(fault("crash", 5, for_s=4), wishes=wishes))

    taken = [row.payload for row in evidence.rows if row.kind == "signal"]
    assert len(taken) == 1
    assert b'"answer":"accepted"' in taken[0]


def test_a_killed_trader_stays_killed_over_a_restart():
    """F46: the latch is in the journal."""
    halt, restart = fault("operator", 1, target="halt"), fault("restart", 2)
    evidence = run_plan(plan(halt, restart))

    assert evidence.belief.mode == "KILLED"
    assert evidence.truth.orders == ()
    assert [life.ending for life in evidence.lives] == ["stop", "end"]


@pytest.mark.parametrize("shared", ["disk", "venue"])
def test_a_second_instance_does_no_harm(shared):
    """F30: on the same disk it is turned away, at the same venue it finds orders not its own."""
    evidence = run_plan(plan(fault("second_instance", 5, for_s=10, target=shared)))

    assert [order.status for order in evidence.truth.orders].count("FILLED") == 2
    assert [life.ending for life in evidence.lives] == ["end", "refused"][: 1 + (shared == "disk")]
    assert_books_are_true(evidence)


@pytest.mark.parametrize("wrong_by_s", [-3_200.0, 3_200.0])
def test_a_machine_that_restarts_with_a_wrong_clock_trades_on(wrong_by_s):
    """F05: to a clock an hour behind every fill came from the future, and none was booked."""
    step, crash = fault("clock_step", 5, amount=wrong_by_s), fault("crash", 8)
    evidence = run_plan(plan(step, crash))

    assert [order.status for order in evidence.truth.orders].count("FILLED") == 2
    assert evidence.belief.is_ready
    assert_books_are_true(evidence)


def test_a_broken_disk_is_mended_by_a_restart():
    """F03: without a journal no entry leaves; the operator mends the disk and restarts."""
    broken = fault("disk_error", 0, count=60, amount=500)
    evidence = run_plan(plan(broken))

    assert [life.ending for life in evidence.lives][-1] == "end"
    assert evidence.belief.mode == "ACTIVE"
    assert_books_are_true(evidence)


def test_everything_that_left_is_heard_with_what_was_durable():
    """I01 is judged on this: the intent's row before the order's first byte."""
    evidence = run_plan(plan())
    placed = [sent for sent in evidence.sent if sent.places]
    intents = {row.subject: row.seq for row in evidence.rows if row.kind in ("intent", "decision")}

    assert len(placed) == 3
    assert all(sent.life == 1 and sent.durable_seq >= 1 for sent in placed)
    assert max(intents.values()) <= max(sent.durable_seq for sent in placed)
    assert evidence.commits[-1].seq <= evidence.rows[-1].seq


def test_a_run_ends_at_a_quiet_point():
    """An order of its last tenth of a second has filled and is not told yet: nobody is wrong."""
    slow = msgspec.structs.replace(plan(wishes=(wish(59.9),)), latency_ns=(300_000_000,) * 2)
    evidence = run_plan(slow)

    assert len(evidence.truth.fills) > 0
    assert judge(evidence) == ()


def test_a_calm_in_which_all_is_well_ends_early_if_the_plan_lets_it():
    """What it goes on to show is what it has shown, for a third of the time of a run."""
    long = msgspec.structs.replace(plan(), calm_ns=120 * SECOND_NS)
    early = run_plan(msgspec.structs.replace(long, ends_when_well=True))
    whole = run_plan(long)

    assert 15 * SECOND_NS <= early.plan.calm_ns <= 50 * SECOND_NS
    assert whole.plan.calm_ns == 120 * SECOND_NS
    assert early.truth.orders == whole.truth.orders
    assert judge(early) == ()
    assert_books_are_true(early)


def test_no_sink_has_the_key():
    """F40: the secret is in what is signed, and nowhere else."""
    evidence = run_plan(plan(fault("reply_lost", 3, target="POST /api/v3/order", count=2)))

    assert set(evidence.sinks) == {"stdout", "stderr", "log", "journal", "errors"}
    assert evidence.sinks["log"]
    for canary in evidence.canaries:
        assert not any(canary in text for text in evidence.sinks.values())


def leaking(where: str, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    """A run of a trader that tells its secret."""
    refused = BinanceSpot._unknown

    def told(self: BinanceSpot, order: Order, reason: str) -> OutcomeUnknown:
        secret = self._settings.api_secret.reveal()
        if where == "journal":
            return refused(self, order, f"{reason} {secret}")
        print(secret, file=getattr(sys, where))
        return refused(self, order, reason)

    monkeypatch.setattr(BinanceSpot, "_unknown", told)
    return run_plan(plan(fault("server_error", 3, target="POST /api/v3/order", count=2)))


@pytest.mark.parametrize("where", ["journal", "stdout", "stderr"])
def test_i25_a_secret_that_leaves_is_found_whatever_the_way(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Log sinks mask it; rows, prints and tracebacks would show it."""
    found = {each.subject for each in judge(leaking(where, monkeypatch)) if each.invariant == "I25"}

    assert found == {where}


def test_evidence_crosses_a_process_border():
    """A sweep runs worlds in a pool."""
    evidence = run_plan(plan())
    packed = msgspec.msgpack.encode(evidence.truth)

    assert msgspec.msgpack.decode(packed, type=type(evidence.truth)) == evidence.truth
    assert evidence.wall_s > 0


def test_a_run_leaves_nothing_in_memory():
    """A hundred thousand runs share a few processes: what each left would add up."""
    gc.collect()
    before = sum(isinstance(each, SimLoop) for each in gc.get_objects())
    run_plan(plan(fault("crash", 12)))

    assert sum(isinstance(each, SimLoop) for each in gc.get_objects()) == before
