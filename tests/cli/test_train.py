"""`argonaut train` explains itself."""

from tests.cli.calling import call


def test_help_names_what_it_trains_and_its_exit_codes():
    told = call("train", "hmm", "--help").out

    assert "bear, chop, bull" in told
    assert "4 it did not settle" in told


def test_without_a_source_it_is_a_wrong_command_line():
    assert call("train", "hmm").code == 2
