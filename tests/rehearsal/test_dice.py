"""Dice that fall the same everywhere, or no failing seed could be run again."""

from argonaut.rehearsal.dice import Dice


def test_the_dice_are_splitmix64():
    """The first numbers of seed 0 are published: Vigna's splitmix64.c gives these."""
    dice = Dice(0)

    assert [dice.bits() for _ in range(2)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4]


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
