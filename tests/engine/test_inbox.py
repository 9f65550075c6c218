"""Reports in any order, any number, and some that should not be: fills, position and cash agree."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.event import Condition, Correction
from argonaut.domain.ids import ClientOrderId, FillId, StrategyId, VenueOrderId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import (
    Accepted,
    Canceled,
    Expired,
    Filled,
    Order,
    OrderStatus,
    OutcomeUnknown,
    Rejected,
    Report,
)
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.ledger.holding import Holding
from argonaut.risk.allocation import Expectation, Plan, Share
from argonaut.strategies.interface import Signals
from tests.stories.listener import Listener
from tests.stories.stage import BTC, Scripted, Stage, enter, flat, leave
from tests.stories.wire import Wire, anomalies, guarded

D = Decimal
BARE = {0: (enter(),)}
STOPPED = {0: (enter(stop_price=95.0),)}


def ended(wire: Wire, order: Order) -> None:
    """Tell that the venue itself shows the end of an order."""
    wire.step(
        Correction(
            event_ns=wire.now_ns, what="ended", subject=order.client_order_id, detail="REJECTED"
        )
    )


# doubt


def test_a_strategy_that_drifts_is_given_less_and_a_restart_knows() -> None:
    """The step is a row with its numbers, and follows from the trades alone."""
    shares = {StrategyId("story"): Share(expects=Expectation(drawdown_fraction=0.05))}
    setup = {"plan": Plan(shares=shares), "folds": True}
    stage = Stage(Scripted({0: (enter("100"),), 2: (leave(),)}), setup=setup)

    stage.bars(flat(100), flat(100), flat(100), flat(80), flat(80))

    (step,) = stage.bodies("allocation")
    assert (step.factor, step.trades) == (Decimal("0.5"), 1)
    fresh = Engine(Stage(Scripted({}), setup=setup).setup)
    fold(fresh, list(stage.journal.rows))
    assert fresh.save()["allocation"] == stage.engine.save()["allocation"]


def test_i17_a_refusal_of_an_acknowledged_order_is_doubted() -> None:
    """F36: acknowledged, then not found for half an hour: a second stop would be one too many."""
    wire = guarded(STOPPED)

    told = wire.reject("stop", "-2013 order does not exist")

    assert told == ["anomaly doubtful rejection"]
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert not wire.engine.routes[BTC].is_frozen


def test_i17_the_venue_s_own_word_for_its_end_is_believed_once() -> None:
    wire = guarded(STOPPED)
    ended(wire, wire.last("stop"))

    told = wire.reject("stop")

    assert told == ["stop rejected"]
    wire.accept("stop")
    assert wire.reject("stop") == ["anomaly doubtful rejection"]


def test_absence_is_no_end_of_what_was_acknowledged() -> None:
    """R3: not even with a correction that says nobody finds it."""
    wire = guarded(STOPPED)
    stop = wire.last("stop")
    wire.step(
        Correction(event_ns=wire.now_ns, what="absent", subject=stop.client_order_id, detail="gone")
    )

    assert wire.reject("stop") == ["anomaly doubtful rejection"]


def test_an_order_never_acknowledged_may_be_refused() -> None:
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.lose("entry")

    assert wire.reject("entry") == ["entry rejected"]
    assert wire.holding.is_idle


def test_corrections_are_remembered_up_to_a_bound() -> None:
    wire = Wire(Scripted({}))

    for number in range(1_100):
        wire.step(Correction(event_ns=1, what="ended", subject=f"x-{number}", detail=""))

    assert len(wire.engine.desk.inbox.ended) == 1_000


# money that should not be


def test_f15_a_fill_of_a_refused_order_is_booked_told_and_freezes() -> None:
    """We believed it absent and it traded: the position is real, and nothing new begins there."""
    wire = Wire(Scripted(STOPPED))
    wire.bar(100)
    wire.reject("entry")

    told = wire.fill("entry", "1")

    assert told == ["entry filled 1 at 100", "anomaly late fill"]
    assert wire.holding.quantity == 1
    assert wire.resting() == {"stop": "1 sell stop 95"}
    assert wire.engine.routes[BTC].is_frozen


def test_f15_a_fill_after_a_cancel_is_told_and_freezes_nothing() -> None:
    """A race, and every venue has it."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.cancel("entry")

    told = wire.fill("entry", "0.4")

    assert told == ["entry filled 0.4 at 100", "anomaly late fill"]
    assert not wire.engine.routes[BTC].is_frozen


