"""No secret and no forged line gets through, wherever it was written."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.monitoring.redaction import redact, redact_fields

CANARY = "Canary7Canary7Canary7"
BOT_TOKEN = "1234567890:" + "AbCdEfGh-_" * 4
KEY_HEX = "0123456789abcdef" * 4
NAMES = (
    "signature",
    "apiKey",
    "api_key",
    "API-KEY",
    "api_secret",
    "secret",
    "secret_key",
    "private_key",
    "password",
    "passphrase",
    "token",
    "listenKey",
    "X-MBX-APIKEY",
    "BINANCE_API_SECRET",
    "mnemonic",
    "clientSecret",
    "refreshToken",
    "access_token",
    "passwd",
)
SECRETS = st.text(string.ascii_letters + string.digits + "+/_-.!$%", min_size=8, max_size=60).map(
    lambda text: "cAnArY" + text
)
AROUND = st.text(string.ascii_letters + " .,", max_size=30)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "written",
    [
        "{name}={canary}",
        "{name}: {canary}",
        "{name} {canary}",
        "https://host/path?a=1&{name}={canary}&b=2",
        '{{"{name}": "{canary}"}}',
        "{{'{name}': '{canary}'}}",
        '{{\\"{name}\\":\\"{canary}\\"}}',
    ],
)
def test_a_named_secret_is_masked_however_it_is_written(name: str, written: str) -> None:
    """Queries, headers, JSON, JSON in JSON and printed dicts all end up in logs."""
    text = redact(written.format(name=name, canary=CANARY))

    assert CANARY not in text
    assert "***" in text


@given(before=AROUND, after=AROUND, name=st.sampled_from(NAMES), secret=SECRETS)
def test_no_named_secret_survives_any_text_around_it(
    before: str, after: str, name: str, secret: str
) -> None:
    """One leaked key empties an account."""
    assert secret not in redact(f"{before} {name}={secret} {after}")


@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", ""])
def test_the_credential_behind_a_scheme_is_masked(scheme: str) -> None:
    """Masking the word Bearer and leaving what follows masks nothing."""
    assert CANARY not in redact(f"Authorization: {scheme}{CANARY}")


@pytest.mark.parametrize("secret", [BOT_TOKEN, KEY_HEX, f"0x{KEY_HEX}"])
def test_a_secret_without_a_name_is_known_by_its_shape(secret: str) -> None:
    """Bot tokens travel in URLs, keys of wallets anywhere."""
    assert secret not in redact(f"POST https://host/bot{secret}/send failed; saw {secret}")


def test_a_hash_is_kept_where_it_is_asked_for() -> None:
    """A journal's head is printed to be compared; it is no key."""
    assert redact(f"head {KEY_HEX}", keeps_hashes=True) == f"head {KEY_HEX}"


def test_plain_words_stay_as_they_are() -> None:
    """A log nobody can read protects nobody."""
    text = "BTC/USDT@sim filled 0.5 at 43210.5, fee 0.1 USDT"

    assert redact(text) == text


@given(st.text())
def test_what_is_left_is_one_line(text: str) -> None:
    """A line break or an escape in a reason would forge a line or paint the terminal."""
    left = redact(text)

    assert len(left.splitlines()) <= 1
    assert "\x1b" not in left


def test_an_escape_sequence_goes_whole() -> None:
    """What remains of a color code would be read as part of the text."""
    assert redact("\x1b[31mred\x1b[0m") == "red"


@given(
    name=st.sampled_from(NAMES),
    value=SECRETS | st.integers(10**9, 10**12) | st.lists(SECRETS, min_size=1),
)
def test_a_field_with_a_secret_name_is_masked_at_any_depth(name: str, value: Any) -> None:
    """A value may have spaces, quotes or no quotes at all; the name says enough."""
    fields = redact_fields({"outer": [{name: value}], "kept": 1})

    assert fields == {"outer": [{name: "***"}], "kept": 1}


@given(
    st.dictionaries(
        st.text(max_size=8) | st.sampled_from(NAMES),
        st.none() | st.integers() | st.text() | st.lists(st.text(), max_size=3),
    )
)
def test_redacted_fields_are_still_json(fields: dict[str, Any]) -> None:
    """Taking secrets out of the encoded line could break it for the machine that reads it."""
    shown = redact_fields(fields)

    assert json.loads(json.dumps(shown)) == shown


def test_a_secret_inside_the_text_of_a_field_is_masked() -> None:
    """An error of a library quotes the request that failed."""
    shown = redact_fields({"detail": f'request {{"secret": "{CANARY}"}} failed'})

    assert CANARY not in shown["detail"]


@pytest.mark.parametrize(
    "text",
    [
        '"password": "my {canary} word"',
        "password='my {canary} word'",
        r"{{\"secret\": \"my {canary} word\"}}",
        '"secret": "cut off {canary}',
        "mnemonic: alpha beta gamma delta alpha beta gamma delta alpha beta gamma {word}",
        "seed phrase = alpha, beta, gamma, delta, alpha, beta, gamma, delta, one, two, six, {word}",
        "Cookie: session=abc; csrf={canary}",
        "X-Sig: v1={canary}",
        "API-Sign: {canary}",
        "GET /order?sign={canary}&timestamp=1",
        "https://user:{canary}@host/path",
        "eyJhbGciOiJIUzI1NiJ9.{canary}.{canary}",
        "-----BEGIN EC PRIVATE KEY-----\n{canary}\n-----END EC PRIVATE KEY-----",
        "POST https://hooks.slack.com/services/T0/B0/{canary}",
        "POST https://discord.com/api/webhooks/123/{canary}",
        "our key is {canary}{canary}{canary}",
        "kQH5HW/8p1uGOVjbgWA7FunAmGO8{canary}+qa99HAZtuZuj6F1huXg==",
    ],
)
def test_a_secret_is_masked_in_the_shapes_it_travels_in(text: str) -> None:
    """Phrases, cookies, addresses, keys in base64: what a library quotes when it fails."""
    left = redact(text.format(canary=CANARY, word="canaryword"))

    assert CANARY not in left
    assert "canaryword" not in left


@pytest.mark.parametrize(
    "text",
    [
        "design: flat, assigned to 5, authorized by ann",
        "sign of weakness",
        "/opt/argonaut/config/strategies/experimental/trend",
        "order trend-0-15-s103 accepted by sim-o1",
        "InvalidValueError: want 0 < fast_bars < slow_bars, not 5 and 3",
    ],
)
def test_words_that_only_look_like_it_stay(text: str) -> None:
    """A log full of stars tells nothing."""
    assert redact(text) == text


@pytest.mark.parametrize("unit", ["a", "a/", "eyJ", '"', "token=", "alpha ", "1:", "secret: '"])
def test_a_hostile_text_of_any_length_is_read_once(unit: str) -> None:
    """A pattern that goes back over itself would stop the bot for minutes on one long line."""
    assert len(redact(unit * 50_000)) <= len(unit) * 50_000


HARMLESS_PARTS = ("token", "secret", "eyJ", "cookie", "auth", "-", "_", ".", "/", "+", "a1B2c3D4")


@given(st.lists(st.sampled_from(HARMLESS_PARTS), max_size=9).map("".join))
def test_the_short_way_for_harmless_text_says_what_the_long_one_says(text: str) -> None:
    """A text that is let through unread must be one in which nothing would have been found."""
    with_context = redact(f"{text} ")

    assert redact(text) == with_context.removesuffix(" ")
