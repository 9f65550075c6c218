"""A subscription is kept alive: nothing lost at a planned change, no hammering, no silent death."""

import asyncio
from itertools import pairwise

import pytest

from argonaut.rehearsal.simulation.clock import SimClock
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.loop import SimLoop
from argonaut.venues.binance.link import HeldBackError, StreamError
from argonaut.venues.binance.streams import AGE_MAX_NS, Backoff, Pulse, Stream
from tests.venues.binance.made import SECOND_NS, T_NS, Half


class Line:
    """A connection that lives until it is cut."""

    def __init__(self, loop):
        self.cut = loop.create_future()
        self.is_closed = False

    async def pump(self):
        return await self.cut

    async def close(self):
        self.is_closed = True


class Subject:
    """A subscription that does as it is told and notes what happens when."""

    def __init__(self, loop):
        self.loop = loop
        self.lines, self.dialed_s, self.states, self.on_texts = [], [], [], []
        self.refuses = 0  # how many more times no connection is to be had
        self.silence = ""
        self.silent_until_s = 0.0  # the venue wants no request
        self.catch_up_error = None

    name = "subject"

    async def start(self, on_text):
        self.dialed_s.append(self.loop.time())
        if self.refuses:
            self.refuses -= 1
            raise StreamError("no connection")
        if self.loop.time() < self.silent_until_s:
            raise HeldBackError("the venue wants silence")
        self.lines.append(Line(self.loop))
        self.on_texts.append(on_text)
        return self.lines[-1]

    async def catch_up(self):
        if self.catch_up_error is not None:
            raise self.catch_up_error

    def on_text(self, text):
        if text == "bug":
            raise ZeroDivisionError
        return text

    async def tend(self):
        return self.silence

    def on_state(self, *, is_up, detail):
        self.states.append((round(self.loop.time(), 3), is_up, detail))


def played(story, dice=None):
    """Run `story(subject)` beside a stream, in virtual time; return the subject."""
    loop = SimLoop(Dice(1, "streams"))
    subject = Subject(loop)
    stream = Stream(subject, clock=SimClock(loop, T_NS), rng=dice or Half())

    async def both():
        task = asyncio.create_task(stream.run())
        try:
            await asyncio.sleep(0.01)
            await story(subject)
        finally:
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled() and (fault := task.exception()) is not None:
            raise fault

    try:
        loop.run_until_complete(both())
    finally:
        loop.close()
    return subject


def test_it_is_up_when_it_is_subscribed_and_caught_up():
    async def story(subject):
        assert subject.states == [(0.0, True, "subscribed")]

    assert played(story).lines[0].is_closed  # at the end


def test_a_lost_connection_is_told_and_dialed_again():
    async def story(subject):
        await asyncio.sleep(100)
        subject.lines[0].cut.set_result("close 1006")
        await asyncio.sleep(1)
        assert [each[1] for each in subject.states] == [True, False, True]
        assert "close 1006" in subject.states[1][2]

    assert len(played(story).lines) == 2


def test_a_lost_connection_is_noticed_at_once_and_not_at_the_next_look():
    """It is looked after once a second; half of that would be half a second without prices."""

    async def story(subject):
        await asyncio.sleep(100.5)
        subject.lines[0].cut.set_result("close 1006")
        await asyncio.sleep(0.1)

    states = played(story).states
    assert [(at_s, is_up) for at_s, is_up, _ in states[:2]] == [(0.0, True), (100.51, False)]


def test_waits_grow_while_nothing_is_to_be_had():
    """A venue that restarts must not be met by a storm, nor we be banned for one."""

    async def story(subject):
        subject.refuses = 10
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(300)
        waits = [round(b - a, 6) for a, b in pairwise(subject.dialed_s[1:])]
        assert waits == sorted(waits)
        assert waits[0] < 1
        assert max(waits) == 15  # half of thirty, by these dice

    played(story)


def test_a_silence_is_no_failure_and_is_over_for_a_stream_within_a_second():
    """After a long ban a wait that has grown would keep entries back for half a minute more."""

    async def story(subject):
        subject.silent_until_s = 60.0
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(70)

    states = played(story).states
    assert [each[1] for each in states] == [True, False, True]
    assert states[2][0] == pytest.approx(60.5, abs=0.5)


def test_short_waits_come_back_only_after_a_minute_of_health():
    """A connection that dies at once is no success."""
    backoff = Backoff(Half())
    grown = [backoff.next_s() for _ in range(5)]

    assert not backoff.lived(59 * SECOND_NS)
    assert backoff.next_s() > grown[-1]
    assert backoff.lived(60 * SECOND_NS)
    assert backoff.next_s() == grown[0]


def test_waits_are_spread_over_their_whole_length():
    """Full jitter: a hundred bots that lost one venue do not come back together."""

    class Zero:
        def random(self):
            return 0.0

    assert Backoff(Zero()).next_s() == 0.0


def test_an_old_connection_is_replaced_before_the_venue_cuts_it():
    async def story(subject):
        await asyncio.sleep(AGE_MAX_NS / SECOND_NS + 5)
        assert len(subject.lines) == 2
        assert subject.lines[0].is_closed
        assert not subject.lines[1].is_closed
        assert len(subject.states) == 1  # nobody had to notice

    played(story)


