"""When a crowd is worth an event."""

import pytest

from argonaut.feeds.errors import OldAnswerError
from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.listener import Listener
from tests.feeds.social.talk import SECOND_NS, START_NS, WATCH, said, spelled, window


def ns(at_s: float) -> int:
    return START_NS + int(at_s * SECOND_NS)


def listener(**heuristic) -> Listener:
    return Listener("reddit", WATCH, Heuristic(**heuristic))


def test_a_few_mentions_are_not_worth_an_event() -> None:
    assert listener().page(window(0, 9), full=False, seen_ns=ns(599)) == []


def test_ten_mentions_are_one_event() -> None:
    events = listener().page(window(0, 10), full=False, seen_ns=ns(599))

    assert [(event.symbols, event.mentions) for event in events] == [(("DOGE",), 10)]


def test_one_coin_has_one_event_a_minute_and_nothing_is_kept_back_longer() -> None:
    """What comes within the minute is told after it, even if nobody says anything more."""
    ear = listener()
    first = ear.page(window(0, 100)[:12], full=False, seen_ns=ns(80))
    second = ear.page(window(0, 100)[:20], full=False, seen_ns=ns(125))
    third = ear.page(window(0, 100)[:20], full=False, seen_ns=ns(141))

    assert [event.mentions for event in first] == [12]
    assert second == []
    assert [event.mentions for event in third] == [20]
    assert ear.page(window(0, 100)[:20], full=False, seen_ns=ns(300)) == []


def test_what_was_due_in_a_window_that_is_over_is_not_told() -> None:
    ear = listener()
    ear.page(window(0, 100)[:12], full=False, seen_ns=ns(570))
    ear.page(window(0, 100)[:20], full=False, seen_ns=ns(590))

    assert ear.page(window(0, 100)[:20], full=False, seen_ns=ns(700)) == []


def test_the_first_page_is_a_history_back_to_its_oldest_post() -> None:
    """A quiet subreddit's hundred newest posts are hours: velocity is known at once."""
    posts = [post for at in range(13) for post in window(at, 4)] + window(13, 12)
    (event,) = listener().page(posts, full=True, seen_ns=ns(14 * 600 - 1))

    assert event.velocity == pytest.approx(3.0)


def test_a_full_page_that_does_not_reach_back_leaves_a_hole() -> None:
    ear = listener()
    ear.page(window(0, 4), full=True, seen_ns=ns(600))
    ear.page(window(2, 20), full=True, seen_ns=ns(1800))

    assert sorted(ear.crowd.saved().usual["DOGE"].values()) == [4, 20]


def test_a_page_that_is_not_full_is_all_there_was() -> None:
    ear = listener()
    ear.page(window(0, 4), full=False, seen_ns=ns(600))
    ear.page(window(2, 20), full=False, seen_ns=ns(1800))

    assert sorted(ear.crowd.saved().usual["DOGE"].values()) == [0, 4, 20]


def test_an_empty_page_is_a_quiet_one() -> None:
    ear = listener()
    ear.page([], full=False, seen_ns=ns(0))
    ear.page([], full=False, seen_ns=ns(600))

    assert list(ear.crowd.saved().usual["DOGE"].values()) == [0]


def test_a_page_of_yesterday_is_an_error_and_no_silence() -> None:
    """A cache that answers with yesterday's page must not make today look quiet."""
    ear = listener()

    with pytest.raises(OldAnswerError, match="the newest of the list is 25 h old"):
        ear.page([said(1, 0)], full=False, seen_ns=ns(25 * 3600))
    assert ear.crowd.saved().usual["DOGE"] == {}


def test_a_page_older_than_the_one_before_is_out_of_a_cache() -> None:
    ear = listener()
    ear.page([said(1, 0), said(2, 3000)], full=False, seen_ns=ns(3001))

    with pytest.raises(OldAnswerError, match="50 min older"):
        ear.page([said(1, 0)], full=False, seen_ns=ns(3600))


def test_a_post_that_was_deleted_is_no_cache() -> None:
    ear = listener()
    ear.page([said(1, 0), said(2, 300)], full=False, seen_ns=ns(301))

    assert ear.page([said(1, 0)], full=False, seen_ns=ns(360)) == []


def test_a_clock_ahead_does_not_make_every_later_page_old() -> None:
    ear = listener()
    ear.page([said(1, 5000)], full=False, seen_ns=ns(10))

    assert ear.page([said(2, 20)], full=False, seen_ns=ns(30)) == []


def test_a_connection_is_heard_as_long_as_it_stood() -> None:
    ear = listener()
    ear.live(window(0, 4), since_ns=ns(0), until_ns=ns(700))
    ear.live([said(1, 1900, f"$DOGE {spelled(1)}")], since_ns=ns(1300), until_ns=ns(2000))

    assert list(ear.crowd.saved().usual["DOGE"].values()) == [4]


def test_a_suspect_crowd_is_told_as_such() -> None:
    posts = [said(1000 + n, n, "$DOGE buy it today") for n in range(30)] + window(0, 12)
    (event,) = listener().page(posts, full=False, seen_ns=ns(599))

    assert event.priority <= 0.5
    assert "29 of 42 posts repeat a text or an author" in event.title
