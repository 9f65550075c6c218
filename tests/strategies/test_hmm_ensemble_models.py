"""Models of HmmEnsemble: taken, watched, promoted, dismissed, drifting; and over a restart."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.signal import Enter, Skip
from argonaut.domain.tuning import model_event
from argonaut.indicators.hmm.card import seal
from argonaut.strategies.hmm_ensemble import HmmEnsemble, Params
from tests.indicators.hmm.cards import MODEL, a_card
from tests.strategies.ensembles import told_model
from tests.strategies.feeding import BTC, NAME, START_NS, Feeding, a_bar, holding

FITTING = {"window_bars": 12, "short_bars": 4}
WORSE = type(MODEL)(
    start=MODEL.start,
    transition=MODEL.transition,
    means=tuple(tuple(each + 3.0 for each in row) for row in MODEL.means),
    variances=MODEL.variances,
)


def small(**params):
    return Params(window_bars=12, short_bars=4, slow_bars=5, fast_bars=2, **params)


def market(count, seed=0):
    """Bars of a price that waves and a volume that breathes."""
    bars, price = [], 100.0
    for minute in range(count):
        close = 100.0 * math.exp(0.004 * math.sin((minute + seed) / 9) + 0.001 * math.sin(minute))
        high, low = max(price, close) * 1.0002, min(price, close) * 0.9998
        bars.append(a_bar(price, high, low, close, 5 + minute % 7, minute=minute))
        price = close
    return bars


def fed(strategy, bars):
    feeding = Feeding(strategy)
    for bar in bars:
        feeding.bar(bar)
    return feeding


def reasons(feeding):
    return [each.reason for each in feeding.said if isinstance(each, Skip)]


def with_model(card=None, **params):
    strategy = HmmEnsemble(NAME, BTC, small(**params))
    told_model(strategy, card or a_card(**FITTING))
    return strategy


# taking one


def test_a_model_is_told_once_and_the_same_again_changes_nothing():
    strategy = HmmEnsemble(NAME, BTC, small())

    (told,) = told_model(strategy, a_card(**FITTING))
    assert told.reason == "btc-usdt v1 decides"
    assert told_model(strategy, a_card(**FITTING), revision=2) == []


def test_a_model_of_other_bars_is_refused_by_name():
    (told,) = told_model(HmmEnsemble(NAME, BTC, Params()), a_card(timeframe="5m"))

    assert "btc-usdt v1 was trained on bars of 5m, 120 and 15 of them; want 1m" in told.reason


def test_a_tampered_model_is_refused_and_the_old_one_decides_on():
    strategy = with_model()
    changed = seal(a_card(**FITTING, version=2)).decode().replace("43200", "43201")
    event = model_event(changed, "current", NAME, BTC, revision=2, event_ns=START_NS)

    (told,) = list(strategy.on_event(event, holding()) or ())
    assert "was changed after training" in told.reason
    assert strategy.current is not None
    assert strategy.current.card.version == 1


def test_a_rollback_is_a_newer_revision_and_an_older_one_is_no_news():
    strategy = with_model(a_card(**FITTING, version=2))

    assert told_model(strategy, a_card(**FITTING), revision=0) == []
    (told,) = told_model(strategy, a_card(**FITTING), revision=2)
    assert told.reason == "btc-usdt v1 decides, no more btc-usdt v2"


def test_a_model_can_be_withdrawn():
    strategy = with_model()
    event = model_event("", "current", NAME, BTC, revision=9, event_ns=START_NS)

    (told,) = list(strategy.on_event(event, holding()) or ())
    assert told.reason == "btc-usdt v1 was withdrawn"
    assert strategy.current is None


# the canary


def test_a_candidate_decides_nothing_but_is_watched():
    strategy = with_model(canary_bars=1000)
    (told,) = told_model(strategy, a_card(**FITTING, version=2), "candidate")
    plain = fed(with_model(canary_bars=1000), market(200))
    watched = fed(strategy, market(200))

    assert told.reason == "btc-usdt v2 is watched beside the current model"
    assert [each for each in watched.said if isinstance(each, Enter)] == [
        each for each in plain.said if isinstance(each, Enter)
    ]


def test_a_candidate_that_foresees_better_is_promoted_by_the_rule():
    strategy = with_model(
        a_card(**FITTING, model=WORSE, sway=1e9), canary_bars=60, min_confidence=1.0
    )
    told_model(strategy, a_card(**FITTING, version=2), "candidate")
    feeding = fed(strategy, market(120))

    (told,) = [each for each in reasons(feeding) if "promoted" in each]
    assert told.startswith("btc-usdt v2 promoted: 60 bars, foresees better by +")
    assert strategy.current is not None
    assert strategy.current.card.version == 2


def test_a_candidate_that_foresees_worse_is_dismissed_and_not_taken_up_again():
    strategy = with_model(canary_bars=60, min_confidence=1.0)
    worse = a_card(**FITTING, version=2, model=WORSE)
    told_model(strategy, worse, "candidate")
    feeding = fed(strategy, market(120))

    assert any("btc-usdt v2 dismissed: 60 bars" in each for each in reasons(feeding))
    assert told_model(strategy, worse, "candidate") == []
    assert strategy.candidate is None


# drift


def test_a_model_that_drifts_is_demoted_and_nothing_is_bought_on_it():
    strategy = with_model(a_card(**FITTING, model=WORSE, usual=-1.0, sway=0.1, block_rows=30))
    feeding = fed(strategy, market(120))

    assert any("btc-usdt v1 has drifted: it foresees" in each for each in reasons(feeding))
    assert strategy.demoted
    assert strategy.explain().endswith("train anew or roll back")
    since = next(place for place, each in enumerate(feeding.said) if "has drifted" in each.reason)
    assert not [each for each in feeding.said[since:] if isinstance(each, Enter)]


def test_a_promoted_model_that_drifts_gives_way_to_the_one_before():
    strategy = with_model(
        a_card(**FITTING, model=WORSE, sway=1e9), canary_bars=30, min_confidence=1.0
    )
    drifting = a_card(**FITTING, version=2, usual=50.0, sway=0.1, block_rows=45)
    told_model(strategy, drifting, "candidate")
    feeding = fed(strategy, market(150))

    assert any("btc-usdt v2 promoted" in each for each in reasons(feeding))
    assert any(each.endswith("back to btc-usdt v1") for each in reasons(feeding))
    assert strategy.current is not None
    assert strategy.current.card.version == 1


def test_a_newer_model_ends_a_demotion():
    strategy = with_model(a_card(**FITTING, model=WORSE, usual=-1.0, sway=0.1, block_rows=30))
    fed(strategy, market(120))
    told_model(strategy, a_card(**FITTING, version=2), revision=2)

    assert strategy.demoted == ""


# a restart, and no look ahead


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(1, 119), seed=st.integers(0, 50))
def test_a_strategy_restored_in_the_middle_says_what_the_uninterrupted_one_says(cut, seed):
    params = {"canary_bars": 50, "cooldown_s": 60.0}
    candidate = a_card(**FITTING, version=2)

    def begun():
        strategy = with_model(a_card(**FITTING, model=WORSE, sway=1e9), **params)
        told_model(strategy, candidate, "candidate")
        return strategy

    bars = market(120, seed)
    straight = fed(begun(), bars)
    first = fed(begun(), bars[:cut])
    again = Feeding(HmmEnsemble(NAME, BTC, small(**params)))
    again.restore(first.saved())
    for bar in bars[cut:]:
        again.bar(bar)

    assert first.said + again.said == straight.said
    assert again.saved() == straight.saved()


def test_a_state_is_json_and_another_strategys_is_refused():
    strategy = with_model()

    assert json.loads(json.dumps(strategy.save()))
    with pytest.raises(InvalidValueError, match="want a saved state"):
        strategy.load({"other": 1})


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(1, 119), seed=st.integers(0, 50))
def test_what_comes_later_changes_no_decision(cut, seed):
    """The filter is causal: a run that ends early decides as the long one up to there."""
    bars = market(120, seed)
    whole, part = fed(with_model(), bars), fed(with_model(), bars[:cut])

    assert whole.said[: len(part.said)] == part.said


def test_the_waves_are_traded():
    """All of the above would hold for a strategy that never acts."""
    assert any(isinstance(each, Enter) for each in fed(with_model(), market(120)).said)
