"""Whatever a venue says, of any order and in any order: nothing raises, nothing stays unwanted.

Two strategies with any wishes, whose orders are answered, doubled, overfilled, denied and forgotten
as the dice will. A process that was killed at any row of it reads its journal to the same state.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.event import Condition
from argonaut.domain.ids import StrategyId
from argonaut.domain.mode import TradingMode
from argonaut.domain.order import OrderStatus, OrderType
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.execution.reconcile.absence import ABSENT
from argonaut.ports import MISTIMED, NOT_SENT, REACHED, THROTTLED
from tests.engine.test_histories import NAMES, NO_SHORTS, WISHES, Voice
from tests.engine.test_recovery import standing
from tests.stories.liar import Liar
from tests.stories.stage import BTC

LIMITED: dict[str, Any] = {"min_notional": Decimal(5)}
SPOT: dict[str, Any] = {
    "has_oco": False,
    "has_amend": False,
    "has_reduce_only": False,
    "allows_short": False,
    "order_types": frozenset({OrderType.MARKET, OrderType.LIMIT, OrderType.STOP}),
}
HELD: dict[str, Any] = {"order_types": frozenset({OrderType.MARKET, OrderType.LIMIT})}
VENUES: dict[str, dict[str, Any]] = {
    "all": {},
    "limited": {"rules": LIMITED},
    "spot": {"capability": SPOT, "rules": LIMITED},
    "no stops": {"capability": HELD, "rules": LIMITED},
    "no oco": {"capability": {"has_oco": False}},
    "no amend": {"capability": {"has_amend": False}, "rules": LIMITED},
}
CODES = (NOT_SENT, THROTTLED, MISTIMED, REACHED, ABSENT, "no")
KINDS = st.one_of(
    st.tuples(st.just("accept"), st.none()),
    st.tuples(
        st.just("fill"),
        st.tuples(
            st.sampled_from([Decimal(1), Decimal(1), Decimal("0.5"), Decimal("0.3")]),
            st.sampled_from(["98", "100", "102"]),
        ),
    ),
    st.tuples(st.sampled_from(["cancel", "expire", "lose", "amend", "trigger"]), st.none()),
    st.tuples(st.just("reject"), st.sampled_from(CODES)),
    st.tuples(st.just("ended"), st.none()),
)
ANSWERS = st.tuples(
    st.just("answer"), KINDS, st.integers(0, 7), st.sampled_from([True] * 7 + [False])
)
PRICES = st.sampled_from([94.0, 96.0, 98.0, 99.0, 100.0, 100.0, 101.0, 102.0, 104.0, 106.0])
STEP = st.one_of(
    st.tuples(st.just("wish"), st.lists(WISHES, min_size=1, max_size=3), PRICES),
    *[ANSWERS] * 3,
    st.tuples(st.just("bar"), PRICES, PRICES),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 1.0, 3.0, 12.0])),
    st.tuples(st.just("say"), st.sampled_from(["pause", "resume", "resume", "flatten"])),
)
STEPS = st.lists(STEP, max_size=40)
KILLED = st.lists(
    st.one_of(*[STEP] * 9, st.tuples(st.just("kill"), st.sampled_from(["accept", "cancel"]))),
    max_size=40,
)


def liar(venue: str, *voices: Voice, start: int = 0) -> Liar:
    setup = {"folds": True, "epoch": f"e{start}"}
    strategies = voices or tuple(Voice(name) for name in NAMES)
    return Liar(*strategies, gate=NO_SHORTS, setup=setup, **VENUES[venue])


def played(venue: str, steps: list[tuple[Any, ...]]) -> Liar:
    voices = {name: Voice(name) for name in NAMES}
    wire, starts = liar(venue, *voices.values()), 0
    wire.bar(100)
    for kind, *what in steps:
        if kind == "wish":
            wishes, price = what
            for wish in wishes:
                voices[wish.strategy_id].next.append(wish)
            wire.bar(price)
        elif kind == "answer":
            (said, more), which, is_live = what
            wire.answer(said, which, more, is_live=is_live)
        elif kind == "bar":
            one, other = what
            wire.bar(100, high=max(100, one, other), low=min(100, one, other))
        elif kind == "wait":
            wire.wait(what[0])
        elif kind == "kill":
            starts += 1
            voices = {name: Voice(name) for name in NAMES}
            go_on(wire, liar(venue, *voices.values(), start=starts).engine, what[0])
        else:
            wire.say(what[0])
        look(wire)
    return wire


def go_on(wire: Liar, engine: Engine, fate: str) -> None:
    """Have another process take over: it folds the journal and asks what became of each order."""
    fold(engine, list(wire.journal.rows))
    wire.engine, wire.timers = engine, {}
    _recover(wire, TradingMode.RECOVERING)
    for order in list(engine.desk.live.values()):
        if order.status is OrderStatus.UNKNOWN:
            getattr(wire, fate)(order)
    _recover(wire, TradingMode.ACTIVE)
    for command in engine.audit():
        wire.keep(command)


def _recover(wire: Liar, mode: TradingMode) -> None:
    wire.step(Condition(event_ns=wire.now_ns, cause="recovering", mode=mode))


def fresh(venue: str) -> Engine:
    """An engine of the same config that knows nothing."""
    return Engine(liar(venue).setup)


def look(wire: Liar) -> None:
    desk = wire.engine.desk
    wire.engine.book.check()
    assert set(desk.warden.fitter.orphans) <= set(desk.live)
    assert not [each for each in wire.records if each.kind == "strategy_paused"]


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS)
def test_whatever_is_answered_a_fold_is_where_its_writer_was(
    venue: str, steps: list[tuple[Any, ...]]
) -> None:
    """F12, F14: and an engine that is saved and loaded is what it was."""
    wire = played(venue, steps)
    state = json.loads(json.dumps(wire.engine.save()))
    folded, loaded = fresh(venue), fresh(venue)

    fold(folded, list(wire.journal.rows))
    loaded.load(state)

    assert standing(folded.save()) == standing(state)
    assert json.loads(json.dumps(loaded.save())) == state


@pytest.mark.parametrize("venue", VENUES)
@given(steps=STEPS, data=st.data())
def test_f01_a_crash_after_any_row_of_it_leaves_books_that_balance(
    venue: str, steps: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    """In the middle of an event too; and the next start reads the same."""
    wire = played(venue, steps)
    rows = list(wire.journal.rows)
    cut = data.draw(st.integers(1, len(rows)))
    first, second = fresh(venue), fresh(venue)

    fold(first, rows[:cut])
    fold(second, rows[:cut])

    first.book.check()
    assert first.save() == second.save()


@pytest.mark.parametrize("venue", VENUES)
@given(steps=KILLED)
def test_flatten_ends_flat_once_the_venue_is_honest(
    venue: str, steps: list[tuple[Any, ...]]
) -> None:
    """The one command that must always work, kills or not; a stop may rest for too little."""
    wire = played(venue, steps)

    wire.say("flatten")
    wire.come_to_rest()

    exits, live = wire.engine.desk.exits, wire.engine.desk.live.values()
    held = [wire.engine.book.holding(StrategyId(name), BTC) for name in NAMES]
    assert [each for each in held if exits.has_lots(each)] == []
    assert [each for each in live if not each.role.is_protective] == []


@pytest.mark.parametrize("venue", VENUES)
@given(steps=KILLED)
def test_what_nobody_wanted_does_not_stay_once_the_venue_is_honest(
    venue: str, steps: list[tuple[Any, ...]]
) -> None:
    """Opened by two orders that were to close one holding: it has no stop, and nobody knows it."""
    wire = played(venue, steps)

    wire.come_to_rest()

    desk = wire.engine.desk
    for name in NAMES:
        holding = wire.engine.book.holding(StrategyId(name), BTC)
        guard = desk.warden.guards.get((StrategyId(name), BTC))
        assert not (holding.is_stray and desk.exits.has_lots(holding))
        assert guard is None or holding.exiting or not guard.is_suspended
