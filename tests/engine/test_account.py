"""The account as the gate sees it: what could be held at worst, what is promised, what was lost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.event import Deposited
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Trade
from argonaut.domain.order import OrderType, Side
from argonaut.domain.signal import Quantity
from argonaut.domain.timeframe import DAY_NS
from argonaut.engine.core import Engine
from argonaut.engine.setup import EngineSetup
from argonaut.ledger.holding import Holding
from argonaut.risk.exposure import StrategyExposure, SymbolExposure
from argonaut.risk.gate import Gate
from argonaut.strategies.interface import Signals, Strategy
from argonaut.venues.sim.capability import sim_capability
from tests.stories.stage import BTC, MINUTE_NS, OPEN_GATE, START_NS, Scripted, enter, leave
from tests.stories.wire import Wire, guarded

BRD = InstrumentId("BRD/BTC@sim")
INFINITY = Decimal("Infinity")


def sized(base: str, side: Side = Side.BUY, **fields: Any):
    return replace(enter(side=side), size=Quantity(Decimal(base)), **fields)


def limit(base: str, price: float, side: Side = Side.BUY):
    return sized(base, side, order_type=OrderType.LIMIT, limit_price=price)


# what could be held at worst


def test_before_a_price_nothing_is_known_of_worth() -> None:
    """No price counts as infinitely much: fail closed."""
    wire = Wire(Scripted({}))
    account = wire.engine.account
    account.routes[BTC].pending_buy = Decimal(1)

    assert account.market_price(BTC) is None
    assert account.price_age_ns(BTC) is None
    assert account.symbol_exposure(BTC).gross == INFINITY


def test_a_live_order_counts_on_its_worse_side_until_it_is_gone() -> None:
    """Counted when the intent is made, not when the venue answers (I09)."""
    wire = Wire(Scripted({0: (limit("1", 99.0), limit("3", 101.0, Side.SELL))}))
    wire.bar(100)
    account = wire.engine.account
    live = account.symbol_exposure(BTC)
    buy, sell = wire.sent
    wire.fill(sell, "1", "101")
    part = account.symbol_exposure(BTC)

    wire.cancel(sell)
    wire.cancel(buy)

    assert [live.net_long, live.net_short, live.gross] == [100, -300, 300]
    assert [part.net_long, part.net_short] == [0, -300]
    assert account.symbol_exposure(BTC).net == -100


def test_the_worst_case_of_a_strategy_does_not_net_its_own_orders() -> None:
    """One order to buy and one to sell are not nothing: either may fill alone."""
    wire = Wire(Scripted({0: (limit("1", 99.0), limit("1", 101.0, Side.SELL))}))

    wire.bar(100)

    exposure = wire.engine.account.strategy_exposure(StrategyId("story"))
    assert wire.holding.entering == 0
    assert [exposure.net_long, exposure.net_short, exposure.gross] == [100, -100, 100]


def test_the_worst_case_of_a_strategy_is_its_own() -> None:
    """What the other one does is the other one's."""
    other = replace(sized("5"), strategy_id=StrategyId("other"))
    wire = Wire(Scripted({0: (sized("2"),)}), Scripted({0: (other,)}, name="other"))
    wire.bar(100)
    wire.fill(wire.sent[0], "1")
    account = wire.engine.account

    worst = {name: account.strategy_exposure(StrategyId(name)).gross for name in ("story", "other")}

    assert worst == {"story": 200, "other": 500}
    assert account.symbol_exposure(BTC).gross == 700
    assert account.account_exposure().gross == account.venue_exposure(VenueId("sim")).gross == 700
    assert account.venue_exposure(VenueId("elsewhere")).gross == 0


def test_an_entry_held_back_behind_an_exit_counts_for_its_strategy() -> None:
    """It goes when the exit has; a budget that forgets it is spent twice."""
    turn = (leave(), sized("3", Side.SELL))
    wire = guarded({0: (enter(stop_price=95.0),), 1: turn})
    wire.bar(100)
    account, name = wire.engine.account, StrategyId("story")
    waiting = account.strategy_exposure(name)
    held_back = [each.role.value for each in wire.sent]
    wire.cancel("stop")

    sent = account.strategy_exposure(name)

    assert held_back == ["entry", "stop"]
    assert [each.role.value for each in wire.sent[2:]] == ["exit", "entry"]
    assert [waiting.net_long, waiting.net_short, waiting.gross] == [100, -300, 300]
    assert sent == waiting


