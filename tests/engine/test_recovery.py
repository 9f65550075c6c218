"""Any history, cut after any journal row: the fold is where its writer was, and doubles nothing."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.command import Record
from argonaut.domain.event import Condition
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import Report
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.journal.row import Row
from tests.engine.test_histories import STEPS, VENUES, Theater

LIVE = {"folds": True}
REPORTS = msgspec.json.Decoder(Report)


class Stored(Theater):
    """A theater that keeps what its engine saves after every event that journaled something."""

    def __init__(self, **settings: Any) -> None:
        self.states: dict[int, dict[str, Any]] = {}
        self.venue_name = ""
        super().__init__(setup=LIVE, **settings)

    def take_row(self, record: Record) -> None:
        super().take_row(record)
        if self.engine.seq not in self.states:
            self.states[self.engine.seq] = json.loads(json.dumps(self.engine.save()))

    @property
    def rows(self) -> list[Row]:
        return list(self.journal.rows)


def played(venue: str, steps: list[tuple[str, Any]]) -> Stored:
    stage = Stored(**VENUES[venue])
    stage.venue_name = venue
    stage.play(steps)
    return stage


def fresh(stage: Stored) -> Engine:
    """An engine of the same config that knows nothing."""
    return Engine(Stored(**VENUES[stage.venue_name]).setup)


def standing(state: dict[str, Any]) -> dict[str, Any]:
    """What a restart must not lose, out of a saved state; how far a request got is not known."""
    state = json.loads(json.dumps(state))
    desk, routes = state["desk"], state["routes"]
    held = [each for route in routes.values() for each in route["local"]]
    warden = desk["warden"]
    for guard in warden["guards"]:
        guard.pop("best_price")  # one that has not moved the stop is in no row, and moves nothing
        for pair in guard["pairs"]:
            pair["settling"] = None
    return {
        "live": {each["client_order_id"]: _as_known(each, held) for each in desk["live"]},
        "closed": desk["closed"],
        "signals": (desk["signals_taken"], state["signals_seen"]),
        "protection": desk["entry_protection"],
        "exits": desk["exits"],
        "guards": warden["guards"],
        "counts": (warden["serial"], warden["number"], state["order_rate"]),
        "modes": state["modes"],
        "book": state["book"],
        "routes": [(each["is_frozen"], each["causes"], each["local"]) for each in routes.values()],
        "paused": [each["is_paused"] for each in state["seats"]],
    }


def _as_known(order: dict[str, Any], held: list[str]) -> dict[str, Any]:
    is_unseen = order.get("venue_order_id") is None and order["client_order_id"] not in held
    if is_unseen and order.get("status") in ("submitted", "triggered", "pending_cancel"):
        return order | {"status": "unknown"}
    return order


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS)
def test_saved_and_loaded_an_engine_is_what_it_was(
    venue: str, steps: list[tuple[str, Any]]
) -> None:
    stage = played(venue, steps)
    state = json.loads(json.dumps(stage.engine.save()))
    engine = fresh(stage)

    engine.load(state)

    assert json.loads(json.dumps(engine.save())) == state
    engine.book.check()


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS, data=st.data())
def test_f01_i19_a_fold_of_any_rows_is_where_their_writer_was(
    venue: str, steps: list[tuple[str, Any]], data: st.DataObject
) -> None:
    """From any snapshot, up to the last row of any event."""
    stage = played(venue, steps)
    seqs = sorted(stage.states)
    start = data.draw(st.sampled_from([0, *seqs]))
    end = data.draw(st.sampled_from([each for each in seqs if each >= start]))
    engine = fresh(stage)
    if start:
        engine.load(stage.states[start])

    fold(engine, [each for each in stage.rows if start < each.event_seq <= end])

    assert standing(engine.save()) == standing(stage.states[end])


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS, data=st.data())
def test_f01_a_crash_after_any_row_loses_no_order_and_books_nothing_twice(
    venue: str, steps: list[tuple[str, Any]], data: st.DataObject
) -> None:
    """In the middle of an event too; then the venue tells everything again, in any order."""
    stage = played(venue, steps)
    cut = data.draw(st.integers(1, len(stage.rows)))
    rows = stage.rows[:cut]
    engine = fresh(stage)

    fold(engine, rows)

    engine.book.check()
    _look_at_orders(engine, rows)
    before = standing(engine.save())
    again = fresh(stage)
    fold(again, rows)
    assert standing(again.save()) == before
    engine.step(Condition(event_ns=engine.now_ns, cause="recovering", mode=TradingMode.RECOVERING))
    quantities = [each.quantity for each in engine.book.holdings()]
    balances = dict(engine.book.balances)
    reports = [REPORTS.decode(each.payload) for each in rows if _is_of_the_venue(each)]
    for report in data.draw(st.permutations(reports[-8:])):
        engine.step(report)
    engine.audit()
    assert [each.quantity for each in engine.book.holdings()] == quantities
    assert engine.book.balances == balances
    engine.book.check()


def _is_of_the_venue(row: Row) -> bool:
    own = (b'"CancelRequested"', b'"Denied"', b'"Triggered"', b'"Amended"', b'"Accepted"')
    return row.kind == "report" and not any(each in row.payload for each in own)


def _look_at_orders(engine: Engine, rows: list[Row]) -> None:
    """Every intent in the rows is an order the engine knows."""
    exits = engine.desk.exits.save()
    known = {*engine.desk.live, *engine.desk.closed}
    known |= {each.client_order_id for each in [*exits.waiting, *exits.behind]}
    for row in rows:
        if row.kind == "intent":
            assert json.loads(row.payload)["order"]["client_order_id"] in known
        elif row.kind == "decision":
            body = json.loads(row.payload)
            for order in body.get("orders", []):
                assert order["client_order_id"] in known
