"""A guard through its record and back."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.signal import Target
from argonaut.execution.saved_guard import SavedGuard, guard_of, saved_of
from argonaut.ledger.holding import Holding
from tests.execution.test_guard import guard
from tests.stories.stage import BTC, instrument_of

THIRDS = (Target(price=110.0, share=0.3), Target(price=120.0, share=0.3))


@given(
    trail=st.sampled_from([None, 0.03]),
    prices=st.lists(st.integers(90, 130).map(float), max_size=5),
    shrunk=st.integers(0, 3),
)
def test_f17_a_guard_comes_back_with_its_trail_its_pairs_and_its_legs(
    trail: float | None, prices: list[float], shrunk: int
) -> None:
    """A trailing stop that forgets its best price would be placed looser than it was."""
    made = guard(stop_fraction=0.05, trail_fraction=trail, targets=THIRDS, tag="trend")
    for price in prices if trail else []:
        made.follow(price)
    made.shrink(Decimal(shrunk) / 2)
    stop = made.pairs[1].stop
    assert stop is not None
    stop.order_id, stop.setbacks, stop.is_given_up = ClientOrderId("a"), 1, True
    made.pairs[0].settling = ClientOrderId("b")
    made.complaints.add("small")
    made.is_suspended = True
    wire = msgspec.json.encode(saved_of(made, is_watched=True))

    saved = msgspec.json.decode(wire, type=SavedGuard)
    holding = Holding(made.strategy_id, BTC)
    again = guard_of(saved, holding, instrument_of("0.1"))

    assert saved_of(again, is_watched=True) == saved
    assert again.stop_level == made.stop_level
    assert again.find(ClientOrderId("a")) == (again.pairs[1], again.pairs[1].stop)
    assert saved.is_watched