def test_f36_a_fill_beyond_the_order_is_protected_as_well() -> None:
    wire = guarded(STOPPED)

    told = wire.fill("entry", "0.5")

    assert told == ["entry filled 0.5 at 100", "anomaly overfill"]
    assert wire.holding.quantity == D("1.5")
    assert wire.amended[-1].quantity == D("1.5")
    assert wire.engine.routes[BTC].is_frozen


def test_a_refused_order_that_lives_is_taken_out() -> None:
    """R3: the evidence of absence was wrong, and nobody waits for this order any more."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.reject("entry")

    told = wire.accept("entry")

    assert told == ["entry accepted", "anomaly refused order lives"]
    assert wire.canceled == [wire.sent[0].client_order_id]
    assert wire.holding.is_idle


def test_i07_a_trade_told_of_two_orders_counts_once() -> None:
    wire = Wire(Scripted({0: (enter(), enter())}))
    wire.bar(100)
    first, second = wire.sent
    wire.fill(first, "1", fill_id="t-1")

    told = wire.fill(second, "1", fill_id="t-1")

    assert told == ["anomaly fill of two orders"]
    assert wire.holding.quantity == 1


def test_i07_a_fill_of_a_forgotten_order_told_again_is_no_news() -> None:
    """A venue may list the trades of an hour ago, of orders nobody remembers."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.fill("entry", "1", fill_id="t-1")
    wire.engine.desk.closed.clear()

    assert wire.fill("entry", "1", fill_id="t-1") == []
    assert wire.fill("entry", "1", fill_id="t-2") == ["anomaly foreign report"]


# any order


class Deaf(Scripted):
    """Hears of its orders and says nothing."""

    def __init__(self, script: dict[int, tuple[object, ...]]) -> None:
        super().__init__(script)  # type: ignore[arg-type]
        self.ends: list[Order] = []
        self.fills: list[Filled] = []

    def on_end(self, order: Order, holding: Holding) -> Signals:
        self.ends.append(order)
        return ()

    def on_fill(self, fill: Filled, holding: Holding) -> None:
        self.fills.append(fill)


def reports_of(order_id: ClientOrderId) -> list[Report]:
    """Everything a venue may tell of one order, three fills among it."""
    when = {"client_order_id": order_id, "event_ns": 5}
    fills = [
        Filled(**when, fill_id=FillId(f"t-{n}"), quantity=D(part), price=D(100 + n))  # type: ignore[arg-type]
        for n, part in enumerate(("0.2", "0.3", "0.5"))
    ]
    return [
        Accepted(**when, venue_order_id=VenueOrderId("v-1")),  # type: ignore[arg-type]
        *fills,
        Canceled(**when),  # type: ignore[arg-type]
        OutcomeUnknown(**when, reason="timeout"),  # type: ignore[arg-type]
        Expired(**when),  # type: ignore[arg-type]
    ]


@given(st.data())
def test_f08_f15_any_interleaving_of_reports_and_a_cancel_gives_one_position_and_cash(
    data: st.DataObject,
) -> None:
    """Up to 7 reports of one order, shuffled, repeated, and our own cancel anywhere between."""
    strategy = Deaf({0: (enter(),)})
    wire = Wire(strategy)
    wire.bar(100)
    reports = reports_of(wire.sent[0].client_order_id)
    twice = data.draw(st.lists(st.sampled_from(reports), max_size=4))
    cancel_at = data.draw(st.integers(0, len(reports)))
    for number, report in enumerate(data.draw(st.permutations(reports + twice))):
        if number == cancel_at:
            wire.say("pause")
        wire.step(report)

    book = wire.engine.book
    assert wire.holding.quantity == 1
    assert book.balance("USDT") == D(10_000) - D("20") - D("30.3") - D("51")
    assert wire.engine.account.free_quote(BTC) == book.balance("USDT")
    assert wire.holding.entering == 0
    assert not wire.engine.desk.live
    assert len(strategy.fills) == 3
    assert len(strategy.ends) == 1
    book.check()


