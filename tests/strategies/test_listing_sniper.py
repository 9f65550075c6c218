"""Every guard and default of ListingSniper, through the whole funnel: text in, orders out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import OperatorCommand
from argonaut.domain.order import OrderType
from argonaut.domain.signal import RiskFraction
from argonaut.strategies.listing_sniper import Params
from tests.strategies.sniping import COINS, GO_LIVE, Floor, announced, at_ns

UP_TO_READY = range(13)


def hunted(price: float = 10.5, *, until: float = 13, spread: float = 0.002, **settings) -> Floor:
    """Return a floor where a listing was announced, and its coin quoted each second."""
    floor = Floor(**settings)
    floor.feed(announced())
    for second in range(int(until) + 1):
        floor.quote("GNO", second, price, spread=spread)
    return floor


# defaults


def test_the_defaults_are_those_of_the_spec() -> None:
    params = Params()

    assert (params.wait_s, params.give_up_s, params.at_once_max) == (12.0, 180.0, 3)
    assert (params.chase_fraction_max, params.spread_fraction_max) == (0.45, 0.05)
    assert (params.first_listing, params.first_window_s) == ("half", 60.0)
    assert (params.risk_fraction, params.stop_fraction) == (Decimal("0.0075"), 0.12)
    assert (params.size_min_quote, params.size_max_quote) == (Decimal(25), Decimal(250))
    assert (params.first_target_fraction, params.second_target_fraction) == (0.5, 1.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"chase_fraction_max": 45},
        {"spread_fraction_max": 0},
        {"stop_fraction": float("nan")},
        {"target_share": 1.0},
        {"second_target_fraction": 0.4},
        {"risk_fraction": Decimal(1)},
        {"size_min_quote": Decimal(300)},
        {"wait_s": 180},
        {"at_once_max": 0},
        {"first_listing": "double"},
        {"give_up_s": float("inf")},
    ],
)
def test_a_guard_that_guards_nothing_is_refused(wrong) -> None:
    with pytest.raises(InvalidValueError, match="want "):
        Params(**wrong)


# what passes


def test_a_listing_is_bought_at_market_twelve_seconds_after_go_live() -> None:
    floor = hunted(until=11)
    assert floor.entries() == []

    floor.quote("GNO", 12, 10.5)

    (entry,) = floor.entries()
    assert entry.approved
    assert entry.signal.order_type is OrderType.MARKET
    assert entry.signal.size == RiskFraction(Decimal("0.0075"), Decimal(25), Decimal(250))
    assert entry.signal.protection.stop_fraction == 0.12
    assert entry.signal.reason.startswith("listing of GNO, +5.1% from 10")


def test_with_a_still_book_the_timer_buys_at_twelve_seconds() -> None:
    floor = hunted(until=11)

    floor.tick(12)

    assert floor.bought() == ["GNO/USDT@sim"]


def test_an_old_quote_is_not_bought_at() -> None:
    floor = Floor()
    floor.feed(announced())
    floor.quote("GNO", 1, 10.5)

    floor.tick(12)
    assert floor.entries() == []

    floor.quote("GNO", 20, 10.5)
    assert floor.bought() == ["GNO/USDT@sim"]


def test_then_a_stop_rests_and_two_targets_are_kept() -> None:
    floor = hunted()
    floor.quote("GNO", 14, 10.5)

    held = floor.holding()
    assert held.is_long
    assert float(held.stop_price) == pytest.approx(float(held.average_price) * 0.88, rel=1e-3)
    assert float(held.target_price) == pytest.approx(float(held.average_price) * 1.5, rel=1e-3)


def test_the_stop_really_exits() -> None:
    floor = hunted()
    floor.quote("GNO", 14, 10.5)

    floor.quotes("GNO", (15, 16, 17), 9.0)

    assert floor.holding().is_flat
    assert floor.strategy.explain() == ""


def test_the_targets_really_exit_half_at_fifty_and_the_rest_at_a_hundred_percent() -> None:
    floor = hunted()
    floor.quote("GNO", 14, 10.5)
    whole = floor.holding().quantity

    floor.quotes("GNO", (15, 16, 17), 16.0)
    assert floor.holding().quantity == pytest.approx(whole / 2, abs=Decimal("0.02"))

    floor.quotes("GNO", (18, 19, 20), 21.5)
    assert floor.holding().is_flat


def test_the_operator_is_told_what_was_bought_where_the_stop_is_and_the_targets() -> None:
    floor = hunted()
    floor.quote("GNO", 14, 10.5)

    (note,) = floor.bodies("note")
    assert note.reason.startswith("bought 23.8")
    assert "GNO at 10.5" in note.reason
    assert "stop 9.24" in note.reason
    assert "targets 15.7" in note.reason


def test_a_stopwatch_runs_from_published_to_ordered() -> None:
    floor = hunted()
    floor.quote("GNO", 14, 10.5)

    (note,) = floor.bodies("note")
    assert note.stages == {
        "published_to_seen": 100_000_000,
        "seen_to_quoted": 3600 * 1_000_000_000,
        "quoted_to_ordered": 12 * 1_000_000_000,
    }


# size


@pytest.mark.parametrize(("balance", "notional"), [("2000", 125), ("10000", 250), ("300", 25)])
def test_the_size_is_a_risk_of_075_percent_between_25_and_250(balance, notional) -> None:
    floor = hunted(balance=balance)

    (entry,) = floor.entries()
    assert float(entry.quantity * entry.market_price) == pytest.approx(notional, rel=0.01)


# guards


def test_chase_more_than_45_percent_from_the_price_before_is_left() -> None:
    floor = hunted(14.51)

    assert floor.entries() == []
    assert floor.skips() == ["listing of GNO left: the price is 45.2% above 10, want at most 45%"]


def test_a_chase_of_less_than_45_percent_is_bought() -> None:
    assert hunted(14.4).bought() == ["GNO/USDT@sim"]


def test_a_spread_of_more_than_5_percent_is_left() -> None:
    floor = hunted(spread=0.051)

    assert floor.entries() == []
    assert floor.skips() == ["listing of GNO left: a spread of 5.10%, want at most 5%"]


def test_without_a_book_for_180_seconds_it_is_left() -> None:
    floor = Floor()
    floor.feed(announced())

    floor.tick(179)
    assert floor.skips() == []
    floor.tick(181)

    assert floor.skips() == ["listing of GNO left: no two-sided book in 180 s after go-live"]
    floor.quotes("GNO", range(182, 200), 10.5)
    assert floor.entries() == []


def test_what_was_left_is_not_bought_later() -> None:
    floor = hunted(14.6)

    floor.quotes("GNO", range(14, 60), 10.0)

    assert floor.entries() == []


def test_three_at_a_time_and_no_fourth() -> None:
    floor = Floor()
    floor.feed(
        announced(
            "Binance Will List Gnosis (GNO), Optx (OPX), Ldx (LDX) and Nexo (NEX)",
            f"Binance will list these tokens and open trading at {GO_LIVE}.",
        )
    )

    assert [each.signal.instrument_id[:3] for each in floor.bodies("watch")] == [*COINS[:3]]
    assert floor.skips() == [
        "listing of 'NEX' by binance_ws, but 3 are hunted or held, 3 are allowed"
    ]


def test_a_held_coin_counts_among_the_three_until_it_is_sold() -> None:
    floor = hunted(at_once_max=1)
    more = announced(
        "Binance Will List Optx (OPX)", "It will list OPX and open trading.", second=20
    )
    floor.feed(more)
    assert "1 are hunted or held" in floor.skips()[-1]

    floor.quotes("GNO", (21, 22, 23), 9.0)
    floor.feed(more)

    assert [each.signal.instrument_id for each in floor.bodies("watch")][-1] == "OPX/USDT@sim"


def test_each_announcement_and_coin_is_taken_once_for_ever() -> None:
    floor = hunted()
    floor.quotes("GNO", (14, 15, 16), 9.0)
    assert floor.holding().is_flat

    floor.feed(announced(event_id="a1", second=30))
    floor.feed(announced(event_id="another", source="binance_cms", second=31))
    floor.quotes("GNO", range(32, 60), 10.5)

    assert len(floor.bought()) == 1
    assert all("once for ever" in each for each in floor.skips())


def test_an_announcement_that_comes_too_late_is_left() -> None:
    floor = Floor()

    floor.feed(announced(second=200))

    assert floor.skips() == [
        "listing of 'GNO' by binance_ws, but it went live 200 s ago, want at most 180"
    ]


def test_one_that_comes_after_go_live_but_in_time_is_bought() -> None:
    floor = Floor()
    floor.quote("GNO", 29, 10.0, quote="USDC")
    floor.feed(announced(second=30))

    floor.quotes("GNO", (31, 32), 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


def test_without_a_time_the_first_book_is_go_live() -> None:
    floor = Floor()
    floor.feed(announced(body="Binance will list Gnosis (GNO) soon.", second=-600))

    floor.quotes("GNO", range(12), 10.5)
    assert floor.entries() == []
    floor.quote("GNO", 12, 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


def test_without_a_time_and_without_a_book_it_is_left_after_a_day() -> None:
    floor = Floor()
    floor.feed(announced(body="Binance will list Gnosis (GNO) soon.", second=0))

    floor.tick(86_399)
    assert floor.skips() == []
    floor.tick(86_401)

    assert floor.skips() == ["listing of GNO left: no book in 86400 s"]


@pytest.mark.parametrize("body", ["Soon.", f"Binance will list it and open trading at {GO_LIVE}."])
def test_a_coin_that_trades_before_its_time_is_an_old_coin(body) -> None:
    floor = Floor()
    floor.feed(announced(body=body, second=-600))

    floor.quotes("GNO", (-599, -598, 0, 12, 13), 10.5)

    assert floor.entries() == []
    assert floor.skips() == ["listing of GNO left: it traded before: no new coin"]


def test_a_coin_of_the_config_is_no_new_coin() -> None:
    floor = Floor(others=("OPX",))
    floor.feed(announced("Binance Will List Optx (OPX)"))

    assert floor.skips() == ["listing of 'OPX' by binance_ws, but it trades here already"]


# a first listing


def test_a_first_listing_waits_for_its_first_minute_and_takes_half_the_size() -> None:
    floor = Floor(elsewhere=None)
    floor.feed(announced())
    floor.quotes("GNO", range(60), 10.0)
    assert floor.entries() == []

    floor.quotes("GNO", (60, 61), 11.0)

    (entry,) = floor.entries()
    assert entry.signal.size == RiskFraction(Decimal("0.00375"), Decimal(25), Decimal(125))
    assert "a first listing: half the size" in entry.signal.reason
    assert float(entry.quantity * entry.market_price) == pytest.approx(125, rel=0.01)


def test_its_chase_is_measured_from_its_first_minute() -> None:
    floor = Floor(elsewhere=None)
    floor.feed(announced())
    floor.quotes("GNO", range(50), 10.0)

    floor.quotes("GNO", (60, 61), 14.9)

    assert floor.entries() == []
    assert "want at most 45%" in floor.skips()[0]


def test_a_first_listing_can_be_skipped_by_config() -> None:
    floor = Floor(elsewhere=None, first_listing="skip")
    floor.feed(announced())

    floor.quotes("GNO", range(70), 10.0)

    assert floor.entries() == []
    assert floor.skips() == ["listing of GNO, but nobody here has a price of it"]


def test_another_venues_price_that_is_an_hour_old_is_none() -> None:
    floor = Floor(price_age_max_s=60)
    floor.feed(announced())

    floor.quotes("GNO", (*range(60), 61), 10.0)

    assert "a first listing" in floor.entries()[0].signal.reason


# edits, and what stands against a hunt


def test_an_edit_that_moves_go_live_is_followed() -> None:
    floor = Floor()
    floor.feed(announced())
    floor.feed(
        announced(
            body="Updated: Binance will list GNO and open trading at 2026-01-02 10:01 (UTC).",
            second=-300,
        )
    )

    floor.quotes("GNO", range(61, 72), 10.5)
    assert floor.entries() == []
    floor.quote("GNO", 72, 10.5)

    assert floor.bought() == ["GNO/USDT@sim"]


@pytest.mark.parametrize(
    "title",
    [
        "Binance Postpones the Listing of Gnosis (GNO)",
        "Binance Will Delist Gnosis (GNO)",
        "Binance Will Suspend Trading of Gnosis (GNO)",
    ],
)
def test_a_postponement_ends_the_hunt(title) -> None:
    floor = Floor()
    floor.feed(announced())
    floor.feed(announced(title, "", second=-60, event_id="a2"))

    floor.quotes("GNO", range(20), 10.5)

    assert floor.entries() == []
    assert "was announced" in floor.skips()[0]


def test_an_entry_the_gate_refuses_is_forgotten_after_a_minute() -> None:
    floor = Floor()
    floor.session.feed(OperatorCommand(event_ns=at_ns(-7000), verb="pause"))
    floor.feed(announced())
    floor.quotes("GNO", range(14), 10.5)

    assert [each.approved for each in floor.entries()] == [False]
    floor.tick(80)

    assert floor.skips() == ["listing of GNO left: the entry came to nothing"]


def test_an_entry_the_venue_does_not_fill_is_told() -> None:
    floor = hunted(balance="10")

    assert floor.skips() == ["listing of GNO left: the entry ended rejected, nothing filled"]
    assert floor.strategy.explain().startswith("listing of GNO left")
