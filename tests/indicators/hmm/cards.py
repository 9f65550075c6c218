"""A card to test with: three plain regimes."""

from argonaut.indicators.hmm.card import Card
from argonaut.indicators.hmm.model import GaussianHmm

MODEL = GaussianHmm(
    start=(1 / 3, 1 / 3, 1 / 3),
    transition=((0.95, 0.04, 0.01), (0.02, 0.96, 0.02), (0.01, 0.04, 0.95)),
    means=((-1.2, 0.1, 0.1), (0.0, -0.2, -0.1), (1.2, 0.1, 0.1)),
    variances=((0.5, 0.2, 0.2), (0.5, 0.2, 0.2), (0.5, 0.2, 0.2)),
)


def a_card(**changes: object) -> Card:
    """Return a card of the model `btc-usdt`, version 1."""
    given: dict[str, object] = {
        "name": "btc-usdt",
        "version": 1,
        "timeframe": "1m",
        "window_bars": 120,
        "short_bars": 15,
        "model": MODEL,
        "rows": 43_200,
        "usual": -2.5,
        "sway": 0.1,
        "block_rows": 1440,
        "trained": "2026-11-29T03:00:00Z",
    }
    return Card(**(given | changes))  # type: ignore[arg-type]
