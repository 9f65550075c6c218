"""From a wish to an order, and from a report to the books."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from msgspec.structs import replace

from argonaut.domain.ids import ClientOrderId, InstrumentId, SignalId, StrategyId, VenueOrderId
from argonaut.domain.market import Trade
from argonaut.domain.order import (
    Accepted,
    Canceled,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from argonaut.domain.record import Decision
from argonaut.domain.signal import Notional, Skip
from argonaut.domain.verdict import Verdict
from argonaut.engine.ids import epoch_of
from argonaut.risk.gate import Gate
from argonaut.risk.view import AccountView, Proposal
from tests.stories.stage import BTC, OPEN_GATE, Scripted, Stage, enter, flat, instrument_of, leave
from tests.stories.wire import Wire, anomalies, guarded

STOPPED = {0: (enter(stop_price=95.0),)}
BARE = {0: (enter(),)}
NO_STOPS = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}


def limit_entry(price: float, **fields):
    return replace(enter(**fields), order_type=OrderType.LIMIT, limit_price=price)


# wishes


def test_a_skip_is_journaled_and_nothing_else() -> None:
    """It is a reason for `argonaut why`, not a wish."""
    skip = Skip(strategy_id=StrategyId("story"), instrument_id=BTC, reason="not yet")
    stage = Stage(Scripted({0: (skip,)}))

    stage.bars(flat(100))

    assert stage.bodies("skip") == [skip]
    assert stage.engine.desk.signals_taken == 0


def test_ids_of_orders_are_our_own_whatever_a_strategy_calls_its_signal() -> None:
    """A strategy that names every signal "go" would otherwise use one id twice (I02)."""
    named = replace(enter(), signal_id=SignalId("go"))
    wire = Wire(Scripted({0: (named,), 1: (named,)}))

    wire.bar(100)
    wire.bar(100)

    assert [each.client_order_id for each in wire.sent] == ["story-0-14bc-e", "story-0-2pn3-e"]


def test_an_order_id_carries_the_epoch_of_its_lease() -> None:
    """Two runs on one account never mint the same id."""
    wire = Wire(Scripted(BARE), setup={"epoch": "7"})

    wire.bar(100)

    assert epoch_of(wire.sent[0].client_order_id) == "7"


def test_an_entry_of_an_unknown_instrument_is_refused() -> None:
    """A typo is answered, not raised."""
    typo = replace(enter(), instrument_id=InstrumentId("BTX/USDT@sim"))
    stage = Stage(Scripted({0: (typo,)}))

    told = stage.bars(flat(100))

    assert told == ["enter refused: filters"]
    assert stage.bodies("decision")[0].market_price is None


def test_a_refusal_tells_the_price_it_was_made_at() -> None:
    """`argonaut why` shows it."""
    stage = Stage(Scripted({0: (enter("1"),)}))

    stage.bars(flat(100))

    decision: Decision = stage.bodies("decision")[0]
    assert decision.market_price == 100
    assert not decision.approved


@pytest.mark.parametrize("by", ["wish", "adviser"])
def test_a_dry_run_entry_is_decided_and_never_sent(by: str) -> None:
    """Theory and money are kept apart: nothing rests, nothing is promised, no rate is used."""
    advisers = frozenset({StrategyId("story")}) if by == "adviser" else frozenset[StrategyId]()
    wish = replace(enter(stop_price=95.0), dry_run=by == "wish")
    wire = Wire(Scripted({0: (wish,)}), setup={"advisers": advisers})

    told = wire.bar(100)

    assert told == ["enter approved: 1"]
    assert wire.sent == []
    assert wire.holding.is_idle
    assert wire.engine.account.orders_in_last_minute() == 0
    assert wire.engine.account.free_quote(BTC) == 10_000


@dataclass(frozen=True)
class Broken:
    """A check of a user's own that raises."""

    code: str = "broken"

    def verdict(self, proposal: Proposal, view: AccountView) -> Verdict:
        raise RuntimeError("no such file")


def test_a_check_that_raises_refuses_the_entry() -> None:
    """Closed when in doubt, and the bot goes on."""
    stage = Stage(Scripted({**BARE, 1: (enter(),)}), gate=Gate([Broken()]))

    told = stage.bars(flat(100), flat(100))

    assert told == ["enter refused: check"] * 2
    assert stage.bodies("decision")[0].verdicts[0].detail == "RuntimeError: no such file"


def test_a_wish_made_of_the_wrong_things_is_refused() -> None:
    """A strategy may put a float where a Decimal belongs."""
    wrong = replace(enter(), size=Notional(100.5))  # type: ignore[arg-type]
    half = replace(leave(), fraction=0.5)
    stage = Stage(Scripted({0: (wrong,), 1: (enter(),), 3: (half,)}))

    told = stage.bars(*[flat(100)] * 4)

    assert told[0] == "enter refused: check"
    assert told[-1] == "exit refused: check"


# orders out


