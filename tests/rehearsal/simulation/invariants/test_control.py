import msgspec
import pytest

from argonaut.domain.record import ModeChanged, OrderSent
from argonaut.rehearsal.simulation.evidence import Life, Usage
from argonaut.rehearsal.simulation.plan import Fault, Wish
from tests.rehearsal.simulation.written import (
    S,
    Written,
    accepted,
    answer,
    caught,
    clean,
    decision,
    order,
    said,
    stop,
)


def killed(history: Written, at_s: float = 20.0) -> None:
    body = ModeChanged(mode="KILLED", who="operator", reason="enough")
    history.row(at_s, "mode", "KILLED", body)
    halt = Fault(kind="operator", at_ns=int(at_s * S), target="halt")
    history.plan = msgspec.structs.replace(history.plan, faults=(halt,))
    history.belief = {"mode": "KILLED"}


def entered(history: Written, at_s: float) -> None:
    meant = order("trend-a1-2-e")
    history.row(at_s, "decision", "x", decision(meant, tag="other"))
    history.post(at_s, meant)
    history.true(at_s, meant, "NEW")
    history.report(at_s, accepted(meant, at_s))


def test_i14_a_kill_that_is_obeyed_passes():
    history = clean()
    killed(history)

    assert caught(history) == set()


def test_i14_an_entry_after_a_durable_kill_is_caught():
    history = clean()
    killed(history)
    entered(history, 21)

    assert "no entry after a durable KILL" in said(history, "I14")


def test_i14_an_entry_that_lives_on_after_a_kill_is_caught():
    history = clean()
    entered(history, 15)
    killed(history)

    assert "taken out by" in said(history, "I14")


def test_i14_a_kill_that_a_restart_forgets_is_caught():
    history = clean()
    killed(history)
    history.row(30, "mode", "ACTIVE", ModeChanged(mode="ACTIVE", who="restart", reason=""))
    history.belief = {"mode": "ACTIVE"}

    assert said(history, "I14").count("KILLED for good") == 2


def test_i16_a_limit_used_beyond_four_fifths_is_caught():
    history = clean()
    history.truth["usage"] = (
        Usage(window="weight", used=81, limit=100),
        Usage(window="orders", used=80, limit=100),
    )

    assert said(history, "I16").count("at most") == 1


def test_i16_a_refusal_that_was_earned_is_caught():
    history = clean()
    history.truth["refused_for_rate"] = 1

    assert "429 and 418" in said(history, "I16")


@pytest.mark.parametrize("status", [418, 429])
@pytest.mark.parametrize(("again_s", "wrong"), [(13, True), (32, False)])
def test_i16_a_request_inside_a_silence_that_was_asked_for_is_caught(again_s, wrong, status):
    """Each one makes the ban longer, up to three days."""
    history = clean()
    asked = msgspec.structs.replace(history.sent[1], method="GET", params={})
    history.sent += [
        msgspec.structs.replace(
            asked, at_ns=10 * S, answered_ns=11 * S, status=status, retry_after_s=20
        ),
        msgspec.structs.replace(asked, at_ns=again_s * S, answered_ns=again_s * S, status=200),
    ]

    assert ("I16" in caught(history)) is wrong


@pytest.mark.parametrize(
    ("ended_s", "stalls_s", "wrong"),
    [
        (12, [], True),
        (11, [], False),
        (12, [(8, 9), (10, 12)], False),  # it stood still as the answer came, and died of that
        (12, [(10, 11), (11, 12)], False),
        (12, [(10, 11.5)], True),
        (12, [(11.5, 12)], True),
    ],
)
def test_i16_a_silence_outlives_the_process_that_had_time_to_write_it_down(
    ended_s, stalls_s, wrong
):
    history = clean()
    asked = msgspec.structs.replace(history.sent[1], method="GET", params={})
    history.sent += [
        msgspec.structs.replace(
            asked, at_ns=10 * S, answered_ns=11 * S, status=418, retry_after_s=30
        ),
        msgspec.structs.replace(asked, at_ns=20 * S, answered_ns=20 * S, status=418, life=2),
    ]
    history.lives = [
        Life(
            number=1,
            epoch="a1",
            began_ns=0,
            ready_ns=S,
            ended_ns=ended_s * S,
            ending="crash",
            stalls=tuple((int(start_s * S), int(end_s * S)) for start_s, end_s in stalls_s),
        ),
        Life(number=2, epoch="a2", began_ns=13 * S, ready_ns=14 * S),
    ]

    assert ("I16" in caught(history)) is wrong


def test_i16_a_silence_lasts_as_long_as_the_venue_said_not_as_the_plan_did():
    """A ban begins with a request; what the fault was drawn for nobody has told the trader."""
    history = clean()
    ban = Fault(kind="banned", at_ns=10 * S, for_ns=40 * S)
    history.plan = msgspec.structs.replace(history.plan, faults=(ban,))
    asked = msgspec.structs.replace(history.sent[1], method="GET", params={})
    history.sent += [
        msgspec.structs.replace(
            asked, at_ns=10 * S, answered_ns=10 * S, status=418, retry_after_s=7
        ),
        msgspec.structs.replace(asked, at_ns=20 * S, answered_ns=20 * S, status=200),
    ]

    assert "I16" not in caught(history)