@given(st.data())
def test_i18_the_end_is_told_once_and_after_the_fills_known_by_then(data: st.DataObject) -> None:
    strategy = Deaf({0: (enter(),)})
    wire = Wire(strategy)
    wire.bar(100)
    reports = reports_of(wire.sent[0].client_order_id)
    for report in data.draw(st.permutations(reports)):
        before = len(strategy.ends)
        wire.step(report)
        if len(strategy.ends) > before:
            assert strategy.ends[0].filled == sum(each.quantity for each in strategy.fills)

    assert [each.is_final for each in strategy.ends] == [True]


def test_f11_a_strategy_hears_once_that_its_order_never_was() -> None:
    listener = Listener()
    listener.answer = lambda said: (enter(),) if said == "bar 100" else None
    wire = Wire(listener)
    wire.bar(100)
    wire.lose("entry")
    wire.reject("entry")
    wire.reject("entry")

    assert listener.heard == ["bar 100", "end rejected"]


def test_fills_and_ends_of_a_recovery_are_told_when_it_is_over() -> None:
    """RECOVERING asks no strategy, and loses nothing a strategy has to know."""
    listener = Listener()
    listener.answer = lambda said: (enter(),) if said == "bar 100" else None
    wire = Wire(listener)
    wire.bar(100)
    recovering = Condition(event_ns=wire.now_ns, cause="recovering", mode=TradingMode.RECOVERING)
    wire.step(recovering)
    wire.fill("entry", "1")
    during = list(listener.heard)
    wire.step(Condition(event_ns=wire.now_ns, cause="recovering", mode=TradingMode.ACTIVE))

    assert during == ["bar 100"]
    assert listener.heard == ["bar 100", "fill 1 of 1", "end filled"]


def test_time_never_steps_back_here() -> None:
    """F05: a venue's clock is behind ours; ages and timers must not be negative."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    late = wire.engine.now_ns
    order_id = wire.sent[0].client_order_id

    wire.step(Canceled(client_order_id=order_id, event_ns=late - 5_000_000_000))

    assert wire.engine.now_ns == late
    assert wire.engine.desk.closed[order_id].status is OrderStatus.CANCELED


def test_i09_an_order_of_unknown_fate_counts_until_there_is_evidence() -> None:
    wire = Wire(Scripted({0: (enter(),), 1: (leave(),)}))
    wire.bar(100)
    wire.lose("entry")
    exposure = wire.engine.account.symbol_exposure(BTC).gross
    wire.step(
        Rejected(
            client_order_id=wire.sent[0].client_order_id,
            event_ns=wire.now_ns,
            code="absent",
            reason="",
        )
    )

    assert exposure == 100
    assert wire.engine.account.symbol_exposure(BTC).gross == 0
    assert len(wire.sent) == 1  # R1: nothing is sent a second time
    assert anomalies(wire) == []


def test_i15_a_cancel_asked_in_doubt_is_asked_again_when_the_entry_turns_up() -> None:
    """The first cancel may have come before the order did, or not at all."""
    wire = Wire(Scripted(BARE))
    wire.bar(100)
    wire.lose("entry")
    limit = Condition(event_ns=wire.now_ns, cause="market stream", mode=TradingMode.NO_NEW_RISK)
    wire.step(limit)
    wire.step(replace(limit, mode=TradingMode.ACTIVE))
    entry = wire.last("entry").client_order_id
    assert wire.canceled == [entry]

    wire.accept("entry")

    assert wire.canceled == [entry, entry]
    assert wire.engine.desk.live[entry].status is OrderStatus.PENDING_CANCEL
    wire.accept("entry")
    assert wire.canceled == [entry, entry]  # once for each time it turns up
