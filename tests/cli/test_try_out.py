"""The command line of `argonaut try`."""

from tests.cli.calling import call


def test_it_wants_a_strategy_and_signals():
    assert call("try").code == 2
    assert "--signal" in call("try", "DetectorDriven").err


def test_its_help_says_what_it_does_not_do():
    assert "no limit is asked" in " ".join(call("try", "--help").out.split())
