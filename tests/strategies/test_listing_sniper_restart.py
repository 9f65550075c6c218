"""A kill between announcement and order, or between order and stop: one position, protected."""

from __future__ import annotations

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import Filled, OrderRole
from tests.strategies.sniping import NAME, Floor, announced

GNO = InstrumentId("GNO/USDT@sim")


def rows_until(floor: Floor, kind: str, *, after: int = 0) -> int:
    """Return how many rows there are up to the first of a kind, itself included."""
    kinds = [row.kind for row in floor.journal.rows]
    return kinds.index(kind, after) + 1


def is_protected(floor: Floor) -> bool:
    """Whether stops for the whole holding are live."""
    live = floor.engine.desk.live.values()
    stopped = sum(each.leaves for each in live if each.role is OrderRole.STOP)
    return stopped == floor.holding().quantity > 0


@pytest.mark.parametrize("kind", ["watch", "strategy_state"])
def test_killed_between_announcement_and_listing_it_buys_once(kind) -> None:
    before = Floor(folds=True)
    before.feed(announced())

    after = before.killed_at(rows_until(before, kind))
    after.quote("GNO", -1900, 10.0, quote="USDC")
    after.feed(announced(event_id="told again", second=-1800))
    after.quotes("GNO", range(20), 10.5)

    assert after.bought() == [GNO]
    assert is_protected(after)


@pytest.mark.parametrize("second", [0, 5, 11])
def test_killed_between_listing_and_order_it_buys_once(second) -> None:
    before = Floor(folds=True)
    before.feed(announced())
    before.quotes("GNO", range(second + 1), 10.5)

    after = before.killed_at(len(before.journal.rows))
    after.quotes("GNO", range(second + 1, 30), 10.5)

    assert after.bought() == [GNO]
    assert is_protected(after)


@pytest.mark.parametrize("rows_after_the_order", [0, 1])
def test_killed_between_order_and_stop_it_holds_one_and_protects_it(rows_after_the_order) -> None:
    before = Floor(folds=True)
    before.feed(announced())
    before.quotes("GNO", range(13), 10.5)
    order = before.entries()[0].orders[0]
    cut = rows_until(before, "decision") + rows_after_the_order

    after = before.killed_at(cut)
    assert [each.client_order_id for each in after.engine.desk.live.values()] == [
        order.client_order_id
    ]
    (fill,) = [
        each
        for each in before.bodies("report")
        if isinstance(each, Filled) and each.client_order_id == order.client_order_id
    ]
    after.session.feed(fill)  # the venue is asked, and tells what it did
    after.quotes("GNO", range(13, 40), 10.5)

    assert after.bought() == []
    assert after.holding().quantity == before.holding().quantity
    assert is_protected(after)


def test_killed_after_any_step_that_follows_the_fill_it_stays_protected() -> None:
    before = Floor(folds=True)
    before.feed(announced())
    before.quotes("GNO", range(16), 10.5)
    rows = list(before.journal.rows)
    fill_seq = next(row.event_seq for row in rows if b'"Filled"' in row.payload)
    steps = dict.fromkeys(row.event_seq for row in rows if row.event_seq >= fill_seq)

    for step in steps:
        cut = max(at for at, row in enumerate(rows, start=1) if row.event_seq == step)
        after = before.killed_at(cut)
        after.feed(announced(event_id="again", second=17))
        after.quotes("GNO", range(17, 40), 10.5)

        assert after.bought() == []
        assert after.holding().quantity == before.holding().quantity
        assert is_protected(after)


def test_what_was_left_stays_left_after_a_restart() -> None:
    before = Floor(folds=True)
    before.feed(announced())
    before.quotes("GNO", range(13), 15.0)
    assert "above 10" in before.skips()[0]

    after = before.killed_at(len(before.journal.rows))
    after.feed(announced(event_id="told again", second=14))
    after.quotes("GNO", range(14, 40), 10.5)

    assert after.bought() == []
    assert "once for ever" in after.skips()[0]


def test_the_state_is_json_and_comes_back_whole() -> None:
    floor = Floor(folds=True)
    floor.feed(announced())
    floor.quotes("GNO", range(5), 10.5)
    saved = floor.strategy.save()

    again = Floor().strategy
    again.load(saved)

    assert again.save() == saved
    assert again.explain() == "hunts GNO"
    assert again.strategy_id == NAME
