"""A push that is up, answers every ping and brings nothing is found out by the list."""

from __future__ import annotations

from typing import Any

import pytest

from argonaut.feeds.events.deliveries import Deliveries, Missed
from tests.feeds.events.parts import NOW_NS, SECOND_NS, event

MINUTE_NS = 60 * SECOND_NS
LATER_NS = NOW_NS + 10 * MINUTE_NS


def listing(name: str = "c0de", *, second: float = 600.0, catalog: str = "48") -> Any:
    """An announcement of the list, published so many seconds after the push was connected."""
    return event(
        name,
        age_s=-second,
        title=f"Binance Will List {name}",
        payload={"catalog_id": catalog},
    )


def connected() -> Deliveries:
    deliveries = Deliveries()
    deliveries.up("push", ("48", "161"), NOW_NS)
    return deliveries


def test_what_the_list_shows_and_the_push_never_brings_is_told_once() -> None:
    """Whoever relies on tens of milliseconds has to know that it is two minutes."""
    deliveries = connected()

    deliveries.listed(listing(), ("t:a",), LATER_NS)
    early = deliveries.look(LATER_NS + 119 * SECOND_NS)
    late = deliveries.look(LATER_NS + 120 * SECOND_NS)
    deliveries.listed(listing(), ("t:a",), LATER_NS + 130 * SECOND_NS)
    again = deliveries.look(LATER_NS + 600 * SECOND_NS)

    assert (early, again) == ([], [])
    assert late == [Missed(source="push", title="Binance Will List c0de", catalog="48")]
    assert deliveries.withheld("push") == (
        "1 that the list shows never came by push, the last: Binance Will List c0de"
    )
    assert deliveries.withheld("another") == ""


@pytest.mark.parametrize("is_first", ["push", "list"])
def test_what_came_both_ways_is_not_missed(is_first: str) -> None:
    """The list may be asked in the second in which the push is still on its way."""
    deliveries = connected()
    if is_first == "list":
        deliveries.listed(listing(), ("c:c0de", "t:a", "t:b"), LATER_NS)

    deliveries.pushed(listing(), ("t:b",))
    deliveries.listed(listing(), ("c:c0de", "t:a", "t:b"), LATER_NS)

    assert deliveries.look(LATER_NS + MINUTE_NS * 60) == []


def test_an_edited_title_of_what_was_pushed_is_not_missed() -> None:
    deliveries = connected()
    deliveries.pushed(listing(), ("t:a",))
    deliveries.listed(listing(), ("c:c0de", "t:a"), LATER_NS)

    deliveries.listed(listing(), ("c:c0de", "t:edited"), LATER_NS)

    assert deliveries.look(LATER_NS + MINUTE_NS * 60) == []


@pytest.mark.parametrize("second", [-60.0, 4.0])
def test_what_was_published_before_the_connection_was_up_could_not_be_pushed(
    second: float,
) -> None:
    """Nothing is replayed to who connects; and two clocks are never quite the same."""
    deliveries = connected()

    deliveries.listed(listing(second=second), ("t:a",), LATER_NS)

    assert deliveries.look(LATER_NS + MINUTE_NS * 60) == []


@pytest.mark.parametrize(("second", "is_missed"), [(600.0, True), (898.0, False), (1200.0, False)])
def test_a_break_is_a_break_and_no_silence(second: float, is_missed: bool) -> None:
    """Told of already; only what a connection should have brought while it lived counts."""
    deliveries = connected()
    deliveries.down(NOW_NS + 900 * SECOND_NS)
    deliveries.up("push", ("48",), NOW_NS + 1500 * SECOND_NS)

    deliveries.listed(listing(second=second), ("t:a",), NOW_NS + 2000 * SECOND_NS)

    assert bool(deliveries.look(NOW_NS + 2120 * SECOND_NS)) is is_missed


def test_without_a_push_the_list_accuses_nobody() -> None:
    deliveries = Deliveries()

    deliveries.listed(listing(), ("t:a",), LATER_NS)

    assert deliveries.look(LATER_NS + MINUTE_NS * 60) == []


def test_a_catalogue_that_no_push_brings_is_not_waited_for() -> None:
    deliveries = connected()

    deliveries.listed(listing(catalog="49"), ("t:a",), LATER_NS)

    assert deliveries.look(LATER_NS + MINUTE_NS * 60) == []


def test_a_catalogue_is_withheld_until_something_of_it_comes() -> None:
    """News that come say nothing of listings that do not."""
    deliveries = connected()
    for name in ("a", "b"):
        deliveries.listed(listing(name), (f"t:{name}",), LATER_NS)
    deliveries.look(LATER_NS + MINUTE_NS * 2)

    deliveries.pushed(listing("news", catalog="161"), ("t:news",))
    still = deliveries.withheld("push")
    deliveries.pushed(listing("c"), ("t:c",))

    assert still == "2 that the list shows never came by push, the last: Binance Will List b"
    assert deliveries.withheld("push") == ""


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argonaut.feeds.events.deliveries._KEYS_KEPT", 3)
    deliveries = connected()

    for number in range(10):
        deliveries.pushed(listing(), (f"t:{number}",))
        deliveries.listed(listing(f"waited {number}"), ("t:never",), LATER_NS)

    assert list(deliveries._pushed) == ["t:7", "t:8", "t:9"]
    assert list(deliveries._waited) == ["waited 7", "waited 8", "waited 9"]
