"""The benchmark of the training compares equal work."""

import numpy as np

from benchmarks.hmm_training import (
    LEAPING,
    PLAIN,
    Turn,
    Workload,
    _faults,
    apart,
    guesses_of,
    main,
    ours,
    overlapping,
    timed,
    trained,
)


def test_the_rows_are_the_same_everywhere():
    assert np.array_equal(overlapping(50), overlapping(50))
    assert overlapping(50).shape == (50, 3)


def test_there_is_one_guess_a_feature_and_training_settles_from_each():
    rows = overlapping(2000)

    made = [trained(rows, each, 1e-3, leaps=True) for each in guesses_of(rows)]

    assert len(made) == 3
    assert all(each.is_settled for each in made)


def test_work_is_timed_and_handed_back():
    ticks = iter((1.0, 3.5))

    assert timed(lambda: "done", lambda: next(ticks)) == (2.5, "done")


def test_without_the_peer_ours_is_told_all_the_same(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.peers.PYTHONS", ())
    monkeypatch.setattr("benchmarks.hmm_training.ROOT", tmp_path)  # where none is installed yet

    assert main(["--rows", "2000", "--repeat", "1"]) == 0
    told = capsys.readouterr().out
    assert "hmmlearn is not to be had" in told
    assert "argonaut" in told


def a_turn(*, rounds=(3, 4), likelihood=-7.0, mean=0.5):
    models = [[np.array([1.0]), np.array([1.0]), np.array([mean]), np.array([1.0])]] * 2
    return Turn(1.0, list(rounds), [likelihood] * 2, models)


def test_round_by_round_every_guess_is_trained_and_told():
    rows = overlapping(2100)

    turn = ours(Workload("few", rows, 1e-2), guesses_of(rows), leaps=False)

    assert len(turn.rounds) == len(turn.likelihoods) == len(turn.models) == 3
    assert turn.seconds > 0
    assert apart(turn, turn) == 0


def test_equal_work_is_no_fault():
    same = {PLAIN: a_turn(), LEAPING: a_turn(rounds=(2, 2)), "hmmlearn, log": a_turn()}

    assert list(_faults(same)) == []


def test_another_number_of_rounds_another_model_and_another_likelihood_are_faults():
    """A ratio of unequal work would say nothing."""
    mine = {PLAIN: a_turn(), LEAPING: a_turn()}

    rounds = list(_faults({**mine, "hmmlearn, log": a_turn(rounds=(3, 5))}))
    model = list(_faults({**mine, "hmmlearn, log": a_turn(mean=0.50001)}))
    likelihood = list(_faults({**mine, "hmmlearn, log": a_turn(likelihood=-7.1)}))

    assert "did [3, 5] rounds, ours [3, 4]" in rounds[0]
    assert "is 1e-05 off ours" in model[0]
    assert "0.1000 apart" in likelihood[0]
