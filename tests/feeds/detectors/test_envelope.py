"""The envelope is what keeps strangers from trading with our money."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.detectors.envelope import head_for, is_genuine, open_envelope, read_head, seal
from argonaut.feeds.errors import BadDataError

SECRET = b"a secret of the tests"
BODY = b'{"id":"a-1"}'
SENT_NS = 1_735_689_600_123_456_789


def sealed(body=BODY, secret=SECRET):
    return seal(body, key_id="k1", secret=secret, sent_ns=SENT_NS, nonce="nonce-01")


def test_a_signature_is_the_hmac_that_any_language_can_make():
    """The documented recipe: HMAC-SHA256 in hex over `ts.nonce.body`."""
    signed = b"1735689600123.nonce-01." + BODY
    wanted = hmac.new(SECRET, signed, hashlib.sha256).hexdigest()

    assert sealed() == f"v1={wanted},key=k1,ts=1735689600123,nonce=nonce-01 ".encode() + BODY


def test_what_was_sealed_opens_and_is_genuine():
    head_text, body = open_envelope(sealed())
    head = read_head(head_text)

    assert body == BODY
    assert (head.key_id, head.sent_ns, head.nonce) == ("k1", 1_735_689_600_123_000_000, "nonce-01")
    assert is_genuine(head, body, SECRET)
    assert not is_genuine(head, body, b"another secret")


def test_a_text_without_a_head_is_all_body():
    assert open_envelope(BODY) == (b"", BODY)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"v1=",
        b"v1=" + b"0" * 63 + b",key=k1,ts=1735689600123,nonce=nonce-01",
        b"v1=" + b"A" * 64 + b",key=k1,ts=1735689600123,nonce=nonce-01",
        b"v2=" + b"0" * 64 + b",key=k1,ts=1735689600123,nonce=nonce-01",
        b"v1=" + b"0" * 64 + b",key=k 1,ts=1735689600123,nonce=nonce-01",
        b"v1=" + b"0" * 64 + b",key=k1,ts=1735689600,nonce=nonce-01",
        b"v1=" + b"0" * 64 + b",key=k1,ts=1735689600123,nonce=short",
        b"v1=" + b"0" * 64 + b",key=k1,ts=1735689600123,nonce=nonce.01",
        b"v1=" + b"0" * 64 + b",key=k1,ts=1735689600123,nonce=nonce-01\n",
        b"v1=" + b"0" * 64 + b",key=k1,ts=1735689600123,nonce=" + b"n" * 65,
        b"v1=" + b"0" * 10_000,
    ],
)
def test_a_head_has_one_form(text):
    with pytest.raises(BadDataError, match="want the head of an envelope as v1="):
        read_head(text)


def test_a_sender_is_told_of_a_key_id_that_heads_cannot_have():
    with pytest.raises(BadDataError, match="want the head of an envelope"):
        head_for(BODY, key_id="k 1", secret=SECRET, sent_ns=SENT_NS, nonce="nonce-01")


@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_is_genuine(body, place, change):
    """Whatever is changed, head or body, either does not parse or does not verify."""
    envelope = bytearray(sealed(body))
    envelope[place % len(envelope)] ^= change

    head_text, changed = open_envelope(bytes(envelope))
    try:
        head = read_head(head_text)
    except BadDataError:
        return
    assert head.key_id != "k1" or not is_genuine(head, changed, SECRET)
