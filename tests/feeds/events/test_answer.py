"""A page that is none must never be read as a source without news."""

import pytest

from argonaut.feeds.events.answer import BadAnswerError, check_answer, retry_after_s, skew_s

NOON_NS = 1_770_033_600 * 1_000_000_000  # Mon, 02 Feb 2026 12:00:00 GMT
NOON = "Mon, 02 Feb 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (429, b"{}", "throttled"),
        (418, b"", "throttled"),
        (503, b"", "server_error"),
        (202, b"<html>checking your browser</html>", "challenge"),
        (403, b'{"code": 1}', "refused"),
        (404, b"", "refused"),
        (200, b"", "empty"),
        (200, b" \r\n\t", "empty"),
        (200, b"<!DOCTYPE html><title>Just a moment...</title>", "html"),
        (200, b"\xef\xbb\xbf<HTML>", "html"),
        (200, b"<script>challenge()</script>", "html"),
        (200, b"<?xml version='1.0'?>", "html"),
    ],
)
def test_what_is_no_answer_is_named(status, body, result):
    with pytest.raises(BadAnswerError) as caught:
        check_answer(status, {}, body, "json")

    assert caught.value.result == result


@pytest.mark.parametrize(
    ("body", "form"),
    [(b'{"data": []}', "json"), (b"\xef\xbb\xbf[]", "json"), (b"<rss><channel/></rss>", "xml")],
)
def test_an_answer_of_its_form_passes(body, form):
    check_answer(200, {}, body, form)


def test_a_page_of_html_is_no_feed():
    with pytest.raises(BadAnswerError, match="want XML, the body is a page of HTML"):
        check_answer(200, {}, b"<html><body>moved</body></html>", "xml")


def test_a_throttle_says_how_long_it_wants_to_be_left_alone():
    with pytest.raises(BadAnswerError) as caught:
        check_answer(503, {"Retry-After": "17"}, b"", "json")

    assert (caught.value.result, caught.value.asked_s) == ("throttled", 17.0)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30.0),
        ("Mon, 02 Feb 2026 12:02:00 GMT", 120.0),
        ("Mon, 02 Feb 2026 11:00:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_clock_of_the_source(said, seconds):
    assert retry_after_s({"Retry-After": said, "Date": NOON}) == seconds


def test_a_clock_that_is_ahead_shows_in_the_date_of_an_answer():
    ahead_ns = NOON_NS + 7 * 1_000_000_000

    assert skew_s({"Date": NOON}, ahead_ns) == 7.0
    assert skew_s({"Date": NOON, "Age": "90"}, ahead_ns) == -83.0
    assert skew_s({}, ahead_ns) is None
    assert skew_s({"Date": "yesterday"}, ahead_ns) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-Ratelimit-Reset": "61"}, 61.0),
        ({"X-Ratelimit-Reset": "soon"}, 0.0),
        ({"x-rate-limit-reset": "1767355260", "Date": "Fri, 02 Jan 2026 12:00:00 GMT"}, 60.0),
        ({"x-rate-limit-reset": "1767355260"}, 0.0),
        ({"x-rate-limit-reset": "0", "Date": "Fri, 02 Jan 2026 12:00:00 GMT"}, 0.0),
        ({"Retry-After": "5", "X-Ratelimit-Reset": "61"}, 5.0),
    ],
)
def test_a_quota_that_comes_back_is_waited_for(headers, seconds):
    """Reddit says in how many seconds, X at which second of its own clock; neither Retry-After."""
    assert retry_after_s(headers) == seconds
