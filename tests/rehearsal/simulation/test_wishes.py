"""Tests of argonaut.rehearsal.simulation.wishes."""

import asyncio
from decimal import Decimal

from argonaut.domain.event import DetectorSignal
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.rehearsal.simulation.plan import SECOND_NS, Wish
from argonaut.rehearsal.simulation.wishes import Wishes


class Door:
    """A trader that takes signals when it is up, and writes down when."""

    def __init__(self, *wishes: Wish) -> None:
        self.loop = SimLoop(Dice(1))
        self.is_up = True
        self.taken: list[tuple[int, DetectorSignal]] = []
        self.wishes = Wishes(
            wishes, self.loop, price=lambda _symbol: Decimal(100), deliver=self.deliver
        )

    def deliver(self, signal: DetectorSignal) -> bool:
        if self.is_up:
            self.taken.append((self.loop.now_ns // SECOND_NS, signal))
        return self.is_up

    def wait(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    @property
    def times(self) -> list[int]:
        return [at for at, _ in self.taken]


def buy(**changes: object) -> Wish:
    fields = {"at_ns": 2 * SECOND_NS, "signal_id": "w1", "symbol": "BTC/USDT", "side": "buy"}
    return Wish(**{**fields, "notional": Decimal(500), **changes})  # type: ignore[arg-type]


def test_a_wish_comes_at_its_time_and_as_often_as_it_says():
    """A queue that delivers at least once delivers some things twice (F21)."""
    door = Door(buy(repeats=2))
    door.wait(10)

    assert door.times == [2, 3, 4]
    assert len({id(signal) for _, signal in door.taken}) == 1


def test_a_wish_waits_for_a_trader_that_is_down():
    """What comes while nobody listens is not lost."""
    door = Door(buy())
    door.is_up = False
    door.wait(5)
    door.is_up = True
    door.wait(5)

    assert door.times == [6]


def test_what_was_not_journaled_is_sent_again_after_a_crash():
    """A signal handed over and lost with the process has to come again, the same one."""
    door = Door(buy(), buy(signal_id="w2"))
    door.wait(5)
    door.wishes.taken("w1")
    door.wishes.on_ready()

    assert [signal.signal_id for _, signal in door.taken] == ["w1", "w2", "w2"]


def test_a_wish_is_worded_at_the_price_of_its_time():
    """Stops and targets are prices on the wire, fractions in a plan."""
    door = Door(buy(limit_offset=-0.01, stop_fraction=0.1, target_fraction=0.2))
    door.wait(3)

    signal = door.taken[0][1]
    assert (signal.order_type, signal.limit_price) == ("limit", 99.0)
    assert (signal.stop_price, signal.take_profit) == (89.1, 118.8)
    assert (signal.intent, signal.notional, signal.tag) == ("enter", Decimal(500), "w1")


def test_a_wish_without_a_size_closes_what_is_held():
    """The only sell a spot account can always mean."""
    door = Door(buy(side="sell", notional=None))
    door.wait(3)

    signal = door.taken[0][1]
    assert (signal.intent, signal.fraction, signal.order_type) == ("exit", Decimal(1), "market")


def test_a_wish_is_awaited_until_its_last_delivery_is_in_the_journal():
    """A calm must not end before a signal that is yet to come."""
    door = Door(buy(repeats=1))
    assert door.wishes.awaited == 2

    door.wait(2.5)
    door.wishes.taken("w1")
    assert door.wishes.awaited == 1  # the repeat

    door.wait(2)
    assert door.wishes.awaited == 1  # it has come, and may be lost yet
    door.wishes.taken("w1")
    assert door.wishes.awaited == 0
