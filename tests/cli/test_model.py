"""`argonaut model` explains itself."""

import pytest

from tests.cli.calling import call


@pytest.mark.parametrize("verb", ["list", "show", "promote", "watch", "dismiss", "rollback"])
def test_help_names_the_exit_codes(verb):
    assert "Exit codes: 0" in call("model", verb, "--help").out
