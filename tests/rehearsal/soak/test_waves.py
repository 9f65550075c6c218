"""Tests of argonaut.rehearsal.soak.waves."""

import pytest

from argonaut.rehearsal.faults import CutStream
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault
from argonaut.rehearsal.soak.waves import ACCOUNT, SOAKED, WAVE_NS, draw_wave, knobs_of

BEGIN_NS = 100 * SECOND_NS


def waves(count: int = 1_000) -> list[tuple[Fault, ...]]:
    dice = Dice(1, "faults")
    return [draw_wave(dice, BEGIN_NS) for _ in range(count)]


def test_every_kind_comes_and_some_waves_are_quiet() -> None:
    """What never comes is not rehearsed, and what always comes hides the rest."""
    drawn = waves()

    assert {each.kind for wave in drawn for each in wave} == set(SOAKED)
    assert any(not wave for wave in drawn)
    assert max(map(len, drawn)) == 4


def test_a_wave_is_over_before_the_next_one_begins() -> None:
    """A maintenance that was cut off half-way would never end; an answer may still be under way."""
    for fault in (each for wave in waves() for each in wave):
        assert fault.at_ns >= BEGIN_NS
        if fault.kind in ("reply_late", "request_late"):
            assert fault.for_ns <= 8 * SECOND_NS
        else:
            assert fault.end_ns < BEGIN_NS + WAVE_NS


def test_nobody_else_touches_the_account_of_a_trader_that_is_soon_dead() -> None:
    """A deposit shuts every instrument until a trader has lived long enough to book it."""
    dice = Dice(1, "faults")
    drawn = [draw_wave(dice, BEGIN_NS, is_with_account=False) for _ in range(1_000)]

    assert {each.kind for wave in drawn for each in wave} == set(SOAKED) - set(ACCOUNT)


def test_the_same_seed_draws_the_same_waves() -> None:
    """A failing soak can be told by its seed."""
    assert waves(20) == waves(20)


def test_every_kind_can_be_brought_about() -> None:
    """A kind without a knob would be counted and never happen."""
    for kind in SOAKED:
        fault = next(each for wave in waves() for each in wave if each.kind == kind)
        assert knobs_of((fault,)), kind


@pytest.mark.parametrize(
    ("kind", "target", "made"),
    [
        ("disconnect", "", {"cut_stream", "refuse_stream", "drop_request"}),
        ("disconnect", "/api", {"drop_request"}),
        ("disconnect", "/ws-api", {"cut_stream", "refuse_stream"}),
        ("stream_stall", "/stream", {"drop_frame"}),
        ("slow_net", "", {"delay_reply"}),
        ("drip", "/api", {"garble_reply"}),
    ],
)
def test_what_a_network_does_the_venue_does_to_its_own_connections(
    kind: str, target: str, made: set[str]
) -> None:
    """There is no other network between two processes on one machine."""
    fault = Fault(kind=kind, at_ns=BEGIN_NS, for_ns=2 * SECOND_NS, target=target, amount=1.0)

    assert {each.__struct_config__.tag for each in knobs_of((fault,))} == made


def test_only_the_connections_that_a_fault_names_are_cut() -> None:
    """The user stream may die while prices flow, and the other way about."""

    def cut(target: str) -> set[str]:
        fault = Fault(kind="disconnect", at_ns=BEGIN_NS, for_ns=SECOND_NS, target=target)
        return {each.stream for each in knobs_of((fault,)) if isinstance(each, CutStream)}

    assert (cut(""), cut("/ws-api"), cut("/stream")) == ({"user", "market"}, {"user"}, {"market"})
