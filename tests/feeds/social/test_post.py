"""Which coins a post names, and when two posts are one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.feeds.social.post import POST_MAX, Watch, read_text, skeleton

WATCH = Watch(
    tickers=("DOGE", "PEPE"),
    signed=("ONE",),
    keywords={"dogecoin": "DOGE", "pepe the frog": "PEPE"},
    accounts=("elonmusk",),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("$DOGE to the moon", {"DOGE"}),
        ("#doge and $pepe", {"DOGE", "PEPE"}),
        ("buy DOGE now", {"DOGE"}),
        ("much doge", set()),
        ("I love Dogecoin!", {"DOGE"}),
        ("dogecoins", set()),
        ("Pepe The Frog is back", {"PEPE"}),
        ("THE ONE COIN", set()),
        ("$ONE", {"ONE"}),
        ("DOGEUSDT", set()),
        ("$BTC", set()),
        ("", set()),
    ],
)
def test_a_coin_is_named_by_ticker_sign_or_keyword(text: str, named: set[str]) -> None:
    assert WATCH.named_in(text) == named


def test_letters_of_another_script_name_nothing() -> None:
    """D, O, G, E with a Cyrillic O: somebody wants us to see what is not there."""
    assert WATCH.named_in("$D\u041eGE D\u041eGE") == frozenset()


def test_full_width_letters_are_made_plain_first() -> None:
    wide = "$\uff24\uff2f\uff27\uff25 moon"

    assert WATCH.named_in(read_text(wide)) == {"DOGE"}


def test_only_watched_tickers_of_a_source_count() -> None:
    assert WATCH.known(frozenset({"DOGE", "SHIB"})) == {"DOGE"}


def test_an_account_is_known_whatever_its_capitals() -> None:
    assert WATCH.listens_to("ElonMusk")
    assert not WATCH.listens_to("")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tickers": ("doge",)}, "want a ticker of A-Z"),
        ({"tickers": ()}, "at least one ticker"),
        ({"tickers": ("DOGE",), "keywords": {"Doge": "DOGE"}}, "keyword in small letters"),
        ({"tickers": ("DOGE",), "keywords": {"pepe": "PEPE"}}, "stands for 'PEPE', not watched"),
        ({"tickers": ("DOGE",), "accounts": ("Elon",)}, "account in small letters"),
    ],
)
def test_a_watch_that_could_match_nothing_is_refused(wrong: dict, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Watch(**wrong)


def test_parts_are_one_plain_bounded_text() -> None:
    assert read_text("<b>Hi</b>", None, "there\x00") == "Hi there"
    assert len(read_text("x" * 100_000)) == POST_MAX


@pytest.mark.parametrize(
    "dressed",
    [
        "Buy PEPE now! https://t.co/abc123",
        "buy pepe NOW 🚀🚀 1000x",
        "@you now, buy pepe",
        "Buy, búy pepe now 7",
    ],
)
def test_one_text_in_many_dresses_has_one_skeleton(dressed: str) -> None:
    assert skeleton(dressed) == skeleton("buy PEPE now")


def test_other_words_have_another_skeleton() -> None:
    assert skeleton("sell pepe now") != skeleton("buy pepe now")


def test_a_text_without_words_has_none() -> None:
    assert skeleton("🚀 100 $PEPE") == b""


@given(st.lists(st.sampled_from(["buy", "the", "dip", "moon", "now"]), min_size=1), st.randoms())
def test_order_and_repetition_are_dress(words: list[str], dice) -> None:
    shuffled = words * 2
    dice.shuffle(shuffled)

    assert skeleton(" ".join(words)) == skeleton(" ".join(shuffled))


@given(st.text(max_size=500))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    assert WATCH.named_in(read_text(text)) <= set(WATCH.symbols)
    assert len(skeleton(text)) in (0, 12)
