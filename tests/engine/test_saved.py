"""The engine's state through JSON and back."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import DetectorAnswer
from argonaut.engine.core import Engine
from argonaut.ledger.holding import Holding
from tests.stories.listener import detected
from tests.stories.stage import BTC, Scripted, enter, leave
from tests.stories.wire import Wire


class Counting(Scripted):
    """Keeps its count over a restart."""

    saved = ("bars",)


SCRIPT: Any = {0: (enter(),), 3: (leave(),), 4: (enter(stop_price=50.0),)}


def restored(wire: Wire, *strategies: Scripted) -> Wire:
    """A new engine with the state of another, whose venue is the same test."""
    fresh = Wire(*(strategies or (Counting(SCRIPT),)))
    fresh.engine = Engine(fresh.setup)
    fresh.engine.load(json.loads(json.dumps(wire.engine.save())))
    fresh.now_ns, fresh.fills = wire.now_ns, wire.fills
    return fresh


def test_a_restored_engine_goes_on_where_the_other_stopped() -> None:
    """Books, counters, ids: as if nothing had happened."""
    wire = Wire(Counting(SCRIPT))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(110)
    wire.bar(90)

    fresh = restored(wire)
    told = fresh.bar(95)
    fresh.fill("exit", "1", "95")
    fresh.bar(96)

    assert told == ["exit approved: 1"]
    assert fresh.sent[0].client_order_id == "story-0-2pn3-x"
    assert fresh.sent[1].client_order_id == "story-0-3p31-e"
    assert fresh.engine.book.balance("USDT") == Decimal(9995)
    assert fresh.engine.account.equity_peak() == Decimal(10_010)
    assert fresh.engine.seq > wire.engine.seq


def test_a_holding_a_strategy_knows_is_the_one_that_is_restored() -> None:
    """It reads its position from the object it was given at the start."""
    wire = Wire(Counting(SCRIPT))
    wire.bar(100)
    wire.fill("entry", "1")
    seen: list[Holding] = []

    class Looking(Counting):
        def on_bar(self, bar: Any, holding: Holding) -> Any:
            seen.append(holding)
            return ()

    fresh = restored(wire, Looking({}))
    fresh.bar(100)

    assert seen[0].quantity == 1
    assert fresh.engine.account.positions_open() == 1


def test_modes_freezes_pauses_and_seen_signals_come_back() -> None:
    """I14, I23: what was latched stays latched, what was taken is not taken again."""
    wire = Wire(Counting({}), Counting({0: ("nonsense",)}, name="broken"))  # type: ignore[dict-item]
    wire.step(detected())
    wire.bar(100)
    wire.engine.desk.anomaly("illegal transition", "for the test", BTC)
    wire.say("halt")

    fresh = restored(wire, Counting({}), Counting({}, name="broken"))
    fresh.step(detected())

    assert fresh.engine.account.mode is TradingMode.KILLED
    assert fresh.engine.routes[BTC].is_frozen
    assert [seat.is_paused for seat in fresh.engine.routes[BTC].seats] == [False, True]
    answer = fresh.records[-1].body
    assert isinstance(answer, DetectorAnswer)
    assert answer.answer == "duplicate"


def test_the_order_rate_survives_a_restart() -> None:
    """A bot that restarts every ten seconds has the limit of one that does not."""
    wire = Wire(Counting({0: (enter(), enter())}))
    wire.bar(100)

    fresh = restored(wire)

    assert fresh.engine.account.orders_in_last_minute() == 2


def test_a_state_of_other_strategies_is_refused() -> None:
    """The config changed; the state does not fit."""
    wire = Wire(Scripted({}))

    with pytest.raises(InvalidValueError, match="want a saved state with bars"):
        restored(wire)
