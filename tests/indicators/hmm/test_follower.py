"""A model in use notices when the market is no more the one it was trained on."""

from argonaut.indicators.hmm.follower import Follower
from tests.indicators.hmm.cards import a_card

USUAL_ROW = (0.0, -0.2, -0.1)  # the middle of the chop


def test_a_market_like_that_of_the_training_is_no_drift():
    followed = Follower(a_card(block_rows=50, usual=-1.0, sway=0.5))
    for _ in range(50):
        followed.see(USUAL_ROW)

    assert followed.drift() < 1


def test_a_market_unlike_it_is_told_in_sways():
    followed = Follower(a_card(block_rows=50, usual=-1.0, sway=0.5))
    for _ in range(50):
        followed.see((0.0, 4.0, -4.0))

    assert followed.drift() > 10


def test_half_a_block_says_nothing_and_each_block_begins_anew():
    followed = Follower(a_card(block_rows=50, usual=-1.0, sway=0.5))
    for _ in range(49):
        followed.see((0.0, 4.0, -4.0))

    assert followed.drift() == 0
    followed.see(USUAL_ROW)
    assert followed.drift() > 4
    assert followed.drift() == 0


def test_a_saved_one_goes_on_to_the_last_bit():
    straight = Follower(a_card())
    for _ in range(7):
        straight.see(USUAL_ROW)
    again = Follower.of(straight.save())
    for each in (straight, again):
        each.see((1.0, 0.0, 0.0))

    assert again.save() == straight.save()
