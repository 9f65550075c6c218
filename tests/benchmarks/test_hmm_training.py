"""The benchmark of the training compares equal work."""

import numpy as np

from benchmarks.hmm_training import guesses_of, main, overlapping, timed, trained


def test_the_rows_are_the_same_everywhere():
    assert np.array_equal(overlapping(50), overlapping(50))
    assert overlapping(50).shape == (50, 3)


def test_there_is_one_guess_a_feature_and_training_settles_from_each():
    rows = overlapping(2000)

    made = [trained(rows, each, 1e-3) for each in guesses_of(rows)]

    assert len(made) == 3
    assert all(each.is_settled for each in made)


def test_work_is_timed_and_handed_back():
    ticks = iter((1.0, 3.5))

    assert timed(lambda: "done", lambda: next(ticks)) == (2.5, "done")


def test_without_the_peer_ours_is_told_all_the_same(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.peers.PYTHONS", ())

    assert main(["--rows", "2000", "--repeat", "1"]) == 0
    told = capsys.readouterr().out
    assert "hmmlearn is not to be had" in told
    assert "argonaut" in told
