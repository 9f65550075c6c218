"""Tests of argonaut.rehearsal.simulation.weather."""

import itertools

from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.weather import NetFault, Weather

SECOND_NS = 1_000_000_000


def weather(*faults: NetFault) -> Weather:
    return Weather(Dice(1, "net"), latency_ns=(1_000, 2_000), faults=faults)


def test_fair_weather_carries_every_write_whole():
    """A quiet run is the base line: nothing lost, nothing late."""
    (parcel,) = weather().carry("/api", "up", b"abc", 0)

    assert parcel.content == b"abc"
    assert 1_000 <= parcel.after_ns <= 2_000


def test_a_fault_strikes_its_links_its_way_and_its_time_only():
    """A plan says exactly what goes wrong; shrinking relies on it."""
    fault = NetFault(kind="reset", from_ns=10, to_ns=20, link="/api", way="up")
    sky = weather(fault)

    assert isinstance(sky.carry("/api/v3/order", "up", b"abc", 10)[0].content, ConnectionError)
    for path, way, now_ns in (
        ("/stream", "up", 10),
        ("/api", "down", 10),
        ("/api", "up", 9),
        ("/api", "up", 20),
    ):
        assert sky.carry(path, way, b"abc", now_ns)[0].content == b"abc"  # type: ignore[arg-type]


def test_a_cut_write_arrives_in_part_and_then_the_link_is_reset():
    """Half a request or half an answer must never be taken for a whole one (F12)."""
    first, second = weather(NetFault(kind="cut")).carry("/api", "up", b"abcdef", 0)

    assert isinstance(first.content, bytes)
    assert b"abcdef".startswith(first.content)
    assert first.content != b"abcdef"
    assert isinstance(second.content, ConnectionResetError)


def test_a_half_closed_link_delivers_and_then_ends():
    """Proxies close one way first."""
    first, second = weather(NetFault(kind="half_close")).carry("/api", "down", b"abc", 0)

    assert (first.content, second.content) == (b"abc", None)


def test_a_stall_holds_everything_until_it_ends():
    """TCP is up, nothing comes (F06)."""
    fault = NetFault(kind="stall", from_ns=0, to_ns=60 * SECOND_NS)
    (parcel,) = weather(fault).carry("/stream", "down", b"abc", 20 * SECOND_NS)

    assert parcel.after_ns == 40 * SECOND_NS


def test_a_drip_loses_no_byte():
    """One byte at a time is slow, not wrong."""
    parcels = weather(NetFault(kind="drip", delay_ns=5)).carry("/api", "up", b"x" * 1_000, 0)

    assert b"".join(each.content for each in parcels if isinstance(each.content, bytes)) == (
        b"x" * 1_000
    )
    assert len(parcels) > 10
    assert [b.after_ns - a.after_ns for a, b in itertools.pairwise(parcels)] == (
        [5] * (len(parcels) - 1)
    )


def test_slow_weather_adds_up_to_its_delay():
    """Late is the commonest fault of all (F10)."""
    sky = weather(NetFault(kind="slow", delay_ns=SECOND_NS))
    delays = [sky.carry("/api", "up", b"x", 0)[0].after_ns for _ in range(100)]

    assert max(delays) > SECOND_NS // 2
    assert all(each <= SECOND_NS + 2_000 for each in delays)


def test_refusals_are_for_connections_and_chance_decides():
    """A venue that is down refuses; one that is overloaded refuses now and then."""
    sky = weather(NetFault(kind="refuse", link="/api", chance=0.5))
    refused = [sky.refuses("/api/v3/time", 0) for _ in range(200)]

    assert 60 < sum(refused) < 140
    assert not sky.refuses("/stream", 0)
    assert sky.carry("/api", "up", b"abc", 0)[0].content == b"abc"


def test_healed_weather_is_fair():
    """The calm phase has no faults."""
    sky = weather(NetFault(kind="reset"), NetFault(kind="refuse"))
    sky.heal()

    assert not sky.refuses("/api", 0)
    assert sky.carry("/api", "up", b"abc", 0)[0].content == b"abc"