def test_a_goodbye_of_the_server_is_answered_at_once_and_nothing_is_missed():
    async def story(subject):
        await asyncio.sleep(100)
        subject.on_texts[0]("the venue shuts this server down")
        await asyncio.sleep(0.1)
        assert len(subject.lines) == 2
        assert len(subject.states) == 1

    played(story)


def test_the_old_connection_speaks_until_the_new_one_is_whole():
    async def story(subject):
        await asyncio.sleep(100)
        subject.refuses = 3
        subject.on_texts[0]("goodbye")
        await asyncio.sleep(0.05)
        assert not subject.lines[0].is_closed
        await asyncio.sleep(30)
        assert subject.lines[0].is_closed
        assert len(subject.states) == 1

    played(story)


def test_when_the_old_one_dies_before_its_replacement_is_there_the_gap_is_told():
    """Reports of that moment are lost; whoever relies on the stream has to ask."""

    async def story(subject):
        await asyncio.sleep(100)
        subject.refuses = 1
        subject.on_texts[0]("goodbye")
        await asyncio.sleep(0.01)
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(30)
        assert [each[1] for each in subject.states] == [True, False, True]

    played(story)


def test_a_server_that_says_goodbye_to_every_newcomer_is_not_hammered():
    async def story(subject):
        for _ in range(600):
            subject.on_texts[-1]("goodbye")
            await asyncio.sleep(0.1)
        assert len(subject.dialed_s) < 30

    played(story)


def test_a_stall_is_a_lost_connection():
    """F06: TCP is up, and nothing comes."""

    async def story(subject):
        subject.silence = "trades stall"
        await asyncio.sleep(1.5)
        subject.silence = ""
        await asyncio.sleep(5)
        assert subject.lines[0].is_closed
        assert subject.states[1][1:] == (False, "trades stall")
        assert subject.states[2][1]

    played(story)


def test_a_subscription_that_cannot_catch_up_is_not_up():
    async def story(subject):
        subject.catch_up_error = StreamError("the venue does not answer")
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(60)
        assert not subject.states[-1][1]
        assert all(line.is_closed for line in subject.lines)
        subject.catch_up_error = None
        await asyncio.sleep(60)
        assert subject.states[-1][1]

    played(story)


def test_a_connection_that_dies_while_catching_up_was_never_up():
    async def story(subject):
        async def dies():
            subject.lines[-1].cut.set_result("gone")
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        subject.catch_up = dies
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(10)
        assert [each[1] for each in subject.states] == [True, False]

    played(story)


def test_a_fault_of_our_own_is_told_in_full_and_dialed_again():
    """A bug met at night must not be the end of every stream until somebody wakes up."""

    async def story(subject):
        try:
            subject.on_texts[0]("bug")
        except ZeroDivisionError as error:
            subject.lines[0].cut.set_exception(error)  # as it leaves the reader of a real one
        await asyncio.sleep(5)
        assert [(each["stream"], type(each["exception"])) for each in subject.loop.failures] == [
            ("subject", ZeroDivisionError)
        ]
        assert subject.lines[0].is_closed

    states = played(story).states
    assert [each[1] for each in states] == [True, False, True]
    assert states[1][2] == "connection lost: stopped by a fault: ZeroDivisionError"


def test_a_fault_that_comes_again_and_again_is_dialed_ever_more_slowly():
    async def story(subject):
        subject.catch_up_error = ZeroDivisionError()
        subject.lines[0].cut.set_result("gone")
        await asyncio.sleep(120)
        assert len(subject.loop.failures) == len(subject.dialed_s) - 1

    dialed_s = played(story).dialed_s
    waits_s = [later - sooner for sooner, later in pairwise(dialed_s)][1:]
    assert waits_s[:6] == pytest.approx([0.5, 1, 2, 4, 8, 15])
    assert max(waits_s) == pytest.approx(15)


def test_silence_is_measured_by_how_a_stream_has_spoken():
    """F06: stale after three usual gaps, and never before five seconds."""
    pulse = Pulse(0)
    for second in range(1, 200):
        pulse.on_frame(second * 10 * SECOND_NS)
    now_ns = 199 * 10 * SECOND_NS

    assert not pulse.is_silent(now_ns + 29 * SECOND_NS)
    assert pulse.is_silent(now_ns + 31 * SECOND_NS)


def test_a_liquid_stream_is_silent_after_five_seconds_and_no_stream_is_trusted_for_ever():
    pulse = Pulse(0)
    pulse.on_frame(SECOND_NS // 10)

    assert not pulse.is_silent(5 * SECOND_NS)
    assert pulse.is_silent(6 * SECOND_NS)
    for hour in range(1, 100):
        pulse.on_frame(hour * 3600 * SECOND_NS)
    assert pulse.is_silent(99 * 3600 * SECOND_NS + 61 * SECOND_NS)


def test_a_silence_that_was_real_is_borne_for_longer():
    """An illiquid market is asked about once a minute, not each five seconds."""
    pulse = Pulse(0)
    pulse.excuse(6 * SECOND_NS)

    assert not pulse.is_silent(15 * SECOND_NS)
    assert pulse.is_silent(17 * SECOND_NS)
    pulse.on_frame(17 * SECOND_NS)
    assert pulse.is_silent(24 * SECOND_NS)
