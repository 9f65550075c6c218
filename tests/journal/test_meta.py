import msgspec
import pytest

from argonaut.journal.meta import Meta, packed, unpacked


def test_a_meta_comes_back_and_names_of_the_future_are_left_out():
    meta = Meta(config_hash="c", run={"name": "bot"})

    assert unpacked([*packed(meta), ("colour", '"blue"')]) == meta


@pytest.mark.parametrize("pairs", [[], [("config_hash", "7")], [("config_hash", "{")]])
def test_what_is_no_meta_is_refused(pairs):
    with pytest.raises((msgspec.DecodeError, TypeError)):
        unpacked(pairs)
