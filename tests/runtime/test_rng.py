"""The one place that rolls real dice."""

from argonaut.runtime.rng import SystemRng


def test_a_roll_lies_from_zero_to_below_one_and_changes() -> None:
    """Two bots that back off by the same waits come back at the same time."""
    rng = SystemRng()

    rolls = [rng.random() for _ in range(100)]

    assert all(0 <= each < 1 for each in rolls)
    assert len(set(rolls)) > 90
