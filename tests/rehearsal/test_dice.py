"""Dice that fall the same everywhere, or no failing seed could be run again."""

from hypothesis import given
from hypothesis import strategies as st

from argonaut.rehearsal.dice import Dice


def test_the_dice_are_splitmix64():
    """The first numbers of seed 0 are published: Vigna's splitmix64.c gives these."""
    dice = Dice(0)

    assert [dice.bits() for _ in range(2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


def mixed_one_by_one(seed: int, count: int) -> list[int]:
    """SplitMix64 as it is published, a number at a time."""
    mask, state, numbers = 2**64 - 1, seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        numbers.append(mixed ^ (mixed >> 31))
    return numbers


@given(st.integers(0, 2**64 - 1))
def test_numbers_mixed_together_are_those_mixed_one_by_one(seed: int) -> None:
    """They are made many at once for speed; a seed means the same market all the same."""
    dice = Dice(seed)

    assert [dice.bits() for _ in range(150)] == mixed_one_by_one(seed, 150)


def test_a_fork_depends_on_its_name_and_not_on_what_was_thrown_before():
    """A new fault must not change the prices of an old seed."""
    thrown, fresh = Dice(7), Dice(7)
    thrown.bits()

    assert thrown.fork("market").bits() == fresh.fork("market").bits()
    assert fresh.fork("market").bits() != fresh.fork("faults").bits()


def test_numbers_lie_where_they_are_wanted():
    """Both ends are reached, and a fraction is never one."""
    dice = Dice(3)

    assert {dice.between(1, 3) for _ in range(100)} == {1, 2, 3}
    assert all(0.0 <= dice.random() < 1.0 for _ in range(1_000))
