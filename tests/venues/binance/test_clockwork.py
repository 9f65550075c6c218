"""The venue's clock: steps of ours do not move it, and its error is never told too small (F05)."""

from hypothesis import given
from hypothesis import strategies as st

from argonaut.venues.binance import adapter as adapter_module
from argonaut.venues.binance.clockwork import ServerClock
from tests.venues.binance.made import SECOND_NS, T_MS, T_NS, ManualClock
from tests.venues.binance.stub import until
from tests.venues.binance.test_adapter import played

MS_NS = 1_000_000


def learnt(clock, server, *, there_ms, back_ms, server_ns):
    """Ask a venue whose clock shows `server_ns` now; the answer takes `there` and `back`."""
    sent_ns = clock.mono
    clock.pass_s(there_ms / 1000)
    server_ms = (server_ns + there_ms * MS_NS) // MS_NS
    clock.pass_s(back_ms / 1000)
    server.learn(sent_ns=sent_ns, got_ns=clock.mono, server_ms=server_ms)


def test_before_the_venue_was_asked_our_own_clock_has_to_do():
    server = ServerClock(ManualClock())

    assert server.now_ms() == T_MS
    assert server.error_ns() is None


def test_the_offset_of_our_clock_does_not_matter():
    clock = ManualClock(wall_ns=T_NS + 3600 * SECOND_NS)
    server = ServerClock(clock)

    learnt(clock, server, there_ms=10, back_ms=10, server_ns=T_NS)

    assert abs(server.now_ns() - (T_NS + 20 * MS_NS)) <= 10 * MS_NS + MS_NS


def test_a_step_of_our_clock_does_not_move_it():
    """NTP sets the clock back an hour; every request of the next hour would be refused."""
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    before_ns = server.now_ns()

    clock.wall -= 3600 * SECOND_NS
    clock.mono += SECOND_NS

    assert server.now_ns() == before_ns + SECOND_NS


def test_the_error_grows_with_age_until_it_is_asked_anew():
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    fresh = server.error_ns()

    clock.pass_s(3600)

    assert fresh is not None
    assert fresh < 3 * MS_NS
    aged = server.error_ns()
    assert aged is not None
    assert aged > 500 * MS_NS


def test_the_quickest_answer_counts_most():
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    learnt(clock, server, there_ms=400, back_ms=5, server_ns=T_NS + 2 * MS_NS)

    error = server.error_ns()
    assert error is not None
    assert error < 3 * MS_NS


def test_an_answer_that_was_the_quickest_gives_way_to_one_that_has_drifted_less():
    """200 ppm: after a minute the first is 12 ms further off, and the second was 5 ms worse."""
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    clock.pass_s(60)
    aged = server.error_ns()
    learnt(clock, server, there_ms=6, back_ms=6, server_ns=T_NS + 60 * SECOND_NS + 2 * MS_NS)
    fresh = server.error_ns()
    clock.pass_s(10_000)

    assert aged is not None
    assert fresh is not None
    assert 13 * MS_NS < aged < 14 * MS_NS
    assert 6 * MS_NS < fresh < 7 * MS_NS
    assert server.error_ns() == fresh + 10_000 * 200_000  # both drift alike


def test_when_the_venues_clock_steps_the_newer_answer_counts():
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)

    learnt(clock, server, there_ms=50, back_ms=50, server_ns=T_NS + 60 * SECOND_NS)

    assert abs(server.now_ns() - (T_NS + 60 * SECOND_NS + 100 * MS_NS)) < 100 * MS_NS


def test_a_refused_time_makes_it_forget():
    """-1021: what we believed is wrong, and no entry leaves before it is known again."""
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)

    server.forget()

    assert server.error_ns() is None


def test_what_is_forgotten_is_still_a_better_guess_than_our_own_clock():
    """Simulated seed 2825: a request was late and refused, our clock half an hour ahead.

    All that was signed next was refused, and the engine took over a time half an hour ahead.
    """
    clock = ManualClock(wall_ns=T_NS + 1854 * SECOND_NS)
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    before_ns = server.now_ns()

    server.forget()
    clock.pass_s(1)

    assert server.now_ns() == before_ns + SECOND_NS
    assert server.error_ns() is None


def test_what_is_learnt_after_a_refused_time_owes_nothing_to_what_was_before():
    """The refused one is no sample any more, however quick its answer was."""
    clock = ManualClock()
    server = ServerClock(clock)
    learnt(clock, server, there_ms=1, back_ms=1, server_ns=T_NS)
    server.forget()

    learnt(clock, server, there_ms=100, back_ms=0, server_ns=T_NS + 2 * MS_NS)

    error_ns = server.error_ns()
    assert error_ns is not None
    assert error_ns > 50 * MS_NS


@given(
    st.lists(
        st.tuples(st.integers(0, 3_000), st.integers(0, 3_000), st.integers(0, 120)), min_size=1
    ),
    st.integers(-(10**15), 10**15),
)
def test_the_truth_is_always_within_the_error_told(asks, offset_ns):
    """Whatever the delays there and back, lopsided ones above all."""
    clock = ManualClock(wall_ns=T_NS)
    server = ServerClock(clock)
    for there_ms, back_ms, pause_s in asks:
        learnt(
            clock,
            server,
            there_ms=there_ms,
            back_ms=back_ms,
            server_ns=T_NS + offset_ns + clock.mono,
        )
        clock.pass_s(pause_s)
        error_ns = server.error_ns()
        assert error_ns is not None
        assert abs(server.now_ns() - (T_NS + offset_ns + clock.mono)) <= error_ns + MS_NS


def test_the_time_is_asked_for_again_soon_while_it_is_known_badly(monkeypatch):
    """Simulated seed 1516: one slow answer kept entries back for a minute."""
    monkeypatch.setattr(adapter_module, "_COARSE_NS", 0)
    monkeypatch.setattr(adapter_module, "_COARSE_TIME_EVERY_NS", 0)

    async def story(venue):
        asked = len(venue.stub.asked_of("GET", "/api/v3/time"))
        await until(lambda: len(venue.stub.asked_of("GET", "/api/v3/time")) > asked)

    played(story)
