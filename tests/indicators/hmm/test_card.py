"""A model file is numbers that vouch for themselves; nothing else gets in."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.indicators.hmm.card import BYTES_MAX, ModelRefusedError, hash_of, seal, unseal
from argonaut.indicators.hmm.model import GaussianHmm
from tests.indicators.hmm.cards import MODEL, a_card

SEALED = seal(a_card())


def test_a_sealed_card_comes_back_as_it_was():
    assert unseal(SEALED, where="v1.json") == a_card()
    assert seal(unseal(SEALED, where="v1.json")) == SEALED


@given(st.data())
def test_whatever_byte_is_changed_it_is_refused_or_the_same(data):
    """A mean that somebody edited would trade money on numbers nobody trained."""
    place = data.draw(st.integers(0, len(SEALED) - 1))
    changed = bytearray(SEALED)
    changed[place] = data.draw(st.integers(0, 255))

    with suppress(ModelRefusedError):
        assert unseal(bytes(changed), where="v1.json") == a_card()


def test_a_tampered_file_is_refused_by_name():
    changed = SEALED.replace(b"43200", b"43201")

    with pytest.raises(ModelRefusedError, match=r"v1\.json was changed after training"):
        unseal(changed, where="v1.json")


def test_a_newer_format_is_refused_by_name():
    with pytest.raises(ModelRefusedError, match=r"v1\.json is of format 2, newer than 1"):
        unseal(seal(a_card(format=2)), where="v1.json")


def test_a_pickle_or_anything_else_is_refused_by_name():
    for content in (b"\x80\x04\x95", b"", b"[]", b'{"sha256": 1}', json.dumps({}).encode()):
        with pytest.raises(ModelRefusedError, match="no model"):
            unseal(content, where="model.pkl")
    with pytest.raises(ModelRefusedError, match="at most"):
        unseal(b" " * (BYTES_MAX + 1), where="big.json")


def test_two_regimes_are_not_three():
    two = GaussianHmm(
        start=(0.5, 0.5),
        transition=((0.5, 0.5), (0.5, 0.5)),
        means=((0.0,), (1.0,)),
        variances=((1.0,), (1.0,)),
    )

    with pytest.raises(ModelRefusedError, match="want 3 states of 3 features, not 2 of 1"):
        a_card(model=two)
    with pytest.raises(ModelRefusedError, match="version > 0"):
        a_card(version=0)


def test_the_hash_is_of_the_content():
    assert hash_of(a_card()) == json.loads(SEALED)["sha256"]
    assert hash_of(a_card()) != hash_of(a_card(rows=1))
    assert unseal(SEALED, where="x").model == MODEL