def test_an_entry_held_back_is_forgotten_when_it_is_taken_out() -> None:
    """What will never be sent takes no budget."""
    wire = guarded({0: (enter(stop_price=95.0),), 1: (leave(), sized("3", Side.SELL))})
    wire.bar(100)

    wire.say("pause")

    exposure = wire.engine.account.strategy_exposure(StrategyId("story"))
    assert [exposure.net_long, exposure.net_short, exposure.gross] == [100, 0, 100]


def test_a_second_entry_behind_an_exit_finds_the_budget_of_the_first_taken() -> None:
    """The gate asks before anything has left."""
    gate = Gate((StrategyExposure(gross_quote=Decimal(400)),))
    turn = (leave(), sized("3", Side.SELL), sized("3", Side.SELL))
    wire = guarded({0: (enter(stop_price=95.0),), 1: turn}, gate=gate)

    told = wire.bar(100)

    assert told == ["exit approved: 1", "enter approved: 3", "enter approved: 1"]


def test_a_turn_is_capped_by_what_it_turns_into() -> None:
    """What the exit closes is not there any more to be closed by the entry behind it."""
    gate = Gate((SymbolExposure(gross_quote=None, net_quote=Decimal(400)),))
    turn = (leave(), sized("5", Side.SELL))
    wire = guarded({0: (enter(stop_price=95.0),), 1: turn}, gate=gate)

    told = wire.bar(100)
    worst = wire.engine.account.symbol_exposure(BTC)
    wire.cancel("stop")
    wire.fill("exit", "1")
    wire.fill(wire.sent[-1], "4")

    assert told == ["exit approved: 1", "enter approved: 4"]
    assert [worst.net_long, worst.net_short] == [100, -400]
    assert wire.holding.quantity == -4
    assert wire.engine.account.symbol_exposure(BTC).gross == 400


def test_exits_and_protection_add_nothing() -> None:
    """They only reduce."""
    wire = Wire(Scripted({0: (enter(stop_price=95.0),), 1: (leave(),)}))
    wire.bar(100)
    wire.fill("entry", "1")
    wire.bar(100)

    assert wire.engine.account.symbol_exposure(BTC).gross == 100


def test_an_instrument_counts_as_open_while_held_or_entered() -> None:
    """The cap on positions is one on what may come to be held."""
    wire = Wire(Scripted({0: (enter(),), 1: (leave(),)}))
    account = wire.engine.account
    counts = [account.positions_open()]
    wire.bar(100)
    counts.append(account.positions_open())
    wire.fill("entry", "1")
    wire.bar(100)
    counts.append(account.positions_open())
    wire.fill("exit", "1")
    counts.append(account.positions_open())

    assert counts == [0, 1, 1, 0]
    assert not account.has_position(BTC)


def test_a_contract_counts_by_its_size() -> None:
    """Ten base units each."""
    wire = Wire(Scripted({0: (sized("2"),)}), rules={"contract_size": Decimal(10)})

    wire.bar(100)

    assert wire.engine.account.symbol_exposure(BTC).gross == 2000
    assert wire.engine.account.free_quote(BTC) == 8000


# another quote asset


def in_btc(*strategies: Strategy) -> Engine:
    """An account in USDT that trades BRD against BTC."""
    rules = {"tick_size": Decimal("0.00000001"), "lot_size": Decimal(1)}
    return Engine(
        EngineSetup(
            instruments=[
                Instrument(instrument_id=BTC, base="BTC", quote="USDT", **rules),
                Instrument(instrument_id=BRD, base="BRD", quote="BTC", **rules),
            ],
            strategies=strategies,
            gate=OPEN_GATE,
            capability=sim_capability(VenueId("sim"), allows_short=False),
            quote="USDT",
        )
    )


class BuysBrd(Strategy):
    def on_trade(self, trade: Trade, holding: Holding) -> Signals:
        return (replace(sized("10"), instrument_id=BRD, strategy_id=self.strategy_id),)


