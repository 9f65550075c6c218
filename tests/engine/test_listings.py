"""Instruments that come while a run is on: the rule, the seats, and what a restart knows."""

from __future__ import annotations

from dataclasses import replace as replaced
from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.command import Record, WatchInstrument
from argonaut.domain.event import InstrumentListed
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.record import WatchAnswer
from argonaut.domain.signal import Watch
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from tests.strategies.sniping import NAME, Floor, announced, at_ns, coin

GNO = InstrumentId("GNO/USDT@sim")


def watch(name: str = "GNO/USDT@sim", **fields) -> Watch:
    told: dict[str, Any] = {
        "strategy_id": NAME,
        "instrument_id": InstrumentId(name),
        "reason": "a listing",
        "from_ns": at_ns(0),
        "until_ns": at_ns(180),
    }
    return Watch(**(told | fields))


def asked(wish: Watch, **settings) -> tuple[bool, str]:
    floor = Floor(**settings)
    floor.engine.listings.take(wish)
    (told,) = [each.body for each in floor.engine.audit() if isinstance(each, Record)]
    assert isinstance(told, WatchAnswer)
    return told.accepted, told.detail


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (watch("GNO/EUR@sim"), "want a quote among USDT, not EUR"),
        (watch("GNO/USDT@kraken"), "want BASE/QUOTE at sim, not GNO/USDT@kraken"),
        (watch("GNOUSDT@sim"), "want BASE/QUOTE at sim, not GNOUSDT@sim"),
        (watch("BTC/USDT@sim"), "BTC/USDT@sim is there already"),
        (watch(strategy_id="other"), "other is no strategy that roams"),
    ],
)
def test_the_rule_says_which_instruments_may_come(wish, said) -> None:
    assert asked(wish) == (False, said)


def test_without_a_rule_none_may_come() -> None:
    accepted, said = asked(watch(), is_listing_allowed=False)

    assert not accepted
    assert "listings.enabled" in said


def test_no_more_are_waited_for_or_held_than_allowed() -> None:
    floor = Floor(instruments_max=1)
    floor.feed(announced("Binance Will List Gnosis (GNO) and Optx (OPX)"))

    assert [each.accepted for each in floor.bodies("watch")] == [True, False]
    assert floor.bodies("watch")[1].detail == "1 are in use, 1 are allowed"


def test_who_waits_alone_may_wait_for_another_time() -> None:
    """Else the venue is asked every second from the time that was announced first."""
    floor = Floor()
    floor.engine.listings.take(watch())

    floor.engine.listings.take(watch(from_ns=at_ns(3600), until_ns=at_ns(3780)))

    watched = floor.engine.listings.watched[GNO]
    assert (watched.from_ns, watched.until_ns) == (at_ns(3600), at_ns(3780))
    told = [each for each in floor.engine.audit() if isinstance(each, WatchInstrument)]
    assert told[-1] == WatchInstrument(GNO, at_ns(3600), at_ns(3780))


def test_a_held_instrument_counts_and_one_that_was_sold_does_not() -> None:
    floor = Floor()
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)
    assert floor.engine.listings.in_use == 1

    floor.quotes("GNO", (16, 17), 9.0)

    assert floor.engine.listings.in_use == 0


def test_what_nobody_waits_for_any_more_makes_room() -> None:
    floor = Floor(instruments_max=1)
    floor.engine.listings.take(watch(until_ns=at_ns(-7100)))
    floor.tick(-7000)

    floor.engine.listings.take(watch("OPX/USDT@sim"))

    assert list(floor.engine.listings.watched) == ["OPX/USDT@sim"]


def test_an_instrument_nobody_asked_for_is_added_without_a_seat() -> None:
    floor = Floor()

    floor.session.feed(InstrumentListed(event_ns=at_ns(0), instrument=coin("NEX")))

    assert floor.engine.routes[InstrumentId("NEX/USDT@sim")].seats == []


def test_told_twice_it_is_one() -> None:
    floor = Floor()
    floor.feed(announced())
    floor.quote("GNO", 0, 10.5)
    before = floor.engine.routes[GNO]

    floor.session.feed(InstrumentListed(event_ns=at_ns(1), instrument=coin("GNO")))

    assert floor.engine.routes[GNO] is before


def test_the_price_elsewhere_is_the_newest_in_money() -> None:
    floor = Floor(elsewhere=10.0)
    listings = floor.engine.listings

    assert listings.price_of("GNO", age_max_ns=10**12) == pytest.approx(10.0)
    assert listings.price_of("GNO", age_max_ns=0) == pytest.approx(10.0)
    floor.tick(0)
    assert listings.price_of("GNO", age_max_ns=10**9) is None
    assert listings.price_of("NEX", age_max_ns=10**12) is None


def test_a_pause_of_a_roaming_strategy_is_a_pause_everywhere() -> None:
    floor = Floor()
    floor.feed(announced())
    floor.quote("GNO", 0, 10.5)
    home = floor.engine.routes[InstrumentId("BTC/USDT@sim")].seats[0]

    floor.engine._pause(home, ValueError("a bug"))

    assert floor.engine.routes[GNO].quote_seats == []
    floor.quotes("GNO", range(1, 20), 10.5)
    assert floor.entries() == []


# over a restart


def restarted(floor: Floor, cut: int | None = None) -> Floor:
    """Return a floor whose engine folded the rows of another, up to a row."""
    again = Floor(folds=True, elsewhere=None)
    again.engine = Engine(again.setup)
    fold(again.engine, list(floor.journal.rows)[:cut])
    return again


def test_a_fold_knows_the_instrument_the_seat_and_the_holding() -> None:
    floor = Floor(folds=True)
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)

    engine = restarted(floor).engine

    assert engine.book.holding(NAME, GNO).quantity == floor.holding().quantity
    assert [each.strategy.strategy_id for each in engine.routes[GNO].seats] == [NAME]
    assert engine.listings.save() == floor.engine.listings.save()


def test_a_snapshot_knows_them_too() -> None:
    floor = Floor(folds=True)
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)
    again = Floor(folds=True, elsewhere=None)
    again.engine = Engine(again.setup)

    again.engine.load(floor.state())

    assert again.engine.book.holding(NAME, GNO).quantity == floor.holding().quantity
    assert again.engine.save() == floor.engine.save()


def test_what_is_waited_for_is_asked_for_again_after_a_restart() -> None:
    floor = Floor(folds=True)
    floor.feed(announced())

    again = restarted(floor)

    assert WatchInstrument(GNO, at_ns(0), at_ns(180)) in again.engine.audit()


def test_a_strategy_the_config_has_no_more_leaves_the_instrument_to_its_protection() -> None:
    floor = Floor(folds=True)
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)
    again = Floor(folds=True, elsewhere=None)
    bare = Engine(replaced(again.setup, strategies=()))

    fold(bare, [row for row in floor.journal.rows if row.kind != "strategy_state"])

    assert bare.routes[GNO].seats == []
    assert bare.desk.warden.guards


def test_a_wish_of_longer_is_kept_of_two_strategies() -> None:
    floor = Floor()
    listings = floor.engine.listings
    other = watch(strategy_id=StrategyId("other"))
    listings.remember(WatchAnswer(signal=other, accepted=True))

    listings.take(replace(watch(), from_ns=at_ns(60), until_ns=at_ns(240)))

    kept = listings.watched[GNO]
    assert (kept.from_ns, kept.until_ns) == (at_ns(0), at_ns(240))
