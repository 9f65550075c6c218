"""How much of the time money was at risk, and how often it was turned over."""

from __future__ import annotations

from collections.abc import Iterable

from argonaut.reports.returns import SMALLEST, Floats

Span = tuple[int, int]  # (opened_ns, closed_ns)


def exposure_fraction(spans: Iterable[Span], start_ns: int, end_ns: int) -> float | None:
    """Return the fraction of [start_ns, end_ns] during which at least one position was open.

    Spans may overlap and reach beyond the period. None for a period without length.
    """
    if end_ns <= start_ns:
        return None
    covered_ns = 0
    reached_ns = start_ns
    for opened_ns, closed_ns in sorted(spans):
        from_ns, until_ns = max(opened_ns, reached_ns), min(closed_ns, end_ns)
        if until_ns > from_ns:
            covered_ns += until_ns - from_ns
            reached_ns = until_ns
    return covered_ns / (end_ns - start_ns)


def turnover(traded_quote: float, equity: Floats) -> float | None:
    """Return the notional traded, buys and sells, over the mean of equity; both quote units."""
    mean = float(equity.mean()) if equity.size else 0.0
    return traded_quote / mean if mean > SMALLEST else None