def test_exposure_in_another_quote_is_brought_into_the_accounts() -> None:
    """10 BRD at 0.001 BTC at 50,000 USDT are 500 USDT."""
    engine = in_btc(BuysBrd(StrategyId("brd"), BRD))
    engine.step(Deposited(event_ns=1, asset="BTC", amount=Decimal(1)))
    engine.step(Trade(BTC, 2, price=50_000.0, quantity=1.0))

    engine.step(Trade(BRD, 3, price=0.001, quantity=1.0))

    account = engine.account
    assert account.symbol_exposure(BRD).gross == 500
    assert account.free_quote(BRD) == Decimal("0.99")
    assert account.to_account_quote("BTC") == 50_000
    assert account.equity() == 50_000


def test_without_a_rate_the_exposure_is_infinite_and_the_entry_refused() -> None:
    """An unknown rate must not read as zero."""
    engine = in_btc(BuysBrd(StrategyId("brd"), BRD))
    engine.step(Deposited(event_ns=1, asset="BTC", amount=Decimal(1)))
    engine.routes[BRD].pending_buy = Decimal(10)

    commands = engine.step(Trade(BRD, 3, price=0.001, quantity=1.0))

    assert engine.account.symbol_exposure(BRD).gross == INFINITY
    assert [each.body.approved for each in commands] == [False]  # type: ignore[union-attr]


# what is promised

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell", "fill", "fill", "cancel", "reject", "leave"]),
        st.integers(1, 997),
        st.sampled_from([99.37, 100.0, 100.01, 103.33]),
    ),
    max_size=25,
)


@given(moves=MOVES)
def test_every_promise_comes_back_to_the_last_unit(moves: list[tuple[str, int, float]]) -> None:
    """A residue would eat the free balance over a year, or grant what is not there."""
    script = Scripted({})
    wire = Wire(script, cash="1000000000")
    for kind, number, price in moves:
        base = Decimal(number) / 1000
        live = list(wire.engine.desk.live.values())
        if kind in ("buy", "sell"):
            script.script = {script.bars: (limit(str(base), price, Side(kind)),)}
            wire.bar(100)
        elif kind == "leave":
            script.script = {script.bars: (leave(),)}
            wire.bar(100)
        elif live:
            order = live[number % len(live)]
            if kind == "fill":
                wire.fill(order, str(min(base, order.leaves)), str(order.price or 100))
            elif kind == "cancel":
                wire.cancel(order)
            elif not order.filled:
                wire.reject(order)
        _check(wire)
    while wire.engine.desk.live:
        wire.cancel(next(iter(wire.engine.desk.live.values())))

    account = wire.engine.account
    assert account.free_quote(BTC) == wire.engine.book.balance("USDT")
    assert [account.routes[BTC].pending_buy, account.routes[BTC].pending_sell] == [0, 0]
    assert [wire.holding.entering, wire.holding.exiting] == [0, 0]


def _check(wire: Wire) -> None:
    """Everything reserved is what the live orders could still do."""
    orders = wire.engine.desk.live.values()
    entries = [each for each in orders if each.role.value == "entry"]
    route = wire.engine.routes[BTC]
    buys = [each for each in entries if each.side is Side.BUY]
    assert route.pending_buy == sum(each.leaves for each in buys)
    assert route.pending_sell == sum(each.leaves for each in entries if each.side is Side.SELL)
    promised = sum((each.leaves * (each.price or 0) for each in buys), Decimal(0))
    assert wire.engine.account.free_quote(BTC) == wire.engine.book.balance("USDT") - promised
    assert wire.holding.entering == sum(each.leaves * each.side.sign for each in entries)
    exits = [each for each in orders if each.role.value == "exit"]
    assert wire.holding.exiting == sum(each.leaves * each.side.sign for each in exits)


def test_a_stop_entry_promises_what_it_costs_at_its_trigger() -> None:
    """Decided at 100, bought at 120 or more."""
    wish = sized("1", order_type=OrderType.STOP, trigger_price=120.0)
    wire = Wire(Scripted({0: (wish,)}))

    wire.bar(100)

    assert wire.engine.account.free_quote(BTC) == 9880


def test_an_order_the_account_holds_less_for_does_not_only_reduce() -> None:
    """Another strategy holds the opposite."""
    wire = Wire(Scripted({0: (sized("2"),)}))
    wire.bar(100)
    wire.fill("entry", "2")
    account = wire.engine.account

    assert account.reduces(BTC, Side.SELL, Decimal(2))
    assert not account.reduces(BTC, Side.SELL, Decimal(3))
    assert not account.reduces(BTC, Side.BUY, Decimal(1))


