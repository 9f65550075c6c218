"""Foreign text made plain."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.announcements.text import _without_controls, plain, sentences


def test_markup_and_entities_become_text() -> None:
    assert plain("<p>Argo &amp; Co</p><br>opens<script>x</script>") == "Argo & Co\n\nopens x"


def test_control_characters_and_hidden_marks_go() -> None:
    """A right-to-left mark or a zero-width space inside a ticker hides what it is."""
    assert plain("A\u200bRG\u202e \x07now") == "ARG now"


def test_a_sentence_ends_at_its_stop_and_at_the_line() -> None:
    assert sentences("Opens at 6.30. Deposits later.\nEnds 7.") == [
        "Opens at 6.30.",
        "Deposits later.",
        "Ends 7.",
    ]


@given(st.text(max_size=500), st.integers(1, 50))
def test_it_is_never_longer_than_allowed_and_has_no_controls(text: str, most: int) -> None:
    made = plain(text, most=most)

    assert len(made) <= most
    assert not any(letter < " " and letter != "\n" for letter in made)


@given(st.text(st.characters(), max_size=200))
def test_the_fast_way_keeps_what_the_slow_way_keeps(text: str) -> None:
    slow = "".join(each for each in text if each == "\n" or unicodedata.category(each)[0] != "C")

    assert _without_controls(text) == slow
