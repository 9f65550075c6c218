"""Two strategies, any wishes, any market, a venue with fees, filters, latency and little volume.

After every step: what is held is guarded, what rests is meant, what is promised is owed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from argonaut.domain.ids import StrategyId
from argonaut.domain.order import Filled, Order, OrderType, Side
from argonaut.domain.signal import Enter, Exit, Protect, Protection, Signal, Target
from argonaut.engine.core import Engine
from argonaut.ledger.holding import Holding
from argonaut.risk.gate import Gate
from argonaut.risk.short import ShortAllowed
from argonaut.strategies.interface import Strategy
from argonaut.venues.sim import FixedLatency, MakerTaker, VolumeParticipation
from tests.stories.stage import BTC, MINUTE_NS, SECOND_NS, Stage, enter, leave
from tests.stories.wire import anomalies

NO_SHORTS = Gate([ShortAllowed()])  # where nothing can be borrowed; else validity alone
_LOOKED_AT_NS = MINUTE_NS + SECOND_NS  # by then an answer that did not come is found missing
PRICES = st.integers(88, 112).map(float)
NAMES = ("one", "two")
PROTECTIONS = st.builds(
    lambda stop, trail, shares: {
        **({"stop_fraction": stop} if stop else {}),
        **({"trail_fraction": trail} if trail else {}),
        "targets": tuple(
            Target(fraction=0.02 * (n + 1), share=share) for n, share in enumerate(shares)
        ),
    },
    stop=st.sampled_from([None, 0.02, 0.05]),
    trail=st.sampled_from([None, None, 0.03]),
    shares=st.sampled_from([(), (), (1.0,), (0.5,), (0.3, 0.3), (0.5, 0.5)]),
)
LIMITS = st.sampled_from([None, None, 0.99, 1.0, 1.01])


def _entry(
    name: str, side: Side, quote: str, protection: dict[str, Any], at: float | None
) -> Enter:
    wish = replace(enter(quote, side=side, name=name), protection=Protection(**protection))
    if at is None:
        return wish
    return replace(wish, order_type=OrderType.LIMIT, limit_price=100.0 * at)


def _exit(name: str, fraction: str, at: float | None) -> Exit:
    if at is None:
        return leave(fraction, name=name)
    return leave(fraction, name=name, order_type=OrderType.LIMIT, limit_price=100.0 * at)


def _move(name: str, stop: float | None, target: float | None) -> Protect:
    return Protect(
        strategy_id=StrategyId(name),
        instrument_id=BTC,
        reason="dice",
        stop_price=stop,
        target_price=target,
    )


WISHES: st.SearchStrategy[Signal] = st.one_of(
    st.builds(
        _entry,
        st.sampled_from(NAMES),
        st.sampled_from(Side),
        st.sampled_from(["7", "30", "100", "333"]),
        PROTECTIONS,
        LIMITS,
    ),
    st.builds(_exit, st.sampled_from(NAMES), st.sampled_from(["1", "1", "0.5", "0.1"]), LIMITS),
    st.builds(
        _move, st.sampled_from(NAMES), st.none() | PRICES, st.none() | PRICES | st.just(math.nan)
    ),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wish"), st.lists(WISHES, min_size=1, max_size=3)),
        st.tuples(st.just("wish"), st.lists(WISHES, min_size=1, max_size=3)),
        st.tuples(st.just("bar"), st.lists(PRICES, min_size=4, max_size=4)),
        st.tuples(st.just("trades"), st.lists(PRICES, min_size=1, max_size=4)),
        st.tuples(st.just("bad"), st.sampled_from([0.0, -1.0, math.nan, math.inf])),
        st.tuples(st.just("say"), st.sampled_from(["pause", "resume", "resume", "flatten"])),
    ),
    max_size=25,
)
VENUES: dict[str, dict[str, Any]] = {
    "plain": {},
    "short": {"allow_short": True},
    "base fees": {"models": {"fees": MakerTaker(fee_asset="base_on_buy")}},
    "thin": {"allow_short": True, "volume": 10.0},
    "slow": {"allow_short": True, "models": {"latency": FixedLatency(1500)}},
    "strict": {
        "allow_short": True,
        "rules": {"min_notional": Decimal(5)},
        "venue_rules": {"min_notional": Decimal(20)},
    },
    "small": {"allow_short": True, "rules": {"max_quantity": Decimal(1)}},
    "no oco": {"allow_short": True, "capability": {"has_oco": False}},
    "spot": {
        "capability": {
            "has_oco": False,
            "has_amend": False,
            "has_reduce_only": False,
            "order_types": frozenset({OrderType.MARKET, OrderType.LIMIT, OrderType.STOP}),
        }
    },
    "no amend": {"allow_short": True, "capability": {"has_amend": False}},
    "no stops": {
        "allow_short": True,
        "capability": {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})},
    },
}


class Voice(Strategy):
    """Says what the dice have for it at the next price."""

    def __init__(self, name: str) -> None:
        super().__init__(StrategyId(name), BTC)
        self.next: list[Signal] = []

    def _speak(self) -> Sequence[Signal]:
        said, self.next = tuple(self.next), []
        return said

    def on_bar(self, bar: object, holding: Holding) -> Sequence[Signal]:
        return self._speak()

    def on_trade(self, trade: object, holding: Holding) -> Sequence[Signal]:
        return self._speak()


class Theater(Stage):
    """Plays steps and looks at everything after each."""

    def __init__(
        self, *, volume: float = 1e6, models: dict[str, Any] | None = None, **settings: Any
    ):
        self.voices = {name: Voice(name) for name in NAMES}
        self.volume = volume
        participation = VolumeParticipation(Decimal("0.1"), Decimal("0.1"))
        given = {"participation": participation} | (models or {})
        super().__init__(*self.voices.values(), gate=NO_SHORTS, models=given, **settings)
        self.is_slow = "latency" in (models or {})

    def play(self, steps: list[tuple[str, Any]]) -> None:
        self.bars((100, 100, 100, 100))
        for kind, what in steps:
            if kind == "wish":
                for wish in what:
                    self.voices[wish.strategy_id].next.append(wish)
            elif kind == "bar":
                opened, *_, close = what
                self.bar(opened, max(what), min(what), close, self.volume)
            elif kind == "trades":
                self.trades(*what, quantity=self.volume)
            elif kind == "bad":
                self.bar(what, what, what, what)
                self.trades(what)
            else:
                self.say(what)
            self.look()

    def look(self) -> None:
        engine = self.engine
        engine.book.check()
        self._look_at_money()
        for name in NAMES:
            holding = self.held_by(name)
            live = [each for each in engine.desk.live.values() if each.strategy_id == name]
            _look_at_reserves(holding, live + self._kept(name))
            if not self.is_slow:
                _look_at_protection(engine, holding, live)

    def _kept(self, name: str) -> list[Order]:
        """Orders that wait here until the venue has let go of the protection."""
        exits, key = self.engine.desk.exits, (StrategyId(name), BTC)
        waiting = exits.waiting.get(key)
        return [*([] if waiting is None else [waiting]), *exits._behind.get(key, ())]

    def _look_at_money(self) -> None:
        book, dust = self.engine.book, {}
        for (account, asset), amount in book.postings.items():
            if account == "dust":
                dust[asset] = amount
        for asset in ("USDT", "BTC"):
            assert book.balance(asset) + dust.get(asset, 0) == self.venue.balances.get(asset, 0)
        orders = [*self.engine.desk.live.values(), *(each for n in NAMES for each in self._kept(n))]
        buys = [each for each in orders if each.role.value == "entry" and each.side is Side.BUY]
        promised = sum(
            (each.leaves * (each.price or each.trigger_price or each.decision_price or 0))
            for each in buys
        )
        assert self.engine.account.free_quote(BTC) == book.balance("USDT") - promised


def _look_at_reserves(holding: Holding, live: list[Order]) -> None:
    for role, reserved in (("entry", holding.entering), ("exit", holding.exiting)):
        working = [each for each in live if each.role.value == role]
        assert reserved == sum(each.leaves * each.side.sign for each in working)


def _left_of(engine: Engine, leg: Order, pick: Callable[[Decimal, Decimal], Decimal]) -> Decimal:
    """Return what a leg has left or, while an answer may come, was asked to have: as is picked."""
    change, asked_ns = engine.desk.warden.fitter.asked.get(leg.client_order_id, (None, 0))
    if change is None or change.quantity is None or engine.now_ns - asked_ns > _LOOKED_AT_NS:
        return leg.leaves
    return pick(leg.leaves, change.quantity - leg.filled)


def _look_at_protection(engine: Engine, holding: Holding, live: list[Order]) -> None:
    key = (holding.strategy_id, BTC)
    guard = engine.desk.warden.guards.get(key)
    held = abs(holding.quantity)
    stops = [each for each in live if each.role.value == "stop"]
    legs = [each for each in live if each.role.is_protective]
    assert sum(_left_of(engine, each, min) for each in stops) <= held  # I08
    assert all(_left_of(engine, each, min) <= held for each in legs)
    if guard is None:
        assert legs == []
        return
    assert guard.is_long == holding.is_long
    assert sum(pair.quantity for pair in guard.pairs) == held > 0
    if guard.is_suspended or engine.desk.warden.is_bare(key) or guard.stop_level is None:
        return
    small = [
        pair.quantity
        for pair in guard.pairs
        if guard.instrument.fault_of(guard.instrument.quantity(pair.quantity), guard.stop_level)
    ]
    most = guard.instrument.max_quantity
    if most is not None:
        return
    resting = sum(_left_of(engine, each, max) for each in stops)  # one held here may be on its way
    covered = resting + sum(small) + abs(holding.exiting)
    lost = len(guard.pairs) * guard.instrument.lot_size
    assert covered > held - lost, "a part is bare although an order could carry it"


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS)
def test_no_history_leaves_something_bare_orphaned_or_promised(
    venue: str, steps: list[tuple[str, Any]]
) -> None:
    """What the stories tell one by one, for stories nobody thought of."""
    stage = Theater(**VENUES[venue])

    stage.play(steps)

    assert not stage.bodies("strategy_paused")
    never = {"foreign report", "illegal transition"}
    if not VENUES[venue].get("allow_short"):  # two opposite holdings can race each other there
        never.add("overclosed")
    assert not never & set(anomalies(stage))
    sent = [each.order for each in stage.bodies("intent") if each.order.role.is_protective]
    sent += [order for each in stage.bodies("decision") for order in each.orders]
    ids = [each.client_order_id for each in sent]
    assert len(ids) == len(set(ids))
    fills = [each for each in stage.bodies("report") if isinstance(each, Filled)]
    assert len({each.fill_id for each in fills}) == len(fills)


def test_a_stop_that_fills_while_it_is_being_taken_out_opens_nothing_that_stays() -> None:
    """Found by the dice: its order is over when the engine asks what still rests."""
    bare, half = {"targets": ()}, {"targets": (Target(fraction=0.02, share=0.5),)}
    trailed = {"trail_fraction": 0.03} | half
    stage = Theater(**VENUES["slow"])

    stage.play(
        [
            ("wish", [_entry("two", Side.BUY, "7", bare, None)]),
            ("bar", [88.0] * 4),
            ("wish", [_entry("one", Side.BUY, "7", bare, None)]),
            ("wish", [_entry("one", Side.BUY, "7", trailed, None)]),
            ("wish", [_entry("one", Side.SELL, "7", bare, None)]),
            ("trades", [88.0, 88.0, 91.0]),
            ("wish", [_exit("one", "1", None)]),
            ("bar", [88.0] * 4),
            *[("bar", [88.0] * 4)] * 5,
        ]
    )

    assert stage.held_by("one").quantity == 0


def test_i08_a_stop_the_venue_does_not_make_smaller_is_taken_out() -> None:
    """Found by the dice: its minimum is above ours, and it is silent. Nothing so small can rest."""
    bare = {"targets": ()}
    stage = Theater(**VENUES["strict"])

    stage.play(
        [
            ("wish", [_entry("two", Side.SELL, "333", bare | {"stop_fraction": 0.02}, None)]),
            ("bar", [100.0] * 4),
            ("wish", [_entry("two", Side.BUY, "314", bare, 0.99)]),
            ("bar", [100.0] * 4),
            ("trades", [94.0]),
            *[("bar", [94.0] * 4)] * 3,
        ]
    )

    assert stage.held_by("two").quantity == Decimal("-0.159")
    assert stage.resting() == {}
    assert {"unprotected", "not flat"} <= set(anomalies(stage))


@pytest.mark.parametrize("venue", ["plain", "short", "thin", "slow"])
@given(steps=STEPS)
def test_whatever_happened_before_flatten_ends_flat(
    venue: str, steps: list[tuple[str, Any]]
) -> None:
    """The one command that must always work."""
    stage = Theater(**VENUES[venue])
    stage.play(steps)

    stage.say("flatten")
    for _ in range(40):
        stage.bar(100, 100, 100, 100)

    assert [stage.held_by(name).quantity for name in NAMES] == [0, 0]
    assert stage.resting() == {}
