"""Who may send, from where and how."""

from ipaddress import ip_network

import pytest

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.source import Source, Sources


def source(name="scanner", **more):
    return Source(name=name, **more)


def test_a_key_belongs_to_one_source():
    one = source(secrets={"k1": Secret("secret-1")})
    sources = Sources([one, source("other", secrets={"k2": Secret("secret-2")})])

    assert sources.of_key("k1") == (one, b"secret-1")
    assert sources.of_key("k3") is None


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([source()], "two sources named scanner"),
        ([source("other", secrets={"k1": Secret("x")})], "two keys with the id k1"),
    ],
)
def test_names_are_unique(others, said):
    with pytest.raises(ValueError, match=said):
        Sources([source(secrets={"k1": Secret("y")}), *others])


def test_a_secret_in_the_body_signs_no_envelope():
    sources = Sources([source(auth="body_secret", secrets={"k1": Secret("word")})])

    assert sources.of_key("k1") is None
    assert sources.body_secret(sources.by_name["scanner"]) == b"word"


@pytest.mark.parametrize(
    ("given", "peer", "allowed"),
    [
        ({}, "198.51.100.7", True),
        ({}, "", True),  # a broker
        ({"auth": "body_secret"}, "", False),
        ({"auth": "loopback"}, "127.0.0.1", True),
        ({"auth": "loopback"}, "::1", True),
        ({"auth": "loopback"}, "::ffff:127.0.0.1", True),
        ({"auth": "loopback"}, "198.51.100.7", False),
        ({"networks": (ip_network("198.51.100.0/24"),)}, "198.51.100.7", True),
        ({"networks": (ip_network("198.51.100.0/24"),)}, "::ffff:198.51.100.7", True),
        ({"networks": (ip_network("198.51.100.0/24"),)}, "203.0.113.7", False),
        ({"networks": (ip_network("fe80::/10"),)}, "fe80::1%eth0", True),
    ],
)
def test_a_source_may_be_bound_to_addresses(given, peer, allowed):
    assert source(**given).allows_peer(peer) is allowed


def test_a_source_may_be_bound_to_transports():
    assert source().allows_transport("http")
    assert not source(transports=frozenset({"redis"})).allows_transport("http")
