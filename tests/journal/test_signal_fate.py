"""A signal's way out of the rows: what is decided later belongs to it, and nothing else does."""

from __future__ import annotations

from decimal import Decimal

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import SignalId, StrategyId
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Notional
from argonaut.journal.signal_fate import SignalFate, fates_of
from argonaut.strategies.combined import Combined, Params
from tests.stories.stage import BTC, MINUTE_NS, Scripted, Stage, enter, flat


def signal(stage: Stage, name: str = "s1", source: str = "dip") -> None:
    stage.feed(
        DetectorSignal(
            event_ns=stage.now_ns,
            signal_id=SignalId(name),
            source=source,
            instrument_id=BTC,
            side="buy",
            notional=Decimal(100),
        )
    )


def fates(stage: Stage, name: str = "s1", source: str = "") -> list[SignalFate]:
    return fates_of(stage.journal.rows, name, source)


def confirmed_stage() -> Stage:
    """Own analysis wishes an entry at the close of the third bar."""
    both = Combined(StrategyId("both"), BTC, Params(target_fraction=0.02))
    return Stage(Scripted({2: (enter(),)}), both)


def test_a_signal_that_waited_is_told_with_what_came_of_it_later() -> None:
    stage = confirmed_stage()
    stage.bars(flat(100))
    signal(stage)
    stage.bars(flat(100), flat(100), flat(100))
    (fate,) = fates(stage)

    assert [(each.who, each.what, each.answer) for each in fate.steps] == [
        ("both", "skip", "waits"),
        ("both", "buy", "approved"),
    ]
    assert fate.steps[1].event_ns - fate.event_ns == 2 * MINUTE_NS
    assert [(each.role, each.status) for each in fate.orders] == [
        ("entry", "filled"),
        ("stop", "accepted"),
        ("target", "accepted"),
    ]


def test_what_others_decide_in_the_meantime_is_not_of_the_signal() -> None:
    """The own analysis trades the same instrument at the same instant."""
    stage = confirmed_stage()
    stage.bars(flat(100))
    signal(stage)
    stage.bars(flat(100), flat(100), flat(100))
    (fate,) = fates(stage)

    assert len(stage.bodies("decision")) == 2
    assert all(each.id.startswith("both-") for each in fate.orders)


def test_a_signal_nobody_confirmed_is_left_at_the_end_of_its_wait() -> None:
    stage = Stage(Scripted({}), Combined(StrategyId("both"), BTC, Params()))
    stage.bars(flat(100))
    signal(stage)
    stage.bars(*[flat(100)] * 7)
    (fate,) = fates(stage)

    assert [each.answer for each in fate.steps] == ["waits", "left"]
    assert fate.orders == ()


def test_one_id_of_two_sources_is_two_signals() -> None:
    stage = Stage(Scripted({}), Combined(StrategyId("both"), BTC, Params()))
    stage.bars(flat(100))
    signal(stage, source="a")
    signal(stage, source="b")

    assert [each.source for each in fates(stage)] == ["a", "b"]
    assert [each.source for each in fates(stage, source="b")] == ["b"]
    assert [len(each.steps) for each in fates(stage)] == [1, 1]
    assert fates(stage, "s2") == []


def test_a_wish_without_a_signal_answers_to_none() -> None:
    wish = Enter(
        strategy_id=StrategyId("x"),
        instrument_id=BTC,
        side=Side.BUY,
        size=Notional(Decimal(1)),
        reason="r",
    )

    assert wish.answers_to == ""