# what was lost


def test_peak_and_loss_survive_a_restart() -> None:
    """I27: a restart that forgets the peak forgets the limit."""
    wire = Wire(Scripted({0: (sized("10"),)}))
    wire.bar(100)
    wire.fill("entry", "10")
    for price in (120, 90, 90):
        wire.bar(price)
    state = json.loads(json.dumps(wire.engine.save()))
    again = Wire(Scripted({}))

    fresh = Engine(_setup())
    fresh.load(state)

    assert again.engine.account.equity_peak() == 10_000
    assert fresh.account.equity_peak() == wire.engine.account.equity_peak() == 10_200
    assert fresh.account.loss_today() == wire.engine.account.loss_today() == 100
    assert fresh.account.orders_in_last_minute() == wire.engine.account.orders_in_last_minute()


def _setup() -> EngineSetup:
    wire = Wire()
    return EngineSetup(
        instruments=[wire.engine.routes[BTC].instrument],
        strategies=[Scripted({})],
        gate=Gate(()),
        capability=sim_capability(VenueId("sim"), allows_short=True),
        quote="USDT",
        base_timeframes_ns={BTC: MINUTE_NS},
    )


def test_a_peak_leaves_the_window_although_all_there_is_is_cash() -> None:
    """Cash is not marked minute by minute, and the old peak has to go all the same."""
    wire = Wire(
        Scripted({0: (sized("10"),), 2: (leave(),)}),
        setup={"drawdown_window_ns": 10 * MINUTE_NS},
    )
    wire.bar(100)
    wire.fill("entry", "10")
    wire.bar(120)
    wire.bar(90)
    wire.fill("exit", "10", "90")
    account = wire.engine.account
    peaks = []
    for _ in range(15):
        wire.bar(90)
        peaks.append(account.equity_peak())

    assert peaks[0] == 10_200
    assert peaks[-1] == 9_900
    assert account.equity_tracker.drawdown_fraction == 0.0


def test_cash_alone_is_marked_once_a_day() -> None:
    """A year of minutes without a position has nothing to tell."""
    samples: list[int] = []
    wire = Wire(Scripted({}), setup={"on_sample": lambda ns, _equity: samples.append(ns)})
    for _ in range(30):
        wire.bar(100)
        wire.now_ns += 3600 * 1_000_000_000

    days = {ns // DAY_NS for ns in samples}
    assert len(days) == 2
    assert len(samples) <= 4


def test_a_deposit_is_no_profit_and_a_withdrawal_no_loss() -> None:
    """Drawdown and daily loss are about trading."""
    wire = Wire(Scripted({}))
    wire.bar(100)
    wire.step(Deposited(event_ns=wire.now_ns, asset="USDT", amount=Decimal(-9000)))
    wire.bar(100)
    wire.bar(100)

    account = wire.engine.account
    assert account.loss_today() == 0
    assert account.equity_tracker.drawdown_fraction == 0.0
    assert account.equity_peak() == 1000


def test_entries_of_the_last_minute_are_counted() -> None:
    """What the order rate is measured by; protection and exits are not counted."""
    wire = Wire(Scripted({0: (enter(stop_price=95.0), enter()), 1: (leave(),)}))
    wire.bar(100)
    for order in list(wire.sent):
        wire.fill(order, "1")
    now = wire.engine.account.orders_in_last_minute()

    wire.bar(100)

    assert now == 2
    assert wire.engine.account.orders_in_last_minute() == 0


def test_the_account_answers_what_a_check_may_ask() -> None:
    """Age, holdings, types, shorts."""
    wire = Wire(Scripted({0: (enter(),)}), setup={"order_types": frozenset({OrderType.MARKET})})
    wire.bar(100)
    wire.fill("entry", "1")
    account = wire.engine.account
    account.now_ns += 5

    assert account.price_age_ns(BTC) == 5
    assert account.held(StrategyId("story"), BTC) == 1
    assert account.order_types() == frozenset({OrderType.MARKET})
    assert account.allows_short(BTC)
    assert wire.now_ns == START_NS + MINUTE_NS
