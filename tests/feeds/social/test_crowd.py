"""Voices in windows of ten minutes."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.feeds.social import crowd as crowd_module
from argonaut.feeds.social.crowd import Crowd
from argonaut.feeds.social.memory import Saved
from argonaut.feeds.social.post import Post
from tests.feeds.social.talk import SECOND_NS, START_NS, WATCH, said, spelled, window


def ns(at_s: float) -> int:
    return START_NS + int(at_s * SECOND_NS)


def heard(*posts: Post, until_s: float = 599) -> Crowd:
    """A crowd that was observed from the start to `until_s`."""
    crowd = Crowd(WATCH)
    crowd.take(posts, since_ns=START_NS, until_ns=ns(until_s))
    return crowd


def mentions(crowd: Crowd, symbol: str = "DOGE") -> int:
    figures = crowd.figures(symbol)
    return 0 if figures is None else figures.mentions


def usual_of(windows: int, count: int) -> Crowd:
    """A crowd that has heard `count` posts in each of so many whole windows."""
    crowd = Crowd(WATCH)
    posts = [post for at in range(windows) for post in window(at, count)]
    crowd.take(posts, since_ns=START_NS, until_ns=ns(windows * 600))
    return crowd


def velocity(crowd: Crowd) -> float | None:
    figures = crowd.figures("DOGE")
    assert figures is not None
    return figures.velocity


def test_authors_are_counted_and_not_their_posts() -> None:
    crowd = heard(*[said(n, n, author="Chatty") for n in range(50)], said(99, 99))

    assert mentions(crowd) == 2
    assert crowd.counted.repeated == 49


def test_a_text_counts_once_however_it_is_dressed() -> None:
    crowd = heard(*[said(n, n, f"$DOGE to the moon {n} https://x.y/{n}") for n in range(30)])

    assert mentions(crowd) == 1


def test_a_text_of_this_morning_is_not_new() -> None:
    crowd = heard(said(1, 1, "$DOGE to the moon"))
    crowd.take([said(2, 7200, "moon to the $DOGE")], since_ns=ns(599), until_ns=ns(7201))

    assert mentions(crowd) == 0


def test_a_source_that_names_no_author_has_its_texts_counted() -> None:
    assert mentions(heard(*[said(n, n, author="") for n in range(5)])) == 5


def test_a_post_counts_for_each_coin_it_names() -> None:
    crowd = heard(said(1, 1, "$DOGE and $PEPE look good"), said(2, 2))

    assert (mentions(crowd), mentions(crowd, "PEPE")) == (2, 1)


def test_a_post_that_names_no_watched_coin_is_counted_as_that() -> None:
    assert heard(said(1, 1, "hello")).counted.unnamed == 1


def test_velocity_needs_twelve_whole_windows() -> None:
    crowd = usual_of(11, 4)
    crowd.take(window(11, 8), since_ns=ns(6600), until_ns=ns(7199))
    assert velocity(crowd) is None

    crowd.take(window(12, 8), since_ns=ns(7199), until_ns=ns(7799))
    assert velocity(crowd) == pytest.approx(8 / ((11 * 4 + 8) / 12))


def test_a_quiet_window_counts_as_zero_when_it_was_observed() -> None:
    crowd = usual_of(12, 4)
    crowd.take([], since_ns=ns(7200), until_ns=ns(14_400))
    crowd.take(window(24, 8), since_ns=ns(14_400), until_ns=ns(14_999))

    assert velocity(crowd) == 4.0


def test_a_window_nobody_listened_to_is_unknown() -> None:
    """The feed was down for two hours: that says nothing about how much people talk."""
    crowd = usual_of(12, 4)
    crowd.take(window(24, 8), since_ns=ns(14_400), until_ns=ns(14_999))

    assert velocity(crowd) == 2.0


def test_a_window_that_was_observed_in_part_does_not_count() -> None:
    crowd = Crowd(WATCH)
    crowd.take(window(0, 6)[3:], since_ns=ns(300), until_ns=ns(600))

    assert crowd.saved().usual["DOGE"] == {}


def test_a_hole_within_a_window_spoils_that_window() -> None:
    crowd = heard(*window(0, 6)[:2], until_s=200)
    crowd.take(window(0, 6)[4:], since_ns=ns(400), until_ns=ns(1200))

    assert list(crowd.saved().usual["DOGE"].values()) == [0]


def test_yesterdays_posts_change_nothing() -> None:
    crowd = heard(*window(0, 5), until_s=700)
    crowd.take([said(1, -80_000), said(2, 100)], since_ns=ns(700), until_ns=ns(800))

    assert mentions(crowd) == 0
    assert crowd.counted.past == 2


def test_a_post_from_the_future_changes_nothing() -> None:
    crowd = heard(said(1, 9_999), until_s=100)

    assert (mentions(crowd), crowd.counted.future) == (0, 1)


def test_a_post_listed_again_is_one_post_with_what_it_has_by_now() -> None:
    crowd = heard(*[said(n, n, engagement=(1.0,)) for n in range(3)], until_s=10)
    before = crowd.figures("DOGE")
    again = [said(n, n, engagement=(33.0,)) for n in range(3)]
    touched = crowd.take(again, since_ns=ns(10), until_ns=ns(20))
    after = crowd.figures("DOGE")

    assert touched == {"DOGE"}
    assert before is not None
    assert after is not None
    assert after.mentions == before.mentions == 3
    assert after.score == pytest.approx(2.0)
    assert crowd.counted.repeated == 0


def test_a_page_that_did_not_change_touches_nothing() -> None:
    crowd = heard(said(1, 1), until_s=10)

    assert crowd.take([said(1, 1)], since_ns=ns(10), until_ns=ns(20)) == frozenset()


def test_a_campaign_is_suspect_and_says_how_it_shows() -> None:
    """Forty accounts, one text: one voice, and thirty-nine repeats that are told."""
    crowd = heard(*[said(n, n, "$DOGE will do 100x, buy") for n in range(40)], said(99, 99))
    figures = crowd.figures("DOGE")

    assert figures is not None
    assert (figures.mentions, figures.suspect) == (2, True)
    assert figures.caps == ("39 of 41 posts repeat a text or an author",)


def test_a_few_repeats_are_no_campaign() -> None:
    crowd = heard(*[said(n, n, "$DOGE up") for n in range(8)])
    figures = crowd.figures("DOGE")

    assert figures is not None
    assert not figures.suspect


def test_more_voices_than_repeats_are_no_campaign() -> None:
    """A popular text is repeated by some; that is not most of what is said."""
    crowd = heard(
        *[said(n, n, "$DOGE up") for n in range(15)], *[said(n, n) for n in range(50, 90)]
    )
    figures = crowd.figures("DOGE")

    assert figures is not None
    assert (figures.mentions, figures.suspect) == (41, False)


def test_a_text_of_the_day_before_yesterday_is_new_again() -> None:
    crowd = heard(said(1, 1, "$DOGE to the moon"))
    day_s = 24 * 3600
    crowd.take(
        [said(2, day_s + 1200, "$DOGE to the moon")], since_ns=ns(599), until_ns=ns(day_s + 1300)
    )

    assert mentions(crowd) == 1


def test_the_mood_is_read_from_the_words() -> None:
    crowd = heard(said(1, 1, "$DOGE is amazing"), said(2, 2, "$DOGE the quick fox"))
    figures = crowd.figures("DOGE")

    assert figures is not None
    assert figures.sentiment is not None
    assert figures.sentiment > 0.5


def test_a_text_without_known_words_has_no_mood() -> None:
    figures = heard(said(1, 1, "$DOGE the quick fox")).figures("DOGE")

    assert figures is not None
    assert figures.sentiment is None


def test_a_watched_account_is_noticed() -> None:
    figures = heard(said(1, 1, author="ElonMusk")).figures("DOGE")

    assert figures is not None
    assert figures.watched


def test_the_strongest_posts_come_first() -> None:
    posts = [said(n, n, f"$DOGE {spelled(n)}", engagement=(float(n),)) for n in range(6)]
    figures = heard(*posts).figures("DOGE")

    assert figures is not None
    assert figures.texts == ("$DOGE f", "$DOGE e", "$DOGE d")


def test_more_posts_than_are_kept_are_shed_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd_module, "POSTS_MAX", 10)
    crowd = heard(*window(0, 25))

    assert mentions(crowd) == 10
    assert crowd.counted.shed == 15


def test_after_a_restart_the_usual_and_the_texts_are_known() -> None:
    before = usual_of(12, 4)
    saved = msgspec.json.decode(msgspec.json.encode(before.saved()), type=Saved)
    after = Crowd(WATCH)
    after.restore(saved)
    posts = [*window(12, 8), said(7, 7300, "$DOGE is good b")]
    after.take(posts, since_ns=ns(7200), until_ns=ns(7799))

    assert velocity(after) == 2.0
    assert after.counted.repeated == 1


def test_a_coin_no_longer_watched_is_not_restored() -> None:
    crowd = Crowd(WATCH)
    crowd.restore(Saved(usual={"SHIB": {1: 2.0}}, texts={}))

    assert "SHIB" not in crowd.saved().usual


steps = st.lists(
    st.tuples(
        st.integers(0, 40),  # seconds that nobody listened
        st.integers(1, 900),  # seconds that somebody did
        st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.integers(0, 900)), max_size=8),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_whatever_is_heard_nothing_is_counted_twice(steps) -> None:
    """Posts, repeats, holes and late ones in any order: each is in exactly one count."""
    crowd, at_s, listed = Crowd(WATCH), 0, 0
    ids: set[str] = set()
    for hole_s, length_s, posts in steps:
        since_s = at_s + hole_s
        at_s = since_s + length_s
        made = [
            said(number, since_s + late_s, f"$DOGE {spelled(number)}", author=f"user{author}")
            for number, author, late_s in posts
        ]
        listed += len(made)
        ids |= {post.post_id for post in made}
        crowd.take(made, since_ns=ns(since_s), until_ns=ns(at_s))
        counted = crowd.counted
        figures = crowd.figures("DOGE")

        assert counted.taken + counted.repeated <= listed
        assert sum(msgspec.structs.astuple(counted)) <= listed
        if figures is not None:
            assert 0 < figures.mentions <= min(6, len(ids))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=20), st.data())
def test_how_often_one_listens_does_not_change_what_is_counted(counts, data) -> None:
    """Cutting the same posts into other answers gives the same windows."""
    posts = [post for at, count in enumerate(counts) if count for post in window(at, count)]
    whole = Crowd(WATCH)
    whole.take(posts, since_ns=START_NS, until_ns=ns(len(counts) * 600))
    cuts = data.draw(st.lists(st.integers(1, len(counts) * 600), max_size=6))
    pieces, since = Crowd(WATCH), START_NS
    for cut in sorted({*map(ns, cuts), ns(len(counts) * 600)}):
        some = [post for post in posts if since <= post.published_ns < cut]
        pieces.take(some, since_ns=since, until_ns=cut)
        since = cut

    assert pieces.saved() == whole.saved()
