"""In a storm the way out stays open."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.detectors.door import Passed
from argonaut.feeds.detectors.queue import EXITS_OVER, SignalQueue, Waiting
from tests.feeds.detectors.house import SCANNER
from tests.stories.listener import detected


def waiting(name, *, intent="enter", side="buy", is_exit=None):
    signal = detected(name, intent=intent, side=side, quantity=Decimal(1))
    leaves = intent == "exit" if is_exit is None else is_exit
    return Waiting(Passed(signal, SCANNER, leaves), lambda answer: None)


def name_of(each):
    return None if each is None else each.passed.signal.signal_id


def test_signals_leave_in_the_order_they_came():
    queue = SignalQueue(10)
    for name in "abc":
        queue.push(waiting(name))

    assert [name_of(each) for each in queue.pop(2)] == ["a", "b"]
    assert [name_of(each) for each in queue.pop(9)] == ["c"]


def test_a_full_queue_gives_up_its_oldest_entry():
    queue = SignalQueue(2)
    queue.push(waiting("exit", intent="exit"))
    queue.push(waiting("old"))

    assert name_of(queue.push(waiting("new"))) == "old"
    assert [name_of(each) for each in queue.pop(9)] == ["exit", "new"]


def test_a_queue_full_of_exits_takes_more_exits_and_no_entry():
    queue = SignalQueue(2)
    for name in "ab":
        queue.push(waiting(name, intent="exit"))

    assert name_of(queue.push(waiting("entry"))) == "entry"
    assert queue.push(waiting("c", intent="exit")) is None
    assert queue.push(waiting("d", intent="exit")) is None
    assert name_of(queue.push(waiting("e", intent="exit"))) == "e"  # told, not dropped
    assert len(queue) == EXITS_OVER * 2


def test_an_auto_that_closes_what_waits_before_it_is_an_exit():
    """The buy before it is not held yet, but will be."""
    queue = SignalQueue(2)
    queue.push(waiting("buy", intent="auto"))
    queue.push(waiting("sell", intent="auto", side="sell"))

    assert name_of(queue.push(waiting("third"))) == "buy"
    assert name_of(queue.push(waiting("fourth"))) == "third"


@given(st.lists(st.sampled_from(["push entry", "push exit", "pop"]), max_size=200))
def test_no_exit_is_ever_given_up_and_none_is_lost(moves):
    """Whatever comes: in = out + shed + refused, and the bound holds."""
    queue = SignalQueue(5)
    inside: list[str | None] = []
    for number, move in enumerate(moves):
        if move == "pop":
            out = [name_of(each) for each in queue.pop(2)]
            assert out == inside[: len(out)]
            inside = inside[len(out) :]
            continue
        name = f"{number}"
        fresh = waiting(name, intent="exit" if move == "push exit" else "enter")
        shed = queue.push(fresh)
        if shed is not None and name_of(shed) != name:
            assert not shed.is_exit
            inside.remove(name_of(shed))
        if shed is None or name_of(shed) != name:
            inside.append(name)
        assert len(queue) == len(inside) <= EXITS_OVER * 5