def test_an_order_is_worded_as_wished() -> None:
    """Price, trigger, time in force and post-only reach the venue."""
    wish = replace(
        limit_entry(99.999, stop_price=95.0),
        time_in_force=TimeInForce.IOC,
        post_only=True,
        tag="t",
        user_id="u",
    )
    wire = Wire(Scripted({0: (wish,)}))

    wire.bar(100)

    order = wire.sent[0]
    assert (order.price, order.time_in_force) == (Decimal("100.00"), TimeInForce.IOC)
    assert (order.post_only, order.tag, order.user_id) == (True, "t", "u")
    assert order.decision_price == 100


def test_an_order_the_venue_has_no_type_for_is_held_until_its_trigger() -> None:
    """A stop entry at a venue without stops."""
    wish = replace(enter(), order_type=OrderType.STOP, trigger_price=105.0)
    stage = Stage(Scripted({0: (wish,)}), capability=NO_STOPS, gate=OPEN_GATE)
    stage.bars(flat(100))
    held = stage.resting()

    told = stage.bars(flat(104), (104, 106, 104, 106), flat(106))

    assert held == {"entry": "0.952 buy stop 105"}
    assert told == ["entry triggered", "entry filled 0.952 at 106"]


def test_a_held_stop_limit_becomes_a_limit_order() -> None:
    """It waits for its price, and then it rests."""
    wish = replace(enter(), order_type=OrderType.STOP_LIMIT, trigger_price=105.0, limit_price=105.5)
    stage = Stage(Scripted({0: (wish,)}), capability=NO_STOPS, gate=OPEN_GATE)

    told = stage.bars(flat(100), (104, 107, 104, 107))

    assert told[1:3] == ["entry triggered", "entry accepted"]
    assert stage.resting() == {"entry": "0.947 buy at 105.5"}


def test_a_held_trailing_entry_starts_from_the_last_price_and_follows_it_down() -> None:
    """Bought when the price turns up by the trail, not before."""
    wish = replace(enter(trail_fraction=0.05, stop_price=50.0), order_type=OrderType.TRAILING_STOP)
    stage = Stage(Scripted({0: (wish,)}), capability=NO_STOPS, gate=OPEN_GATE)
    stage.bars(flat(100))
    first = stage.resting()
    stage.bars((100, 100, 80, 81))
    second = stage.resting()

    stage.bars((81, 85, 81, 85), flat(85))

    assert first == {"entry": "1 buy stop 105"}
    assert second == {"entry": "1 buy stop 84"}
    assert stage.holding.quantity == 1


def test_a_held_order_is_taken_out_at_once() -> None:
    """Nobody has to be asked."""
    wish = replace(enter(), order_type=OrderType.STOP, trigger_price=105.0)
    stage = Stage(Scripted({0: (wish,)}), capability=NO_STOPS, gate=OPEN_GATE)
    stage.bars(flat(100))

    told = stage.say("pause")

    assert told == ["mode NO_NEW_RISK", "entry canceled"]
    assert stage.engine.routes[BTC].local == {}
    assert stage.bars(flat(200)) == []


# reports in


def test_a_fill_told_twice_is_booked_once() -> None:
    """Venues resend after a reconnect; the position must not move twice (I07)."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "0.4", fill_id="same")

    told = wire.fill("entry", "0.4", fill_id="same")

    assert told == []
    assert wire.holding.quantity == Decimal("0.4")


def test_a_fill_that_beats_the_cancel_is_booked_and_protected() -> None:
    """F15: we heard "canceled" first, but the trade happened, and it needs its stop."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.say("pause")
    wire.cancel("entry")

    told = wire.fill("entry", "0.4")

    assert told == ["entry filled 0.4 at 100", "anomaly late fill"]
    assert wire.resting() == {"stop": "0.4 sell stop 95"}
    assert wire.holding.quantity == Decimal("0.4")


def test_a_report_on_an_order_nobody_knows_is_told_and_changes_nothing() -> None:
    """Somebody else trades on the account."""
    wire = guarded(STOPPED)
    before = wire.resting()

    told = wire.step(
        Accepted(
            client_order_id=ClientOrderId("theirs"),
            event_ns=wire.now_ns,
            venue_order_id=VenueOrderId("v"),
        )
    )

    assert told == ["anomaly foreign report"]
    assert wire.resting() == before
    assert not wire.engine.routes[BTC].is_frozen


def test_an_impossible_report_freezes_the_instrument() -> None:
    """I28: something is wrong, so nothing new begins there until a person has looked at it."""
    wire = Wire(Scripted({0: (enter(), limit_entry(90.0)), 1: (enter(),), 2: (enter(),)}))
    wire.bar(100)
    market, resting = wire.sent

    told = wire.fill(market, "5")

    assert told == ["entry filled 5 at 100", "anomaly overfill"]
    assert wire.holding.quantity == 5
    assert wire.records[-1].body.frozen is True  # type: ignore[attr-defined]
    assert wire.canceled == [resting.client_order_id]
    assert wire.bar(100) == ["enter refused: frozen"]
    wire.say("resume")
    assert wire.bar(100) == ["enter approved: 1"]