def test_i19_a_state_that_replays_otherwise_is_caught():
    history = clean()
    history.changes["states"] = {"live": "aa", "fold": "aa", "fold twice": "bb"}

    assert "fold twice bb" in said(history, "I19")


def test_i23_a_signal_accepted_twice_is_caught():
    """A queue delivers at least once; the position must not."""
    history = clean()
    history.row(20, "signal", "w0", answer("duplicate"))
    assert caught(history) == set()

    history.row(21, "signal", "w0", answer())
    assert "one acceptance" in said(history, "I23")


def test_i23_a_signal_that_enters_twice_is_caught():
    history = clean()
    history.row(20, "decision", "x", decision(order("trend-a1-2-e")))

    assert "one entry a signal" in said(history, "I23")


def test_i23_a_signal_that_was_dropped_is_caught():
    history = clean()
    more = Wish(at_ns=20 * S, signal_id="w1", symbol="BTC/USDT", side="sell")
    history.plan = msgspec.structs.replace(history.plan, wishes=(*history.plan.wishes, more))

    assert "w1" in said(history, "I23")


def second_life(history: Written, epoch: str = "a2") -> None:
    history.lives = [
        msgspec.structs.replace(history.lives[0], ended_ns=30 * S, ending="crash"),
        Life(number=2, epoch=epoch, began_ns=31 * S, ready_ns=33 * S),
    ]
    history.life = 2
    history.row(32, "lease", "a2", ModeChanged(mode="x", who="", reason=""))


def test_i24_an_older_life_that_still_sends_is_caught():
    history = clean()
    meant = stop("trend-a1-3-s3", "0.001")
    history.row(20, "intent", meant.client_order_id, OrderSent(order=meant, reason=""))
    second_life(history)
    history.post(34, meant, life=1)

    assert "silence since life 2 has the lease" in said(history, "I24")


def test_i24_two_lives_of_one_epoch_are_caught():
    history = clean()
    second_life(history, epoch="a1")

    assert "another epoch for each life" in said(history, "I24")


def test_i25_a_secret_in_a_log_is_caught():
    history = clean()
    history.changes["canaries"] = ("canary-0042",)
    history.changes["sinks"] = {"log": "all well", "stdout": "signature of canary-0042"}

    assert "stdout" in said(history, "I25")
    assert "canary" not in said(history, "I25")


def test_i25_a_signed_address_in_a_log_is_caught():
    """Within its window anybody can send it again, and its parameters are the account's."""
    history = clean()
    history.changes["sinks"] = {"journal": f"https://a.b/order?quantity=1&signature={'ab' * 32}"}

    assert "a signature after" in said(history, "I25")
    assert "abab" not in said(history, "I25")


def test_i26_a_queue_beyond_its_bound_is_caught():
    history = clean()
    history.belief = {"bounds": {"outbox": (11, 10), "closed": (10, 10)}}

    assert "outbox" in said(history, "I26")


@pytest.mark.parametrize(
    "belief",
    [
        {"is_ready": False},
        {"unknown": ("trend-a1-1-e",)},
        {"mode": "REDUCE_ONLY", "conditions": ("residual",)},
    ],
)
def test_i29_a_trader_that_does_not_recover_is_caught(belief):
    history = clean()
    history.belief = belief

    assert "I29" in caught(history)


def test_i29_another_traders_order_may_limit_this_one_for_as_long_as_it_is_there():
    history = clean()
    history.belief = {"mode": "NO_NEW_RISK", "conditions": ("another instance",)}
    rival = Fault(kind="second_instance", at_ns=0, target="venue", amount=1)
    history.plan = msgspec.structs.replace(history.plan, faults=(rival,))
    assert "want ACTIVE" in said(history, "I29")

    history.true(20, stop("trend-zz1-1-s"), "NEW", is_ours=False)
    assert "want ACTIVE" not in said(history, "I29")


def test_i29_an_error_that_ended_a_life_is_caught():
    history = clean()
    history.lives.insert(
        0, Life(number=0, epoch="a0", began_ns=0, ended_ns=1, ending="failed", error="KeyError: x")
    )

    assert "KeyError: x" in said(history, "I29")


def test_i29_a_fault_that_a_stream_got_over_is_caught():
    """The stream begins anew, so nothing else would show it."""
    history = clean()
    history.changes["faults"] = ("user: KeyError('x')",)

    assert "user: KeyError('x')" in said(history, "I29")


def test_i29_a_journal_that_failed_on_a_bad_disk_is_no_bug():
    history = clean()
    error = "JournalFullError: the disk is full"
    history.lives.insert(
        0, Life(number=0, epoch="a0", began_ns=0, ended_ns=1, ending="failed", error=error)
    )
    assert "disk is full" in said(history, "I29")

    full = Fault(kind="disk_full", at_ns=0)
    history.plan = msgspec.structs.replace(history.plan, faults=(full,))
    assert "disk is full" not in said(history, "I29")


def test_i30_a_row_that_was_changed_is_caught():
    history = clean()
    rows = history.journal.rows
    rows[2] = msgspec.structs.replace(rows[2], payload=rows[2].payload.replace(b"100", b"900"))

    assert "a whole chain" in said(history, "I30")


def test_i30_a_missing_row_is_caught():
    history = clean()
    del history.journal.rows[1]

    assert "want row 2" in said(history, "I30")
