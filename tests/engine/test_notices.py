"""Announced removals, pauses and changes act by rule: freeze, or flatten before the time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId
from argonaut.domain.mode import TradingMode
from argonaut.engine.core import Engine
from argonaut.engine.notices import NoticeRules, is_about
from argonaut.engine.recovery import fold
from argonaut.engine.route import Route
from argonaut.journal.why import why
from tests.strategies.sniping import GO_LIVE_NS, HOME, SECOND_NS, Floor, announced, at_ns

GNO = InstrumentId("GNO/USDT@sim")
HOUR = 3600
END = "2026-01-02 14:00 (UTC)"  # four hours after go-live
END_S = 4 * HOUR
DELISTING = (
    "Binance Will Delist GNO, OPX on 2026-01-02",
    f"Binance will delist and cease trading on all spot trading pairs of these at {END}.",
)


def holding_gno(**settings) -> Floor:
    floor = Floor(folds=True, **settings)
    floor.feed(announced())
    floor.quotes("GNO", range(15), 10.5)
    assert floor.holding().is_long
    return floor


def told(floor: Floor, title: str, body: str = "", *, second: float = 60, **fields) -> None:
    floor.feed(announced(title, body, second=second, event_id="n1", **fields))


def causes(floor: Floor, name: InstrumentId = GNO) -> dict[str, TradingMode]:
    return dict(floor.engine.routes[name].causes)


# delisting


def test_a_delisting_stops_entries_at_once() -> None:
    floor = holding_gno()

    told(floor, *DELISTING)

    assert causes(floor) == {"notice of delisting": TradingMode.NO_NEW_RISK}
    assert floor.holding().is_long
    assert causes(floor, HOME) == {}


def test_a_delisting_closes_what_is_held_before_its_time() -> None:
    floor = holding_gno()
    told(floor, *DELISTING)

    floor.quotes("GNO", (END_S - HOUR - 1,), 10.5)
    assert floor.holding().is_long
    floor.quotes("GNO", (END_S - HOUR, END_S - HOUR + 1, END_S - HOUR + 2), 10.5)

    assert floor.holding().is_flat
    assert causes(floor) == {"notice of delisting": TradingMode.REDUCE_ONLY}
    assert floor.bodies("decision")[-1].signal.tag == "notice"


def test_a_delisting_can_freeze_only_or_be_ignored_by_config() -> None:
    frozen = holding_gno(notices=NoticeRules(delisting="freeze"))
    ignored = holding_gno(notices=NoticeRules(delisting="ignore"))
    for floor in (frozen, ignored):
        told(floor, *DELISTING)
        floor.quotes("GNO", (END_S - 1, END_S, END_S + 10), 10.5)

    assert frozen.holding().is_long
    assert causes(frozen) == {"notice of delisting": TradingMode.NO_NEW_RISK}
    assert ignored.holding().is_long
    assert causes(ignored) == {}


def test_a_delisting_whose_time_has_nearly_come_closes_at_once() -> None:
    floor = holding_gno()

    told(floor, *DELISTING, second=END_S - 600)
    floor.quotes("GNO", (END_S - 599, END_S - 598), 10.5)

    assert floor.holding().is_flat


def test_without_a_certain_time_it_freezes_and_says_that_a_person_has_to_close_it() -> None:
    floor = holding_gno()

    told(floor, "Binance Will Delist GNO on 2026-01-02", "At 14:00, zone unknown.")

    assert floor.holding().is_long
    assert causes(floor) == {"notice of delisting": TradingMode.NO_NEW_RISK}
    assert "a person has to close it" in floor.bodies("notice")[0].detail


def test_a_removed_pair_is_that_pair_alone() -> None:
    floor = holding_gno()

    told(floor, "Notice of Removal of Spot Trading Pairs", f"GNO/BTC will cease trading at {END}.")
    assert causes(floor) == {}
    told(floor, "Notice of Removal of Spot Trading Pairs", f"GNO/USDT will cease trading at {END}.")

    assert causes(floor) == {"notice of delisting": TradingMode.NO_NEW_RISK}


@pytest.mark.parametrize(
    "title",
    [
        "Binance Margin Will Delist GNO on 2026-01-02",
        "Binance Futures Will Delist USDⓈ-M GNOUSDT Perpetual Contract",
        "Binance Will Delist 2 Margin Trading Pairs: GNO/USDT",
        "Binance Futures Will Update the Funding Rate of GNOUSDT Perpetual Contract",
    ],
)
def test_a_notice_of_margin_or_perpetuals_leaves_spot_alone(title) -> None:
    floor = holding_gno()

    told(floor, title, f"This takes effect at {END}.")
    floor.quotes("GNO", (END_S - 10, END_S, END_S + 10), 10.5)

    assert floor.holding().is_long
    assert causes(floor) == {}


def test_the_simulated_venue_hears_the_notices_of_any_venue() -> None:
    floor = holding_gno()

    told(floor, *DELISTING, venue="kraken")

    assert causes(floor) == {"notice of delisting": TradingMode.NO_NEW_RISK}


def test_a_real_venue_hears_its_own_notices_alone() -> None:
    floor = holding_gno()
    route = floor.engine.routes[GNO]
    instrument = replace(route.instrument, instrument_id=InstrumentId("GNO/USDT@binance"))
    there = Route(instrument, 0, route.position)
    ours, other = (announced(*DELISTING, venue=each)[0] for each in ("binance", "kraken"))

    assert is_about(ours, there)
    assert not is_about(other, there)


# pauses and changes


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Binance Will Suspend Trading of Gnosis (GNO)", "suspension"),
        ("Binance Will Support the Gnosis (GNO) Network Upgrade & Hard Fork", "suspension"),
        ("Binance Will Support the Gnosis (GNO) Contract Swap", "contract_change"),
    ],
)
def test_a_pause_freezes_from_an_hour_before_until_an_hour_after(title, kind) -> None:
    floor = holding_gno()
    told(floor, title, f"Maintenance: we will suspend trading at {END}.")
    assert causes(floor) == {}

    floor.tick(END_S - HOUR)
    assert causes(floor) == {f"notice of {kind}": TradingMode.NO_NEW_RISK}
    floor.tick(END_S + HOUR - 1)
    assert causes(floor)
    floor.tick(END_S + HOUR)

    assert causes(floor) == {}
    assert floor.holding().is_long


def test_a_pause_without_a_time_freezes_for_a_day() -> None:
    floor = holding_gno()
    told(floor, "Binance Will Suspend Trading of Gnosis (GNO)")

    assert causes(floor)
    floor.tick(86_400 + 61)

    assert causes(floor) == {}


def test_a_suspension_can_flatten_by_config() -> None:
    floor = holding_gno(notices=NoticeRules(suspension="flatten"))
    told(floor, "Binance Will Suspend Trading of Gnosis (GNO)", f"We will suspend it at {END}.")

    floor.quotes("GNO", (END_S - HOUR, END_S - HOUR + 1, END_S - HOUR + 2), 10.5)

    assert floor.holding().is_flat


def test_an_edited_notice_moves_the_plan() -> None:
    floor = holding_gno()
    told(floor, *DELISTING)
    told(floor, DELISTING[0], "Updated: it will cease trading at 2026-01-03 14:00 (UTC).")

    floor.quotes("GNO", (END_S - HOUR, END_S, END_S + 1), 10.5)

    assert floor.holding().is_long


def test_a_maintenance_of_a_plain_feed_is_a_pause_too() -> None:
    floor = holding_gno()

    floor.session.feed(
        ExternalEvent(
            event_ns=at_ns(60), event_id="m", source="file", kind="maintenance", symbols=("GNO",)
        )
    )

    assert causes(floor) == {"notice of maintenance": TradingMode.NO_NEW_RISK}


def test_nothing_is_planned_for_what_is_not_traded_here() -> None:
    floor = holding_gno()

    told(floor, "Binance Will Delist XYZ on 2026-01-02", f"It will cease trading at {END}.")

    assert floor.bodies("notice") == []


# why, and over a restart


def test_why_tells_of_the_plan() -> None:
    floor = holding_gno()
    told(floor, *DELISTING)

    (reason,) = [
        each for each in why(floor.journal.rows, limit=50).reasons if each.who == "notices"
    ][:1]

    assert (reason.wish, reason.answer) == ("flatten", "planned")
    assert "Binance Will Delist GNO" in reason.reason


@pytest.mark.parametrize("how", ["fold", "snapshot"])
def test_a_plan_survives_a_restart(how) -> None:
    floor = holding_gno()
    told(floor, *DELISTING)
    again = Floor(folds=True, elsewhere=None)
    again.venue = floor.venue
    engine = Engine(again.setup)

    if how == "fold":
        fold(engine, list(floor.journal.rows))
    else:
        engine.load(floor.state())
    again.begin(engine)
    again.session._perform(engine.audit())
    assert causes(again) == {"notice of delisting": TradingMode.NO_NEW_RISK}
    again.quotes("GNO", (END_S - HOUR, END_S - HOUR + 1, END_S - HOUR + 2), 10.5)

    assert again.holding().is_flat


def test_a_kill_in_the_middle_of_closing_closes_once() -> None:
    floor = holding_gno()
    told(floor, *DELISTING)
    floor.quotes("GNO", (END_S - HOUR, END_S - HOUR + 1, END_S - HOUR + 2), 10.5)

    after = floor.killed_at(len(floor.journal.rows))
    after.quotes("GNO", (END_S - HOUR + 3, END_S, END_S + 60), 10.5)

    assert after.holding().is_flat
    assert after.bodies("decision") == []
    assert at_ns(END_S) == GO_LIVE_NS + END_S * SECOND_NS
