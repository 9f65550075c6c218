import pytest

from argonaut.domain.verdict import Outcome
from argonaut.risk.limit import LimitError
from argonaut.risk.staleness import Staleness
from tests.risk.account import D, FakeAccount, entry, proposal


def verdict_on(age_ns):
    view = FakeAccount(age_ns=age_ns)
    return Staleness(max_age_s=120).verdict(proposal(entry(), view), view)


@pytest.mark.parametrize("age_ns", [0, 119_000_000_000, 120_000_000_000, -120_000_000_000])
def test_a_price_up_to_the_limit_is_fresh(age_ns):
    verdict = verdict_on(age_ns)

    assert verdict.outcome is Outcome.PASS
    assert (verdict.value, verdict.limit) == (D(age_ns) / 10**9, D(120))


@pytest.mark.parametrize("age_ns", [120_000_000_001, -120_000_000_001])
def test_a_price_a_nanosecond_older_or_from_the_future_is_stale(age_ns):
    assert verdict_on(age_ns).outcome is Outcome.REFUSE


def test_a_stale_price_is_told_in_seconds():
    said = verdict_on(300_500_000_000).sentence

    assert said == "refused: last price is 300.5 s old, the limit is 120 s"


def test_a_price_never_seen_is_refused_by_name():
    """The age of nothing is not zero."""
    verdict = verdict_on(None)

    assert (verdict.outcome, verdict.sentence) == (
        Outcome.REFUSE,
        "refused: no price has been seen",
    )


@pytest.mark.parametrize("max_age_s", [0, -1, 1.5, True])
def test_the_limit_is_whole_seconds(max_age_s):
    with pytest.raises(LimitError, match="want max_age_s, a whole number > 0"):
        Staleness(max_age_s=max_age_s)
