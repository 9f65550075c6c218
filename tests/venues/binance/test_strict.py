"""What is not as documented is an error, never a number (F24)."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.venues.binance.strict import (
    Amount,
    Decoder,
    Millis,
    Signed,
    WireError,
    refuse_duplicates,
)
from tests.venues.binance.made import text


class Inner(msgspec.Struct, rename={"price": "p"}):
    price: Amount


class Shown(msgspec.Struct):
    n: Amount
    at: Millis
    inner: Inner
    more: Signed | msgspec.UnsetType = msgspec.UNSET


decode = Decoder(Shown)
GOOD = {"n": "1.5", "at": 7, "inner": {"p": "2"}}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["n", "at", "inner", "p", "more", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


def test_a_documented_message_is_read():
    assert decode(text(GOOD)) == Shown("1.5", 7, Inner("2"))


def test_a_field_nobody_knows_changes_nothing():
    """The venue adds fields without notice."""
    assert decode(text({**GOOD, "new": [1, {"a:b": ":"}]})) == Shown("1.5", 7, Inner("2"))


@pytest.mark.parametrize(
    "number",
    [
        "NaN",
        "Infinity",
        "-1",
        "1e5",
        "1_000",
        " 1",
        "1 ",
        "",
        ".",
        "1.",
        "+1",
        "٣",
        "1" * 21,
        "0x1",
    ],
)
def test_a_number_that_is_none_is_refused(number):
    """`float` takes most of these without a word."""
    with pytest.raises(WireError):
        decode(text({**GOOD, "n": number}))


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1.5", "null", "1e400"])
def test_a_literal_in_the_place_of_a_text_is_refused(literal):
    with pytest.raises(WireError):
        decode(f'{{"n":{literal},"at":7,"inner":{{"p":"2"}}}}')


@pytest.mark.parametrize(
    "twice",
    [
        '{"n":"1.5","n":"9.5","at":7,"inner":{"p":"2"}}',
        '{"n":"1.5","at":7,"inner":{"p":"2","p":"3"}}',
        '{"n" :"1.5","n":"1.5","at":7,"inner":{"p":"2"}}',
        '{"n":"1.5","\\u006e":"9.5","at":7,"inner":{"p":"2"}}',
        '{"n":"1.5","at":7,"inner":{"p":"2"},"x":{"y":1,"y":2}}',
    ],
)
def test_a_key_that_comes_twice_is_refused_however_it_is_spelled(twice):
    """Two readers of one message would see two prices."""
    with pytest.raises(WireError, match="every key once"):
        decode(twice)


@pytest.mark.parametrize("at", [-1, 5_000_000_000_000, 1.5, "7"])
def test_a_time_out_of_this_century_is_refused(at):
    with pytest.raises(WireError):
        decode(text({**GOOD, "at": at}))


def test_a_message_too_deep_to_read_is_refused():
    """A stack that overflows takes the bot with it."""
    deep = '{"n":"1.5","at":7,"inner":{"p":"2"},"x":' + "[" * 100_000 + "]" * 100_000 + "}"

    with pytest.raises(WireError):
        decode(deep)


def test_an_error_does_not_quote_the_message():
    with pytest.raises(WireError) as told:
        decode(text({**GOOD, "n": "x" * 10_000}))

    assert len(str(told.value)) < 250


@pytest.mark.parametrize("text", ["", "{", '{"a":NaN}', '{"a":-Infinity}', b"\xff", "[" * 100_000])
def test_the_second_look_is_as_strict_as_the_first(text):
    with pytest.raises(WireError):
        refuse_duplicates(text)


@given(JSON)
def test_any_json_is_a_value_or_the_declared_error(content):
    try:
        found = decode(json.dumps(content))
    except WireError:
        return
    assert isinstance(found, Shown)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_bytes_are_a_value_or_the_declared_error(raw):
    try:
        decode(raw)
    except WireError:
        return
    raise AssertionError(f"{raw!r} is no message")


class Short(msgspec.Struct, frozen=True):
    """A message of which one key is read."""

    price: str


@pytest.mark.parametrize(
    "text",
    [
        '{"price":"1","other":1,"other":2}',
        '{"price":"1","deep":[{"a":{"b":1,"b":1}}]}',
        '{"price":"1","price":"1","other":":"}',
        '{"price":"1","deep":{"a":1,"a":":"}}',
    ],
)
def test_a_key_that_comes_twice_is_found_wherever_nobody_reads_it(text: str) -> None:
    """Two readers of one message would read two messages."""
    with pytest.raises(WireError, match="every key once"):
        Decoder(Short)(text)


@pytest.mark.parametrize("more", ['"a":[1,{"b":2}]', '"a":"x:y:z"', '"a":{"b":{"b":{"b":1}}}'])
def test_keys_that_nobody_reads_do_no_harm(more: str) -> None:
    assert Decoder(Short)(f'{{"price":"1",{more}}}').price == "1"
