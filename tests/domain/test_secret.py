"""Secrets stay out of everything that people, files and other processes read."""

import pickle

import msgspec
import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret

CANARY = "canary-7f3a"


def test_a_secret_shows_nothing_of_itself() -> None:
    """A key in a log line is a key that has to be rotated."""
    secret = Secret(CANARY)

    shown = f"{secret} {secret!r} {[secret]} { {'key': secret} }"

    assert CANARY not in shown
    assert secret.reveal() == CANARY


def test_a_secret_is_neither_pickled_nor_encoded() -> None:
    """A crash dump or a journal row would keep it for ever."""
    secret = Secret(CANARY)

    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        msgspec.json.encode(secret)


def test_a_trailing_line_break_is_no_part_of_a_key() -> None:
    """Editors end files with one, and a signature made with it is refused by the venue."""
    assert Secret(f"{CANARY}\n").reveal() == CANARY


@pytest.mark.parametrize("text", ["", " \n", "two words", "two\nlines"])
def test_what_is_no_key_is_refused(text: str) -> None:
    """An empty file would otherwise fail later, as a wrong signature, with no reason told."""
    with pytest.raises(InvalidValueError, match="one word") as told:
        Secret(text)

    assert "two" not in str(told.value)
