"""Names of orders: what venues take, never made twice, and known again by whoever made them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import StrategyId
from argonaut.engine.ids import LENGTH_MAX, epoch_of, order_id, signal_id
from tests.stories.stage import Scripted, enter, leave
from tests.stories.wire import Wire, guarded

STRATEGIES = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?", fullmatch=True)
EPOCHS = st.from_regex("[a-z0-9]{1,8}", fullmatch=True)
COUNTS = st.integers(0, 10**9) | st.integers(0, 100)
LEGS = st.sampled_from(["e", "x", "s", "t"])


def name_of(strategy: str, epoch: str, number: int, leg: str) -> str:
    return order_id(signal_id(StrategyId(strategy), epoch, number), leg)


@given(STRATEGIES, EPOCHS, COUNTS, LEGS)
def test_i02_any_name_fits_every_venue_and_tells_its_epoch(
    strategy: str, epoch: str, number: int, leg: str
) -> None:
    name = name_of(strategy, epoch, number, leg)

    assert re.fullmatch("[a-z0-9][a-z0-9-]*", name)
    assert len(name) <= LENGTH_MAX
    assert epoch_of(name) == epoch


@given(*(st.tuples(EPOCHS, COUNTS, LEGS) for _ in range(2)), STRATEGIES, STRATEGIES)
def test_i02_two_names_are_equal_only_when_everything_is(
    one: tuple[str, int, str], other: tuple[str, int, str], first: str, second: str
) -> None:
    """Whatever the strategies are called: their names may be cut, the rest never is."""
    if one != other:
        assert name_of(first, *one) != name_of(second, *other)


@pytest.mark.parametrize("strategy", ["select", "drop-buyer", "union-square", "reorder"])
def test_a_name_holds_no_word_a_firewall_takes_for_sql(strategy: str) -> None:
    """Binance drops such a request: the order would never arrive, for no reason anybody sees."""
    name = name_of(strategy, "1", 1, "e")

    assert not re.search("select|drop|union|order", name)


@pytest.mark.parametrize(
    "name",
    ["", "web_abc", "trend-0-2", "trend-0-1xyz-e", "x-TKT5PX2F0123", "a" * 33, "trend-0-1-q"],
)
def test_a_name_of_somebody_else_has_no_epoch(name: str) -> None:
    """F16: what we take for ours, we would touch."""
    assert epoch_of(name) is None


def test_a_changed_letter_is_noticed() -> None:
    name = name_of("trend", "7", 12, "e")

    assert epoch_of(name.replace("-7-", "-8-")) is None


@pytest.mark.parametrize("epoch", ["", "A", "123456789", "1-2"])
def test_an_epoch_that_cannot_stand_in_a_name_is_refused(epoch: str) -> None:
    with pytest.raises(InvalidValueError, match="epoch"):
        Wire(Scripted({}), setup={"epoch": epoch})


def test_i02_a_stop_placed_after_a_restart_carries_the_epoch_of_that_start() -> None:
    """An instance of before, still alive, must not come upon the same name."""
    wire = guarded({0: (enter(stop_price=95.0),), 1: (leave(),)})
    wire.engine.desk.epoch = "1"

    wire.cancel("stop")

    assert [epoch_of(each.client_order_id) for each in wire.sent] == ["0", "0", "1"]