def test_a_freeze_and_an_exit_leave_the_orders_of_others_alone() -> None:
    """Each instrument and each strategy for itself."""
    eth = InstrumentId("ETH/USDT@sim")
    both = [instrument_of(), instrument_of(instrument_id=eth, base="ETH")]
    elsewhere = replace(limit_entry(90.0), instrument_id=eth)
    others = replace(limit_entry(90.0), strategy_id=StrategyId("other"))
    wire = Wire(
        Scripted({0: (limit_entry(90.0), elsewhere), 1: (leave(),)}),
        Scripted({0: (others,)}, name="other"),
        setup={"instruments": both},
    )
    wire.step(Trade(eth, wire.now_ns, price=100.0, quantity=1.0))
    wire.bar(100)
    mine, there, theirs = wire.sent
    wire.bar(100)
    by_exit = list(wire.canceled)

    wire.fill(theirs, "9")

    assert by_exit == [mine.client_order_id]
    assert wire.canceled[1:] == []
    assert wire.engine.desk.live[there.client_order_id].status is OrderStatus.SUBMITTED


def test_a_frozen_instrument_can_still_be_left() -> None:
    """Frozen is for what comes in."""
    wire = guarded({**STOPPED, 1: (leave(),)})
    wire.engine.desk.anomaly("illegal transition", "for the test", BTC)

    told = wire.bar(100)

    assert told[-1] == "exit approved: 1"


def test_final_orders_are_remembered_for_late_fills_up_to_a_bound() -> None:
    """Memory is bounded; what is forgotten shows up as a foreign report."""
    wire = Wire(Scripted({n: (enter(stop_price=95.0),) for n in range(2)}))
    wire.bar(100)
    wire.cancel("entry")
    first, desk = wire.last("entry"), wire.engine.desk
    gone = replace(first, status=OrderStatus.CANCELED)
    for number in range(2_000):
        desk.store(None, replace(gone, client_order_id=ClientOrderId(f"x-{number}")))
    wire.bar(100)
    wire.cancel("entry")

    told = wire.fill(first, "1") + wire.fill("entry", "1")

    assert told == ["anomaly foreign report", "entry filled 1 at 100", "anomaly late fill"]
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert len(desk.closed) == 2_000
    assert desk.entry_protection == {}


def test_dust_of_an_entry_is_written_off_when_nothing_more_comes() -> None:
    """Less than a lot is never sold, and a strategy that waits to be idle would wait for ever."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.fill("entry", "0.001", fee=Decimal("0.0005"), fee_asset="BTC")
    partly = wire.holding.quantity

    wire.cancel("entry")

    assert partly == Decimal("0.0005")
    assert wire.holding.is_idle
    assert "dust" in anomalies(wire)
    assert wire.resting() == {}


def test_dust_waits_while_another_entry_works() -> None:
    """The next fill makes it a lot."""
    wire = Wire(Scripted({0: (enter(), enter())}))
    wire.bar(100)
    first, second = wire.sent
    wire.fill(first, "0.001", fee=Decimal("0.0005"), fee_asset="BTC")
    wire.cancel(first)

    wire.fill(second, "1")

    assert wire.holding.quantity == Decimal("1.0005")
    assert anomalies(wire) == []


def test_an_entry_the_other_way_leaves_no_dust() -> None:
    """What reduces may leave less than a lot too, whatever it was meant for."""
    wire = Wire(Scripted({**STOPPED, 1: (enter("99.9", side=Side.SELL),)}))
    wire.bar(100)
    wire.fill("entry", "1", fee=Decimal("0.0005"), fee_asset="BTC")
    wire.accept("stop")
    wire.bar(100)

    wire.fill("entry", "0.999")

    assert wire.holding.is_flat
    assert wire.holding.is_idle
    assert wire.canceled == [wire.last("stop").client_order_id]


def test_a_cancel_asked_for_twice_by_a_person_is_sent_twice() -> None:
    """The first may have been lost; the second costs a message."""
    wire = Wire(Scripted({0: (limit_entry(90.0),)}))
    wire.bar(100)

    wire.say("pause")
    wire.say("halt")

    assert len(wire.canceled) == 2


def test_an_order_of_unknown_fate_keeps_what_it_reserves() -> None:
    """It may fill yet (I17)."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)

    wire.lose("entry")

    assert wire.engine.account.symbol_exposure(BTC).gross == 100
    assert not wire.holding.is_idle


def test_a_cancel_by_the_venue_gives_everything_back() -> None:
    """The whole promise, to the last unit."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)

    wire.step(Canceled(client_order_id=wire.sent[0].client_order_id, event_ns=wire.now_ns))

    assert wire.engine.account.free_quote(BTC) == 10_000
    assert wire.engine.desk.closed[wire.sent[0].client_order_id].status is OrderStatus.CANCELED
    assert wire.holding.is_idle
