"""Ensembles that are warm, have a model, and see the regimes a test wants."""

from argonaut.domain.signal import Signal
from argonaut.domain.tuning import Role, model_event
from argonaut.indicators.hmm.card import Card, seal
from argonaut.indicators.hmm.follower import Follower
from argonaut.ledger.holding import Holding
from argonaut.strategies.hmm_ensemble import HmmEnsemble, Params
from tests.indicators.hmm.cards import a_card
from tests.strategies.feeding import BTC, NAME, START_NS, a_bar, holding

BULLISH = (0.0, 0.05, 0.95)
CHOPPY = (0.0, 1.0, 0.0)


class Sure(Follower):
    """One that keeps to what it has been told."""

    def see(self, row: tuple[float, ...]) -> None:
        """Learn nothing."""


def told_model(
    strategy: HmmEnsemble, card: Card, role: Role = "current", *, revision: int = 1
) -> list[Signal]:
    """Tell the strategy of a model; return what it said."""
    event = model_event(seal(card).decode(), role, NAME, BTC, revision=revision, event_ns=START_NS)
    return list(strategy.on_event(event, holding()) or ())


def an_ensemble(
    probabilities: tuple[float, float, float], *, average: int, **params: object
) -> HmmEnsemble:
    """Return one whose model answers `probabilities` and whose averages point to `average`."""
    strategy = HmmEnsemble(NAME, BTC, Params(**params))  # type: ignore[arg-type]
    told_model(strategy, a_card())
    strategy.current = Sure(a_card())
    strategy.fast.value, strategy.slow.value = 100.0 + average, 100.0
    features = strategy.features
    features.drift, features.volatility, features.activity = 0.0, 0.0, 0.0
    strategy.current.filter.probabilities = probabilities
    return strategy


def said(strategy: HmmEnsemble, held: Holding | None = None, *, minute: int = 0) -> list[Signal]:
    """Return what it says to the bar of that minute."""
    return list(strategy.on_bar(a_bar(minute=minute), held or holding()) or ())
