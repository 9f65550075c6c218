from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from argonaut.cli.place import JournalPlace
from argonaut.cli.stored import StoredInflow, StoredRun, stored_snapshot
from argonaut.domain.event import DetectorSignal, ExternalEvent
from argonaut.domain.ids import InstrumentId, SignalId
from argonaut.domain.record import DetectorAnswer, NoticePlanned
from argonaut.domain.roundtrip import RoundTrip
from argonaut.journal.body import body_of
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.runtime.snapshot import snapshot_of
from tests.cli.calling import call
from tests.journal.told import told_rows


def test_the_fold_of_a_journal_is_the_account_of_the_run(config, tmp_path):
    """`status` may not tell another account than the one that traded."""
    path = tmp_path / "journal.db"
    summary = call("backtest", config, "--json", "--journal", path).answer
    found = stored_snapshot(JournalPlace.of(path))

    assert {name: float(value) for name, value in found.balances.items()} == summary["balances"]
    assert found.counts["orders"] == summary["orders"]
    assert found.counts["trades"] == summary["trades"]
    assert found.journal_hash == summary["journal_sha256"]
    assert found.equity is None  # there are no prices in a journal


def test_what_is_held_is_told_with_its_guards():
    """After a crash the first question is: what do I hold, and is it protected?"""
    run = StoredRun()
    for row in told_rows():
        run.take(row)
        if row.kind == "intent" and len(run.orders.live) == 2:
            break

    live = run.orders.live
    (held,) = [each for each in run.book.holdings() if each.quantity]
    assert {order.role.value for order in live} == {"stop", "target"}
    assert all(order.quantity == held.quantity for order in live)


def test_a_snapshot_tells_holding_stop_and_target(config, tmp_path):
    path = tmp_path / "journal.db"
    call("backtest", config, "--journal", path)
    end = datetime.fromtimestamp(held_at_ns(path) // 1_000_000_000, UTC).isoformat()
    cut = "--set", f"data.0.end={end}", "--set", f"data.1.end={end}"
    call("backtest", config, *cut, "--journal", path)

    (held,) = stored_snapshot(JournalPlace.of(path)).holdings
    (stop,) = [
        each for each in stored_snapshot(JournalPlace.of(path)).orders if each.role == "stop"
    ]
    assert held.quantity == stop.leaves > 0
    assert held.stop_price == stop.price
    assert held.price is None


def held_at_ns(path):
    """An instant five minutes into a position that was held for longer."""
    with JournalReader(path) as reader:
        trips = [body_of(row) for row in reader.rows(RowFilter(kinds=("round_trip",)))]
    return next(
        trip.opened_ns + 300_000_000_000
        for trip in trips
        if isinstance(trip, RoundTrip) and trip.closed_ns - trip.opened_ns > 600_000_000_000
    )


def test_both_snapshots_have_one_shape():
    assert snapshot_of.__annotations__["return"] == stored_snapshot.__annotations__["return"]


def test_what_was_heard_is_told_by_its_source():
    """Of a bot that is down one wants to know whether it still heard what was said."""
    heard = StoredInflow()
    event = ExternalEvent(event_ns=7, event_id="n", source="desk", kind="news")
    signal = DetectorSignal(
        event_ns=8,
        signal_id=SignalId("s"),
        source="scanner",
        instrument_id=InstrumentId("BTC/USDT@sim"),
        side="buy",
    )
    for kind, event_ns, body in (
        ("event", 7, event),
        ("signal", 8, DetectorAnswer(signal=signal, answer="accepted")),
        ("signal", 9, DetectorAnswer(signal=signal, answer="duplicate")),
    ):
        heard.take(row_of(kind, event_ns, body))

    (feed,), (source,) = heard.feeds(), heard.detectors()
    assert (feed.source, feed.state, feed.brought_ns) == ("desk", "left", 7)
    assert feed.items == {"taken": 1}
    assert (source.source, source.heard_ns) == ("scanner", 9)
    assert source.answers == {"accepted": 1, "duplicate": 1}


def test_notices_are_told_until_they_are_over_and_an_edited_one_in_place_of_the_first():
    heard = StoredInflow()
    delisting = NoticePlanned(
        event_id="n",
        kind="delisting",
        instrument_id=InstrumentId("GNO/USDT@sim"),
        action="flatten",
        freeze_ns=1,
        flatten_ns=50,
    )
    edited = msgspec.structs.replace(delisting, flatten_ns=90)
    pause = msgspec.structs.replace(delisting, kind="maintenance", flatten_ns=None, end_ns=20)
    for body in (delisting, edited, pause):
        heard.take(row_of("notice", 1, body))

    assert heard.notices(10) == (pause, edited)
    assert heard.notices(20) == (edited,)


def row_of(kind, event_ns, body):
    payload = msgspec.json.encode(body)
    found = next(iter(told_rows()))
    return msgspec.structs.replace(found, kind=kind, event_ns=event_ns, payload=payload)


def test_a_run_without_rows_is_empty():
    run = StoredRun()

    assert run.head == (0, "")
    assert run.book.balances == {}
    assert run.mode == "ACTIVE"
    assert run.book.account().realized == Decimal(0)


def test_what_was_on_trial_is_no_part_of_the_account(config, tmp_path):
    """The journal of a stopped run tells both, and which is which."""
    path = tmp_path / "journal.db"
    real = call("backtest", config, "--json").answer
    trial = "--set", "strategies.0.dry_run=true"
    summary = call("backtest", config, *trial, "--json", "--journal", path).answer
    found = stored_snapshot(JournalPlace.of(path))
    dry = summary["dry_run"]

    assert found.dry_run is not None
    assert found.counts["fills"] == summary["fills"] < real["fills"]
    assert found.dry_run.counts["fills"] == dry["fills"] > 0
    assert {name: float(each) for name, each in found.dry_run.balances.items()} == dry["balances"]
    assert {each.strategy_id: each.is_dry_run for each in found.strategies} == {
        **dict.fromkeys(dry["by_strategy"], True),
        **dict.fromkeys(summary["by_strategy"], False),
    }
    assert {each.strategy_id: float(each.realized_quote) for each in found.strategies} == {
        name: pytest.approx(row["realized"])
        for table in (dry["by_strategy"], summary["by_strategy"])
        for name, row in table.items()
    }
    assert found.journal_hash == summary["journal_sha256"]
    assert real["dry_run"] is None
