"""What strangers write goes into the journal for ever, so it is made plain and short first."""

from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.events.clean import cleaned
from tests.feeds.events.parts import NOW_NS, SECOND_NS, event


def test_markup_and_control_characters_are_gone_and_lengths_are_bounded():
    raw = event(
        title="Will <b>List</b>\x1b[31m X\x00" + "y" * 2_000,
        body="<p>a&amp;b</p>" + "z" * 200_000,
        url="https://example.com/" + "u" * 9_000,
        payload={f"k{number}": "v" * 9_000 for number in range(100)},
    )

    made = cleaned(raw, now_ns=NOW_NS)

    assert made.title.startswith("Will List [31m X")
    assert made.body.startswith("a&b")
    assert (len(made.title), len(made.body), len(made.url)) == (512, 65_536, 2_048)
    assert len(made.payload) == 64
    assert max(map(len, made.payload.values())) == 4_096


def test_it_happens_when_it_is_taken():
    assert cleaned(event(), now_ns=NOW_NS + 5).event_ns == NOW_NS + 5


def test_in_the_time_of_a_tape_an_event_keeps_its_age_and_its_distances():
    """On a tape of 2021 an event of today would be five years late for every guard."""
    go_live_ns = NOW_NS + 60 * SECOND_NS
    raw = event(age_s=3.0, payload={"go_live_ns": str(go_live_ns), "pool_quote": "5000"})
    tape_ns = 1_600_000_000 * SECOND_NS

    made = cleaned(raw, now_ns=tape_ns, shift_ns=tape_ns - NOW_NS)

    assert made.published_ns == tape_ns - 3 * SECOND_NS
    assert made.payload == {"go_live_ns": str(tape_ns + 60 * SECOND_NS), "pool_quote": "5000"}


@given(st.text(max_size=300), st.dictionaries(st.text(max_size=20), st.text(max_size=50)))
def test_any_text_comes_out_plain(text, payload):
    made = cleaned(event(title=text, body=text, payload=payload), now_ns=NOW_NS)

    for each in (made.title, made.body, *made.payload, *made.payload.values()):
        assert "\x00" not in each
        assert "\x1b" not in each
