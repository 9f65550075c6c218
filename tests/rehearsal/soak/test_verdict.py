"""Tests of argonaut.rehearsal.soak.verdict: histories by hand; `test_drive` bends real ones."""

import msgspec

from argonaut.rehearsal.simulation.invariants.case import Case, Invariant
from argonaut.rehearsal.soak.verdict import holdings_are_guarded, last_words_agree
from tests.rehearsal.simulation.written import STOP, Written, bought, clean, order, signalled


def broken(invariant: Invariant, history: Written) -> list[tuple[str, str]]:
    """The ids of what does not hold, and what was found."""
    return [(each.invariant, each.found) for each in invariant(Case(history.evidence()))]


def test_a_holding_with_its_stop_at_the_venue_is_guarded() -> None:
    """The usual end of a soak: something is held, and its stop rests."""
    assert broken(holdings_are_guarded, clean()) == []


def test_a_holding_without_a_stop_is_bare() -> None:
    """I12: the process may be what fails next."""
    history = Written()
    signalled(history)
    bought(history, order())

    assert broken(holdings_are_guarded, history) == [("I12", "0")]


def test_a_stop_that_ended_at_the_venue_guards_nothing() -> None:
    """I12: what the venue has counts, not what we believe of it."""
    history = clean()
    history.orders[-1] = msgspec.structs.replace(history.orders[-1], ended_ns=20, status="CANCELED")

    assert broken(holdings_are_guarded, history) == [("I12", "0")]


def test_a_stop_for_more_than_is_held_is_told() -> None:
    """I13: on a venue with shorts it would open the other side."""
    history = clean()
    history.orders[-1] = msgspec.structs.replace(history.orders[-1], quantity=order().quantity * 2)

    assert broken(holdings_are_guarded, history) == [("I13", "2")]


def test_the_last_trader_has_the_live_orders_of_its_journal() -> None:
    """I19: what it said of itself is what the next start would read."""
    history = clean()
    history.belief = {"live": (STOP,)}
    assert broken(last_words_agree, history) == []

    history.belief = {"live": ("trend-a1-9-s",)}
    found = [each for _, each in broken(last_words_agree, history)]
    assert found == ["live in the journal alone", "live in the trader alone"]
