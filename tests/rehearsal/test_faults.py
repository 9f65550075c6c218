"""Knobs act when they are told to, and the same way for the same seed."""

from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.faults import (
    DropFrame,
    DropReply,
    DropRequest,
    Faults,
    HideOrders,
    RefuseStream,
    Transfer,
    When,
    read_faults,
)

SECOND_NS = 1_000_000_000
ORDER = "/api/v3/order"


def acted(faults: Faults, at_s: float, method: str = "POST", path: str = ORDER) -> list[str]:
    happening = faults.on_request(method, path, round(at_s * SECOND_NS))
    return [type(each).__name__ for each in happening]


def test_a_knob_acts_in_its_time_after_its_skips_and_so_often_only():
    """The third order between second 10 and 20 is a thing a test has to be able to say."""
    knob = DropReply(when=When(from_s=10, until_s=20, skip=1, times=2))
    faults = Faults([knob], start_ns=0)

    assert [len(acted(faults, at)) for at in (5, 11, 12, 13, 14, 25)] == [0, 0, 1, 1, 0, 0]
    assert faults.acted == ["drop_reply", "drop_reply"]


def test_a_chance_falls_the_same_way_for_the_same_seed():
    """Otherwise a failing rehearsal could not be run again."""

    def falls(seed: int) -> list[int]:
        faults = Faults([DropReply(when=When(chance=0.3))], seed=seed, start_ns=0)
        return [len(acted(faults, 0)) for _ in range(200)]

    assert falls(1) == falls(1) != falls(2)
    assert 30 < sum(falls(1)) < 90


def test_a_knob_minds_method_and_path():
    """A drop meant for new orders must not hit the query that resolves them."""
    faults = Faults([DropRequest(), DropReply(method="*", path="*")], start_ns=0)

    assert acted(faults, 0) == ["DropRequest", "DropReply"]
    assert acted(faults, 0, "GET") == ["DropReply"]


def test_a_frame_fault_is_found_by_part_of_its_name():
    """executionReport, or btcusdt@trade, or every frame of a kind."""
    faults = Faults([DropFrame(name="executionReport", when=When(times=1))], start_ns=0)

    assert faults.on_frame("market", "executionReport", 0) is None
    assert faults.on_frame("user", "outboundAccountPosition", 0) is None
    assert isinstance(faults.on_frame("user", "executionReport", 0), DropFrame)
    assert faults.on_frame("user", "executionReport", 0) is None


def test_refusals_and_lies_are_asked_for_by_themselves():
    """A refused connection is no fault of a frame."""
    faults = Faults([RefuseStream(), HideOrders(seconds=3, path=ORDER)], start_ns=0)

    assert faults.on_frame("user", "any", 0) is None
    assert faults.refuses("user", 0)
    assert not faults.refuses("market", 0)
    assert [type(each) for each in faults.lies(ORDER, 0)] == [HideOrders]
    assert faults.lies("/api/v3/myTrades", 0) == []


def test_an_act_is_due_once_and_in_order():
    """Two withdrawals where one was meant would be our own bug."""
    early, late = (Transfer(at_s=at, asset="USDT", amount=Decimal(1)) for at in (1, 2))
    faults = Faults([late], start_ns=0)
    faults.add(early)

    assert faults.next_ns == SECOND_NS
    assert faults.due(SECOND_NS) == [early]
    assert faults.due(5 * SECOND_NS) == [late]
    assert faults.due(9 * SECOND_NS) == []
    assert faults.next_ns is None


def test_a_cleared_venue_is_well():
    """The calm phase of a simulation depends on it."""
    faults = Faults([DropReply(), Transfer(at_s=1, asset="A", amount=Decimal(1))], start_ns=0)
    assert faults.knobs == [DropReply()]

    faults.clear()

    assert acted(faults, 0) == []
    assert faults.due(SECOND_NS) == []


def test_knobs_are_read_from_json_by_their_names():
    """What a person writes in a file is what the code has as types."""
    written = b"""[{"fault": "drop_reply", "when": {"times": 1}},
                   {"fault": "transfer", "at_s": 5, "asset": "USDT", "amount": "-10"}]"""

    assert read_faults(written) == (
        DropReply(when=When(times=1)),
        Transfer(at_s=5, asset="USDT", amount=Decimal(-10)),
    )


@pytest.mark.parametrize(
    "written",
    [b"{", b'[{"fault": "meteor"}]', b'[{"fault": "drop_reply", "tiems": 1}]'],
)
def test_what_is_no_knob_is_refused(written):
    """A misspelled fault that never acts would make a rehearsal look passed."""
    with pytest.raises(InvalidValueError, match="faults: "):
        read_faults(written)


def test_a_chance_is_a_fraction():
    """30 is not 30 percent."""
    with pytest.raises(InvalidValueError, match="want 0 <= chance <= 1, not 30"):
        When(chance=30)
