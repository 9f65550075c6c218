"""A pattern of one strategy is the event another one trades on, and stands in the journal."""

from __future__ import annotations

from collections.abc import Sequence

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import StrategyId
from argonaut.domain.signal import Signal
from argonaut.ledger.holding import Holding
from argonaut.strategies.situations import Params, Situations
from tests.stories.stage import BTC, OPEN_GATE, Scripted, Stage, enter, flat


class Listener(Scripted):
    """Buys on every event."""

    def on_event(self, event: ExternalEvent, holding: Holding) -> Sequence[Signal]:
        return (enter("100"),)


def test_a_surge_is_journaled_and_bought_by_who_listens() -> None:
    matcher = Situations(StrategyId("matcher"), BTC, Params(patterns=("surge",), volume_bars=5))
    stage = Stage(Listener({}), matcher, gate=OPEN_GATE)
    for _ in range(10):
        stage.bar(*flat(100), volume=100)

    stage.bar(100, 103, 100, 103, volume=1e6)
    stage.bar(*flat(103))

    (event,) = stage.bodies("event")
    assert (event.kind, event.source, event.symbols) == ("displacement", "matcher", ("BTC",))
    assert stage.holding.quantity > 0
