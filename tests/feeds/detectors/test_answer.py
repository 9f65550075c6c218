"""An answer tells a detector whether to stop, to repair itself or to come again."""

import pytest

from argonaut.feeds.detectors.answer import CODES, Answer, duplicate, refused


def test_only_documented_codes_are_answered():
    with pytest.raises(AssertionError, match="not a documented code"):
        refused("because")


@pytest.mark.parametrize(
    ("answer", "status", "may_retry", "is_bad"),
    [
        (Answer(id="a", source="s", answer="accepted"), 200, False, False),
        (Answer(id="a", source="s", answer="dry_run"), 200, False, False),
        (duplicate("s", "a"), 200, False, False),
        (Answer(id="a", source="s", answer="expired"), 422, False, False),
        (Answer(id="a", source="s", answer="rejected", code="max_notional"), 422, False, False),
        (refused("bad_signature"), 401, False, True),
        (refused("too_large"), 413, False, True),
        (refused("rate"), 429, True, False),
        (refused("not_ready"), 503, True, False),
    ],
)
def test_each_answer_says_what_may_be_done_next(answer, status, may_retry, is_bad):
    assert (answer.status, answer.may_retry, answer.is_bad) == (status, may_retry, is_bad)


def test_no_refusal_looks_like_our_own_fault():
    """A 500 would send people looking for a bug of ours."""
    assert all(400 <= code.status <= 503 and code.status != 500 for code in CODES.values())
