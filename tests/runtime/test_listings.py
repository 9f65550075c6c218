"""The look-out for instruments that are waited for, in virtual time."""

from __future__ import annotations

import asyncio

from argonaut.domain.command import WatchInstrument
from argonaut.domain.event import InstrumentListed
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.venue_view import NoAnswer, NotFound
from argonaut.runtime.listings import Lister
from argonaut.runtime.tasks import Tasks
from tests.runtime.virtual import VirtualClock, in_virtual_time
from tests.strategies.sniping import coin

GNO = InstrumentId("GNO/USDT@sim")
SECOND_NS = 1_000_000_000
Answer = Instrument | NotFound | NoAnswer


class Shown:
    """A venue that lists an instrument when its time has come, and what was asked of it."""

    def __init__(self, at_ns: int | None, answer: Answer | None = None) -> None:
        self.at_ns = at_ns
        self.answer = answer or NotFound(detail="GNOUSDT is BREAK")
        self.asked_ns: list[int] = []
        self.held: list[bool] = []
        self.log: list[str] = []

    @property
    def clock(self) -> VirtualClock:
        return VirtualClock(asyncio.get_running_loop())

    async def learn(self, instrument_id: InstrumentId, *, is_held: bool = False) -> Answer:
        assert instrument_id == GNO
        now_ns = self.clock.mono_ns()
        self.asked_ns.append(now_ns)
        self.held.append(is_held)
        return coin("GNO") if self.at_ns is not None and now_ns >= self.at_ns else self.answer

    def tell(self, instrument_id: InstrumentId) -> None:
        self.log.append(f"tell {instrument_id}")

    def feed(self, event: InstrumentListed) -> None:
        self.log.append(f"listed {event.instrument.instrument_id}")

    def lister(self) -> Lister:
        def fail(error: BaseException) -> None:
            raise error

        self.tasks = Tasks(fail)
        return Lister(self, self.tasks, feed=self.feed, now_ns=self.clock.mono_ns)  # type: ignore[arg-type]


def watching(venue: Shown, *, from_s: float, until_s: float, for_s: float) -> list[float]:
    """Watch for so long; return when the venue was asked, in seconds."""

    async def story() -> list[float]:
        lister, began_ns = venue.lister(), venue.clock.mono_ns()
        if venue.at_ns is not None:
            venue.at_ns += began_ns
        command = WatchInstrument(
            GNO,
            began_ns + int(from_s * SECOND_NS),
            began_ns + int(until_s * SECOND_NS),
        )
        lister.watch(command)
        lister.watch(command)
        await asyncio.sleep(for_s)
        await venue.tasks.close()
        return [(each - began_ns) / SECOND_NS for each in venue.asked_ns]

    return in_virtual_time(story())


def test_the_engine_hears_of_it_before_its_quotes_begin() -> None:
    venue = Shown(0)

    watching(venue, from_s=0, until_s=60, for_s=5)

    assert venue.log == ["listed GNO/USDT@sim", "tell GNO/USDT@sim"]


def test_far_from_its_time_it_asks_once_a_minute_and_near_to_it_every_second() -> None:
    venue = Shown(200 * SECOND_NS)

    asked = watching(venue, from_s=200, until_s=400, for_s=300)

    assert [round(each) for each in asked[:5]] == [0, 60, 120, 180, 190]
    assert [round(each) for each in asked[-3:]] == [198, 199, 200]
    assert venue.log[0] == "listed GNO/USDT@sim"


def test_a_later_time_is_waited_for_without_hurry() -> None:
    """A listing that is postponed by a day must not be asked for every second of it."""
    venue = Shown(None)

    async def story() -> list[float]:
        lister, began_ns = venue.lister(), venue.clock.mono_ns()
        lister.watch(WatchInstrument(GNO, began_ns, began_ns + 60 * SECOND_NS))
        await asyncio.sleep(5)
        later_ns = began_ns + 3600 * SECOND_NS
        lister.watch(WatchInstrument(GNO, later_ns, later_ns + 60 * SECOND_NS))
        await asyncio.sleep(600)
        await venue.tasks.close()
        return [(each - began_ns) / SECOND_NS for each in venue.asked_ns]

    asked = in_virtual_time(story())

    assert sum(each < 5.5 for each in asked) == 6
    assert sum(each > 5.5 for each in asked) == 9


def test_after_its_time_nobody_asks_any_more() -> None:
    venue = Shown(None)

    asked = watching(venue, from_s=0, until_s=10, for_s=100)

    assert max(asked) <= 11
    assert venue.log == []


def test_no_answer_is_asked_again() -> None:
    venue = Shown(3 * SECOND_NS, NoAnswer(detail="503"))

    watching(venue, from_s=0, until_s=60, for_s=10)

    assert venue.log == ["listed GNO/USDT@sim", "tell GNO/USDT@sim"]


def restored(venue: Shown) -> list[InstrumentId]:
    async def story() -> list[InstrumentId]:
        return await venue.lister().restore([GNO])

    return in_virtual_time(story())


def test_after_a_restart_what_was_listed_is_learnt_whatever_its_status() -> None:
    venue = Shown(0)

    assert restored(venue) == []
    assert venue.held == [True]
    assert venue.log == ["tell GNO/USDT@sim"]


def test_what_the_venue_has_no_more_is_told() -> None:
    assert restored(Shown(None)) == [GNO]


def test_a_venue_without_an_answer_is_asked_for_half_a_minute() -> None:
    venue = Shown(None, NoAnswer(detail="503"))

    assert restored(venue) == [GNO]
    assert len(venue.asked_ns) == 30


def test_a_venue_that_cannot_list_is_asked_nothing() -> None:
    async def story() -> list[InstrumentId]:
        tasks = Tasks(lambda error: None)
        lister = Lister(object(), tasks, feed=lambda event: None, now_ns=lambda: 0)  # type: ignore[arg-type]
        lister.watch(WatchInstrument(GNO, 0, 1))
        assert not len(tasks)
        return await lister.restore([GNO])

    assert in_virtual_time(story()) == [GNO]
